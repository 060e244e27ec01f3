#pragma once
#include <span>

#include "ops/convolution_kernel.h"
#include "tensor/op.h"

/// The ops of the convolution group. All take the attributes stride, padding, dilation and groups.
namespace figment::ops {

const tensor::Op& conv2d_op();              ///< (x, weight, bias?)
const tensor::Op& conv2d_grad_input_op();   ///< (grad_y, weight) with height, width -> grad_x
const tensor::Op& conv2d_grad_weight_op();  ///< (x, grad_y) with kernel_height, kernel_width -> grad_weight
const tensor::Op& conv_transpose2d_op();    ///< (x, weight, bias?) with output_padding

/// Sizes of the convolution that each op is, or belongs to. Throws Error if the shapes do not fit.
ConvSizes conv_sizes(std::span<const tensor::TensorType> inputs, const tensor::Attributes& attributes);
ConvSizes grad_input_sizes(std::span<const tensor::TensorType> inputs, const tensor::Attributes& attributes);
ConvSizes grad_weight_sizes(std::span<const tensor::TensorType> inputs, const tensor::Attributes& attributes);
ConvSizes transpose_sizes(std::span<const tensor::TensorType> inputs, const tensor::Attributes& attributes);

/// The simple versions, in double precision. `bias` may be null.
void reference_forward(const ConvSizes& sizes, const float* x, const float* weight, const float* bias, float* y);
void reference_backward(const ConvSizes& sizes, const float* y, const float* weight, const float* bias, float* x);
void reference_weight(const ConvSizes& sizes, const float* x, const float* y, float* weight);

}  // namespace figment::ops
