#include "ops/list.h"

#include <vector>

#include "core/error.h"

namespace figment::ops {

// One group of ops a file; each file says which ops it holds.
std::vector<const tensor::Op*> matmul_ops();
std::vector<const tensor::Op*> convolution_ops();
std::vector<const tensor::Op*> attention_ops();
std::vector<const tensor::Op*> pointwise_ops();
std::vector<const tensor::Op*> movement_ops();
std::vector<const tensor::Op*> reduction_ops();
std::vector<const tensor::Op*> softmax_ops();
std::vector<const tensor::Op*> norm_ops();
std::vector<const tensor::Op*> grid_ops();
std::vector<const tensor::Op*> lookup_ops();
std::vector<const tensor::Op*> random_ops();
std::vector<const tensor::Op*> sort_ops();
std::vector<const tensor::Op*> update_ops();
std::vector<const tensor::Op*> optimizer_ops();
std::vector<const tensor::Op*> denoise_ops();
std::vector<const tensor::Op*> text_sampling_ops();
std::vector<const tensor::Op*> decode_ops();
std::vector<const tensor::Op*> recurrent_ops();

std::span<const tensor::Op* const> all_ops() {
  static const std::vector<const tensor::Op*> list = [] {
    std::vector<const tensor::Op*> ops;
    for (const auto& group :
         {matmul_ops(), convolution_ops(), attention_ops(), pointwise_ops(), movement_ops(), reduction_ops(),
          softmax_ops(), norm_ops(), grid_ops(), lookup_ops(), random_ops(), sort_ops(), update_ops(), optimizer_ops(),
          denoise_ops(), text_sampling_ops(), decode_ops(), recurrent_ops()}) {
      ops.insert(ops.end(), group.begin(), group.end());
    }
    return ops;
  }();
  return list;
}

const tensor::Op& find_op(std::string_view name) {
  for (const tensor::Op* op : all_ops()) {
    if (op->name == name) return *op;
  }
  core::fail("there is no op named {}", name);
}

}  // namespace figment::ops
