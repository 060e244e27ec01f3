#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "ops/launch.h"
#include "ops/ops.h"
#include "tensor/op.h"

/// What the files of norms share.
namespace figment::ops::norm {

using tensor::Attributes;
using tensor::Example;
using tensor::Family;
using tensor::GradientSite;
using tensor::KernelPlan;
using tensor::KernelSite;
using tensor::Op;
using tensor::ReferenceSite;

/// Throws Error unless all inputs are f32 or f16.
void require_floats(std::string_view op, std::span<const TensorType> inputs);

/// Input `index`, four elements a texel or one.
inline tensor::Operand input_texels(int index, bool fours) {
  return fours ? tensor::input_texel4(index) : tensor::input_texel1(index);
}

/// Sums the scratch buffers 0 and 1, each [rows, columns], over their rows into the outputs 1 and 2.
void append_column_sums(KernelPlan& plan, std::int64_t rows, std::int64_t columns, const tensor::DeviceTraits& traits);

/// What gradients of the saved statistics (mean and 1 / deviation over `count` elements, all broadcastable to x) add to
/// the gradient of x. Models do not use them; they are here so that the norms are differentiable as a whole.
Tensor statistics_grad(Tensor x, Tensor statistics, Tensor grad_statistics, std::int64_t count, bool centered);

}  // namespace figment::ops::norm
