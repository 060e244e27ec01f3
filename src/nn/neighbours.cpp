#include "nn/neighbours.h"

#include <vector>

#include "core/error.h"

namespace figment::nn {

using tensor::DType;

Neighbours::Neighbours(const Scope& scope, std::int64_t before, std::int64_t behind, std::int64_t channels)
    : before_(before), behind_(behind), linear_(scope, (before + behind) * channels, channels) {}

Tensor Neighbours::operator()(Tensor x) const {
  const std::int64_t length = x.dim(1);
  const Tensor padded = ops::pad(x, {0, before_, 0}, {0, behind_, 0});
  std::vector<Tensor> beside;
  for (std::int64_t offset = 0; offset <= before_ + behind_; ++offset) {
    if (offset != before_) beside.push_back(ops::slice(padded, 1, offset, offset + length));
  }
  return linear_(ops::concat(beside, 2));
}

Tensor Neighbours::next(Tensor x, Tensor places, Tensor cache) const {
  core::require(behind_ == 0, "a text that grows has no places behind");
  const std::int64_t batch = x.dim(0);
  const std::int64_t count = x.dim(1);
  const std::int64_t context = cache.dim(1);
  const std::int64_t channels = x.dim(2);
  ops::write_rows(cache, x, ops::slice(places, 0, 0, 1));
  // Rows of all texts as one table. What is before the beginning is row -1, which reads as zeros.
  std::vector<float> offsets;
  for (std::int64_t i = 0; i < before_; ++i) offsets.push_back(static_cast<float>(i - before_));
  std::vector<float> begins;
  for (std::int64_t row = 0; row < batch; ++row) begins.push_back(static_cast<float>(row * context));
  Graph& graph = *x.graph;
  const Tensor place = ops::reshape(ops::cast(places, DType::f32), {count, 1}) + graph.constant({1, before_}, offsets);
  const Tensor exists = ops::greater(place, graph.constant({1}, {-0.5F}));
  const Tensor row = ops::reshape(place, {1, count, before_}) + graph.constant({batch, 1, 1}, begins);
  const Tensor one = graph.constant({1}, {1.0F});
  const Tensor index = ops::cast((row + one) * ops::reshape(exists, {1, count, before_}) - one, DType::i32);
  const Tensor table = ops::reshape(cache, {batch * context, channels});
  return linear_(ops::reshape(ops::embedding(table, index), {batch, count, before_ * channels}));
}

}  // namespace figment::nn
