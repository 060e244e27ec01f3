#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "tensor/kernel.h"

namespace figment::ops {

/// The sizes of a convolution x [B,H,W,C] with weight [KH,KW,C/groups,O] -> y [B,OH,OW,O]. Its gradients and the
/// transposed convolution are described by the sizes of the convolution they belong to.
struct ConvSizes {
  std::int64_t batch = 1;
  std::int64_t height = 0, width = 0, channels = 0;
  std::int64_t out_height = 0, out_width = 0, out_channels = 0;
  std::int64_t kernel_height = 0, kernel_width = 0;
  std::int64_t stride = 1, padding = 0, dilation = 1, groups = 1;

  std::int64_t group_channels() const { return channels / groups; }
  std::int64_t group_out_channels() const { return out_channels / groups; }
  std::int64_t pixels() const { return batch * height * width; }
  std::int64_t out_pixels() const { return batch * out_height * out_width; }
  /// A convolution that only mixes channels: a matrix product.
  bool is_pointwise() const {
    return kernel_height == 1 && kernel_width == 1 && stride == 1 && padding == 0 && groups == 1;
  }
  double flops() const {
    return 2.0 * static_cast<double>(out_pixels()) * static_cast<double>(kernel_height * kernel_width) *
           static_cast<double>(group_channels()) * static_cast<double>(out_channels);
  }
};

/// Where a convolution's picture, weight, bias and result are.
struct ConvOperands {
  tensor::Operand source;
  tensor::Operand weight;
  tensor::Operand target;
  std::optional<tensor::Operand> bias;
};

/// Calls that compute y from x (`backward` false), or x's gradient from y's (true).
tensor::KernelPlan plan_convolution(const ConvSizes& sizes, const ConvOperands& operands, bool backward,
                                    const tensor::DeviceTraits& traits);

/// Calls that compute the gradient of the weight (target) from x (source) and y's gradient (weight).
tensor::KernelPlan plan_weight_gradient(const ConvSizes& sizes, const ConvOperands& operands,
                                        const tensor::DeviceTraits& traits);

/// Whether Winograd's F(4x4, 3x3) applies and is expected to be faster; convolution_winograd.cpp.
bool prefers_winograd(const ConvSizes& sizes, bool backward, const tensor::DeviceTraits& traits);
tensor::KernelPlan plan_winograd(const ConvSizes& sizes, const ConvOperands& operands, bool backward,
                                 const tensor::DeviceTraits& traits);

/// The same for the gradient of the weight.
bool prefers_winograd_weight(const ConvSizes& sizes, const tensor::DeviceTraits& traits);
tensor::KernelPlan plan_winograd_weight(const ConvSizes& sizes, const ConvOperands& operands,
                                        const tensor::DeviceTraits& traits);

}  // namespace figment::ops
