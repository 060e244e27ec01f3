#include "core/error.h"
#include "ops/convolution.h"

namespace figment::ops {
namespace {

using tensor::Attributes;
using tensor::Shape;
using tensor::TensorType;

ConvSizes with_settings(const Attributes& attributes) {
  ConvSizes s;
  s.stride = attributes.integer("stride", 1);
  s.padding = attributes.integer("padding", 0);
  s.dilation = attributes.integer("dilation", 1);
  s.groups = attributes.integer("groups", 1);
  core::require(s.stride >= 1 && s.dilation >= 1 && s.groups >= 1 && s.padding >= 0,
                "a convolution needs stride, dilation and groups of at least 1 and a padding of at least 0");
  return s;
}

void set_input(ConvSizes& s, const Shape& x) {
  s.batch = x[0];
  s.height = x[1];
  s.width = x[2];
  s.channels = x[3];
}

void set_output(ConvSizes& s, const Shape& y) {
  s.batch = y[0];
  s.out_height = y[1];
  s.out_width = y[2];
  s.out_channels = y[3];
}

void set_kernel(ConvSizes& s, std::int64_t height, std::int64_t width) {
  s.kernel_height = height;
  s.kernel_width = width;
}

std::int64_t out_extent(const ConvSizes& s, std::int64_t extent, std::int64_t kernel) {
  const std::int64_t span = s.dilation * (kernel - 1) + 1;
  core::require(extent + 2 * s.padding >= span,
                "a convolution window of {} does not fit into {} pixels with padding {}", span, extent, s.padding);
  return (extent + 2 * s.padding - span) / s.stride + 1;
}

void require_ranks(std::span<const TensorType> inputs, std::size_t least, std::size_t most, std::string_view what) {
  core::require(inputs.size() >= least && inputs.size() <= most, "a convolution takes {}", what);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    core::require(inputs[i].shape.rank() == (i < 2 ? 4 : 1), "a convolution takes {}, not {} as number {}", what,
                  inputs[i].to_string(), i + 1);
    core::require(inputs[i].dtype == tensor::DType::f32 || inputs[i].dtype == tensor::DType::f16,
                  "a convolution takes floats, not {}", inputs[i].to_string());
  }
}

void check_channels(const ConvSizes& s, std::int64_t weight_in, std::int64_t weight_out) {
  core::require(s.channels % s.groups == 0 && s.out_channels % s.groups == 0 && weight_in == s.group_channels() &&
                    weight_out == s.out_channels,
                "a convolution from {} to {} channels in {} groups does not fit a weight [.., {}, {}]", s.channels,
                s.out_channels, s.groups, weight_in, weight_out);
}

/// The sizes found must be those of a convolution whose input is height x width.
void check_extents(const ConvSizes& s) {
  core::require(
      s.out_height == out_extent(s, s.height, s.kernel_height) && s.out_width == out_extent(s, s.width, s.kernel_width),
      "a convolution of {}x{} pixels does not give {}x{}", s.height, s.width, s.out_height, s.out_width);
}

}  // namespace

ConvSizes conv_sizes(std::span<const TensorType> inputs, const Attributes& attributes) {
  require_ranks(inputs, 2, 3, "x [B,H,W,C], weight [KH,KW,C/groups,O] and a bias [O] or none");
  ConvSizes s = with_settings(attributes);
  const Shape& weight = inputs[1].shape;
  set_input(s, inputs[0].shape);
  set_kernel(s, weight[0], weight[1]);
  s.out_channels = weight[3];
  check_channels(s, weight[2], weight[3]);
  s.out_height = out_extent(s, s.height, s.kernel_height);
  s.out_width = out_extent(s, s.width, s.kernel_width);
  core::require(inputs.size() < 3 || inputs[2].shape[0] == s.out_channels, "conv2d needs a bias of {} elements",
                s.out_channels);
  return s;
}

ConvSizes grad_input_sizes(std::span<const TensorType> inputs, const Attributes& attributes) {
  require_ranks(inputs, 2, 2, "grad_y [B,OH,OW,O] and weight [KH,KW,C/groups,O]");
  ConvSizes s = with_settings(attributes);
  const Shape& weight = inputs[1].shape;
  set_output(s, inputs[0].shape);
  set_kernel(s, weight[0], weight[1]);
  s.channels = weight[2] * s.groups;
  s.height = attributes.integer("height");
  s.width = attributes.integer("width");
  check_channels(s, weight[2], weight[3]);
  check_extents(s);
  return s;
}

ConvSizes grad_weight_sizes(std::span<const TensorType> inputs, const Attributes& attributes) {
  require_ranks(inputs, 2, 2, "x [B,H,W,C] and grad_y [B,OH,OW,O]");
  ConvSizes s = with_settings(attributes);
  set_input(s, inputs[0].shape);
  set_output(s, inputs[1].shape);
  core::require(inputs[0].shape[0] == s.batch, "conv2d_grad_weight needs x and grad_y of one batch");
  set_kernel(s, attributes.integer("kernel_height"), attributes.integer("kernel_width"));
  check_channels(s, s.channels / s.groups, s.out_channels);
  check_extents(s);
  return s;
}

ConvSizes transpose_sizes(std::span<const TensorType> inputs, const Attributes& attributes) {
  require_ranks(inputs, 2, 3, "x [B,H,W,C], weight [KH,KW,O/groups,C] and a bias [O] or none");
  ConvSizes s = with_settings(attributes);
  const Shape& weight = inputs[1].shape;
  const std::int64_t extra = attributes.integer("output_padding", 0);
  core::require(extra >= 0 && extra < s.stride, "conv_transpose2d needs an output padding below the stride {}",
                s.stride);
  set_output(s, inputs[0].shape);
  set_kernel(s, weight[0], weight[1]);
  s.channels = weight[2] * s.groups;
  check_channels(s, weight[2], weight[3]);
  s.height = (s.out_height - 1) * s.stride - 2 * s.padding + s.dilation * (s.kernel_height - 1) + 1 + extra;
  s.width = (s.out_width - 1) * s.stride - 2 * s.padding + s.dilation * (s.kernel_width - 1) + 1 + extra;
  core::require(s.height > 0 && s.width > 0, "conv_transpose2d with padding {} leaves no pixels", s.padding);
  core::require(inputs.size() < 3 || inputs[2].shape[0] == s.channels, "conv_transpose2d needs a bias of {} elements",
                s.channels);
  return s;
}

}  // namespace figment::ops
