#include "nn/neighbours.h"

#include <vector>

namespace figment::nn {

Neighbours::Neighbours(const Scope& scope, std::int64_t reach, std::int64_t channels)
    : reach_(reach), linear_(scope, 2 * reach * channels, channels) {}

Tensor Neighbours::operator()(Tensor x) const {
  const std::int64_t length = x.dim(1);
  const Tensor padded = ops::pad(x, {0, reach_, 0}, {0, reach_, 0});
  std::vector<Tensor> beside;
  for (std::int64_t offset = 0; offset <= 2 * reach_; ++offset) {
    if (offset != reach_) beside.push_back(ops::slice(padded, 1, offset, offset + length));
  }
  return linear_(ops::concat(beside, 2));
}

}  // namespace figment::nn
