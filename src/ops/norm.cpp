#include "ops/norm.h"

#include "core/error.h"
#include "ops/reduce.h"

namespace figment::ops {

namespace norm {

void require_floats(std::string_view op, std::span<const TensorType> inputs) {
  for (const TensorType& input : inputs) {
    core::require(input.dtype == DType::f32 || input.dtype == DType::f16, "{} needs floats, and is given {}", op,
                  input.to_string());
  }
}

void append_column_sums(KernelPlan& plan, std::int64_t rows, std::int64_t columns, const tensor::DeviceTraits& traits) {
  for (int i = 0; i < 2; ++i) {
    reduction::Reduction sums;
    sums.source = tensor::Operand::Kind::scratch;
    sums.source_index = i;
    sums.target_index = i + 1;
    sums.count = rows;
    sums.inner = columns;
    reduction::append_reduction(plan, sums, traits);
  }
}

Tensor statistics_grad(Tensor x, Tensor statistics, Tensor grad_statistics, std::int64_t count, bool centered) {
  const Tensor mean = slice(statistics, -1, 0, 1);
  const Tensor scale = slice(statistics, -1, 1, 2);
  const Tensor grad_mean = slice(grad_statistics, -1, 0, 1);
  const Tensor grad_scale = slice(grad_statistics, -1, 1, 2);
  const Tensor slope = mul(mul(scale, mul(scale, scale)), grad_scale);
  const float share = 1.0F / static_cast<float>(count);
  const Tensor from_scale = ops::scale(mul(sub(x, mean), slope), -share);
  return centered ? add(from_scale, ops::scale(grad_mean, share)) : from_scale;
}

}  // namespace norm

std::vector<const tensor::Op*> layer_norm_ops();
std::vector<const tensor::Op*> group_norm_ops();

std::vector<const tensor::Op*> norm_ops();
std::vector<const tensor::Op*> norm_ops() {
  std::vector<const tensor::Op*> list = layer_norm_ops();
  for (const tensor::Op* op : group_norm_ops()) list.push_back(op);
  return list;
}

}  // namespace figment::ops
