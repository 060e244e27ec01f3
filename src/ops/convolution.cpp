#include "ops/convolution.h"

#include "ops/launch.h"
#include "ops/ops.h"

namespace figment::ops {
namespace {

using tensor::Attributes;
using tensor::Example;
using tensor::GradientSite;
using tensor::KernelPlan;
using tensor::KernelSite;
using tensor::Op;
using tensor::ReferenceSite;
using Inputs = std::span<const TensorType>;

constexpr tensor::Family family = tensor::Family::convolution;

/// The settings that a convolution and its gradients share.
Attributes settings_of(const Attributes& attributes) {
  return {{"stride", attributes.integer("stride", 1)},
          {"padding", attributes.integer("padding", 0)},
          {"dilation", attributes.integer("dilation", 1)},
          {"groups", attributes.integer("groups", 1)}};
}

std::vector<TensorType> input_type(const ConvSizes& s) {
  return {{{s.batch, s.height, s.width, s.channels}, DType::f32}};
}
std::vector<TensorType> output_type(const ConvSizes& s) {
  return {{{s.batch, s.out_height, s.out_width, s.out_channels}, DType::f32}};
}

std::vector<TensorType> types_of(const ReferenceSite& site) {
  std::vector<TensorType> types;
  for (const tensor::HostTensor* input : site.inputs) types.push_back(input->type);
  return types;
}

const float* data(const ReferenceSite& site, std::size_t index) {
  return index < site.inputs.size() ? site.inputs[index]->floats.data() : nullptr;
}

ConvOperands operands_of(const KernelSite& site) {
  ConvOperands operands{tensor::input_storage(0), tensor::input_storage(1), tensor::output_storage(0), {}};
  if (site.inputs.size() > 2) operands.bias = tensor::input_storage(2);
  return operands;
}

Tensor grad_input(Tensor grad, Tensor weight, Attributes settings, const Shape& input) {
  settings.set("height", input[1]).set("width", input[2]);
  return grad.graph->apply_one(conv2d_grad_input_op(), {grad, weight}, std::move(settings));
}

Tensor grad_weight(Tensor x, Tensor grad, Attributes settings, const Shape& weight) {
  settings.set("kernel_height", weight[0]).set("kernel_width", weight[1]);
  return x.graph->apply_one(conv2d_grad_weight_op(), {x, grad}, std::move(settings));
}

std::vector<Tensor> gradient_conv2d(const GradientSite& site) {
  const Attributes settings = settings_of(site.attributes);
  std::vector<Tensor> grads(site.inputs.size());
  if (site.needed[0]) grads[0] = grad_input(site.grads[0], site.inputs[1], settings, site.inputs[0].shape());
  if (site.needed[1]) grads[1] = grad_weight(site.inputs[0], site.grads[0], settings, site.inputs[1].shape());
  if (site.inputs.size() > 2 && site.needed[2]) grads[2] = sum_to(site.grads[0], site.inputs[2].shape());
  return grads;
}

/// The transposed convolution is the gradient of conv2d for its input, so its own gradients are conv2d and the gradient
/// for the weight with the two pictures swapped.
std::vector<Tensor> gradient_transpose(const GradientSite& site) {
  const Attributes settings = settings_of(site.attributes);
  std::vector<Tensor> grads(site.inputs.size());
  if (site.needed[0]) grads[0] = site.graph.apply_one(conv2d_op(), {site.grads[0], site.inputs[1]}, settings);
  if (site.needed[1]) grads[1] = grad_weight(site.grads[0], site.inputs[0], settings, site.inputs[1].shape());
  if (site.inputs.size() > 2 && site.needed[2]) grads[2] = sum_to(site.grads[0], site.inputs[2].shape());
  return grads;
}

Attributes settings(std::int64_t stride, std::int64_t padding, std::int64_t dilation = 1, std::int64_t groups = 1) {
  return {{"stride", stride}, {"padding", padding}, {"dilation", dilation}, {"groups", groups}};
}

Attributes sized(Attributes attributes, std::string_view a, std::int64_t height, std::string_view b,
                 std::int64_t width) {
  attributes.set(a, height).set(b, width);
  return attributes;
}

Example::Input in(Shape shape) { return uniform_input(std::move(shape)); }

/// Winograd's transforms lose about two decimal digits.
Example loose(Example example) {
  example.tolerance = 1e-3F;
  return example;
}

std::vector<Example> examples_conv2d() {
  return {
      example("3x3", {in({2, 5, 6, 8}), in({3, 3, 8, 12}), in({12})}, settings(1, 1)),
      example("odd channels", {in({1, 4, 7, 3}), in({3, 3, 3, 5}), in({5})}, settings(1, 1)),
      example("one channel", {in({1, 5, 5, 1}), in({3, 3, 1, 33})}, settings(1, 0)),
      example("1x1", {in({2, 3, 3, 12}), in({1, 1, 12, 20}), in({20})}, settings(1, 0)),
      example("1x1, stride 2", {in({1, 5, 5, 8}), in({1, 1, 8, 4})}, settings(2, 0)),
      example("few targets", {in({2, 5, 7, 8}), in({3, 3, 8, 3}), in({3})}, settings(1, 1)),
      example("stride 2", {in({1, 7, 8, 4}), in({3, 3, 4, 8})}, settings(2, 1)),
      example("4x4, stride 2", {in({1, 8, 8, 5}), in({4, 4, 5, 4}), in({4})}, settings(2, 1)),
      example("dilation 2", {in({1, 7, 7, 4}), in({3, 3, 4, 4})}, settings(1, 2, 2)),
      example("groups", {in({1, 5, 4, 8}), in({3, 3, 4, 8}), in({8})}, settings(1, 1, 1, 2)),
      example("odd groups", {in({1, 4, 4, 9}), in({3, 3, 3, 6})}, settings(1, 1, 1, 3)),
      example("5x1 kernel", {in({1, 7, 3, 20}), in({5, 1, 20, 4})}, settings(1, 0)),
      loose(example_without_gradient("Winograd", {in({3, 17, 16, 36}), in({3, 3, 36, 64}), in({64})}, settings(1, 1))),
      // Halves as they are stored: of the weights alone, and of everything.
      in_half(example("3x3", {in({2, 5, 6, 8}), in({3, 3, 8, 12}), in({12})}, settings(1, 1)), {1}),
      in_half(example("3x3", {in({2, 5, 6, 8}), in({3, 3, 8, 12}), in({12})}, settings(1, 1)), {0, 1, 2}),
      in_half(example("odd channels", {in({1, 4, 7, 3}), in({3, 3, 3, 5}), in({5})}, settings(1, 1)), {0, 1}),
      in_half(example("few targets", {in({2, 5, 7, 8}), in({3, 3, 8, 3}), in({3})}, settings(1, 1)), {1, 2}),
      in_half(example("1x1", {in({2, 3, 3, 12}), in({1, 1, 12, 20}), in({20})}, settings(1, 0)), {0, 1}),
      in_half(example("4x4, stride 2", {in({1, 8, 8, 5}), in({4, 4, 5, 4}), in({4})}, settings(2, 1)), {1}),
      in_half(example("groups", {in({1, 5, 4, 8}), in({3, 3, 4, 8}), in({8})}, settings(1, 1, 1, 2)), {0, 1}),
      in_half(loose(example_without_gradient("Winograd", {in({3, 17, 16, 36}), in({3, 3, 36, 64}), in({64})},
                                             settings(1, 1))),
              {0, 1, 2})};
}

std::vector<Example> examples_grad_input() {
  return {
      example("3x3", {in({2, 5, 6, 12}), in({3, 3, 8, 12})}, sized(settings(1, 1), "height", 5, "width", 6)),
      example("odd channels", {in({1, 4, 7, 5}), in({3, 3, 3, 5})}, sized(settings(1, 1), "height", 4, "width", 7)),
      example("1x1", {in({1, 3, 3, 20}), in({1, 1, 12, 20})}, sized(settings(1, 0), "height", 3, "width", 3)),
      example("stride 2", {in({1, 4, 4, 8}), in({3, 3, 8, 8})}, sized(settings(2, 1), "height", 7, "width", 8)),
      example("stride 2, few targets", {in({1, 4, 4, 8}), in({3, 3, 4, 8})},
              sized(settings(2, 1), "height", 7, "width", 8)),
      example("stride 3, dilation 2", {in({2, 2, 3, 4}), in({3, 2, 36, 4})},
              sized(settings(3, 2, 2), "height", 6, "width", 7)),
      example("dilation 2", {in({1, 7, 7, 4}), in({3, 3, 4, 4})}, sized(settings(1, 2, 2), "height", 7, "width", 7)),
      example("groups", {in({1, 5, 4, 8}), in({3, 3, 4, 8})}, sized(settings(1, 1, 1, 2), "height", 5, "width", 4)),
      loose(example("Winograd", {in({3, 16, 15, 64}), in({3, 3, 36, 64})},
                    sized(settings(1, 0), "height", 18, "width", 17))),
      in_half(example("3x3", {in({2, 5, 6, 12}), in({3, 3, 8, 12})}, sized(settings(1, 1), "height", 5, "width", 6)),
              {1})};
}

std::vector<Example> examples_grad_weight() {
  const auto kernel = [](Attributes attributes, std::int64_t height, std::int64_t width) {
    return sized(std::move(attributes), "kernel_height", height, "kernel_width", width);
  };
  return {example("3x3", {in({2, 5, 6, 20}), in({2, 5, 6, 36})}, kernel(settings(1, 1), 3, 3)),
          example("odd channels", {in({1, 4, 7, 3}), in({1, 4, 7, 5})}, kernel(settings(1, 1), 3, 3)),
          example("one channel", {in({1, 5, 5, 1}), in({1, 3, 3, 4})}, kernel(settings(1, 0), 3, 3)),
          example("1x1", {in({1, 3, 3, 12}), in({1, 3, 3, 20})}, kernel(settings(1, 0), 1, 1)),
          example("few targets", {in({1, 5, 4, 36}), in({1, 5, 4, 3})}, kernel(settings(1, 1), 3, 3)),
          example("few aligned targets", {in({2, 5, 4, 9}), in({2, 5, 4, 4})}, kernel(settings(1, 1), 3, 3)),
          example("stride 2", {in({1, 7, 8, 4}), in({1, 4, 4, 8})}, kernel(settings(2, 1), 3, 3)),
          example("dilation 2", {in({1, 7, 7, 4}), in({1, 7, 7, 4})}, kernel(settings(1, 2, 2), 3, 3)),
          example("groups", {in({1, 5, 4, 8}), in({1, 5, 4, 8})}, kernel(settings(1, 1, 1, 2), 3, 3)),
          loose(example("Winograd", {in({3, 17, 16, 36}), in({3, 17, 16, 64})}, kernel(settings(1, 1), 3, 3))),
          loose(example("many pixels", {in({4, 20, 20, 4}), in({4, 19, 20, 8})}, kernel(settings(1, 0), 2, 1)))};
}

std::vector<Example> examples_transpose() {
  const auto padded = [](Attributes attributes, std::int64_t extra) {
    attributes.set("output_padding", extra);
    return attributes;
  };
  return {example("4x4, stride 2", {in({2, 3, 4, 8}), in({4, 4, 12, 8}), in({12})}, settings(2, 1)),
          example("3x3, stride 2", {in({1, 4, 4, 5}), in({3, 3, 3, 5}), in({3})}, padded(settings(2, 1), 1)),
          example("2x2, stride 2", {in({1, 3, 3, 4}), in({2, 2, 36, 4})}, settings(2, 0)),
          example("few targets", {in({1, 5, 4, 12}), in({4, 4, 1, 12}), in({1})}, settings(2, 1)),
          example("stride 1", {in({1, 5, 5, 8}), in({3, 3, 4, 8})}, settings(1, 1)),
          example("groups", {in({1, 3, 3, 8}), in({3, 3, 2, 8}), in({4})}, settings(2, 1, 1, 2)),
          in_half(example("4x4, stride 2", {in({2, 3, 4, 8}), in({4, 4, 12, 8}), in({12})}, settings(2, 1)), {0, 1})};
}

}  // namespace

const Op& conv2d_op() {
  static const Op op{.name = "conv2d",
                     .family = family,
                     .infer = [](Inputs inputs, const Attributes& a) { return output_type(conv_sizes(inputs, a)); },
                     .reference =
                         [](const ReferenceSite& site) {
                           reference_forward(conv_sizes(types_of(site), site.attributes), data(site, 0), data(site, 1),
                                             data(site, 2), site.outputs[0].floats.data());
                         },
                     .gradient = gradient_conv2d,
                     .kernel =
                         [](const KernelSite& site) {
                           return plan_convolution(conv_sizes(site.inputs, site.attributes), operands_of(site), false,
                                                   site.traits);
                         },
                     .examples = examples_conv2d};
  return op;
}

const Op& conv2d_grad_input_op() {
  static const Op op{
      .name = "conv2d_grad_input",
      .family = family,
      .infer = [](Inputs inputs, const Attributes& a) { return input_type(grad_input_sizes(inputs, a)); },
      .reference =
          [](const ReferenceSite& site) {
            reference_backward(grad_input_sizes(types_of(site), site.attributes), data(site, 0), data(site, 1), nullptr,
                               site.outputs[0].floats.data());
          },
      .kernel =
          [](const KernelSite& site) {
            return plan_convolution(grad_input_sizes(site.inputs, site.attributes), operands_of(site), true,
                                    site.traits);
          },
      .examples = examples_grad_input};
  return op;
}

const Op& conv2d_grad_weight_op() {
  static const Op op{.name = "conv2d_grad_weight",
                     .family = family,
                     .infer = [](Inputs inputs, const Attributes& a) -> std::vector<TensorType> {
                       const ConvSizes s = grad_weight_sizes(inputs, a);
                       return {{{s.kernel_height, s.kernel_width, s.group_channels(), s.out_channels}, DType::f32}};
                     },
                     .reference =
                         [](const ReferenceSite& site) {
                           reference_weight(grad_weight_sizes(types_of(site), site.attributes), data(site, 0),
                                            data(site, 1), site.outputs[0].floats.data());
                         },
                     .kernel =
                         [](const KernelSite& site) {
                           return plan_weight_gradient(grad_weight_sizes(site.inputs, site.attributes),
                                                       operands_of(site), site.traits);
                         },
                     .examples = examples_grad_weight};
  return op;
}

const Op& conv_transpose2d_op() {
  static const Op op{.name = "conv_transpose2d",
                     .family = family,
                     .infer = [](Inputs inputs, const Attributes& a) { return input_type(transpose_sizes(inputs, a)); },
                     .reference =
                         [](const ReferenceSite& site) {
                           reference_backward(transpose_sizes(types_of(site), site.attributes), data(site, 0),
                                              data(site, 1), data(site, 2), site.outputs[0].floats.data());
                         },
                     .gradient = gradient_transpose,
                     .kernel =
                         [](const KernelSite& site) {
                           return plan_convolution(transpose_sizes(site.inputs, site.attributes), operands_of(site),
                                                   true, site.traits);
                         },
                     .examples = examples_transpose};
  return op;
}

namespace {

Tensor convolve(const Op& op, Tensor x, Tensor weight, const ConvOptions& options, bool transposed) {
  Attributes attributes = settings(options.stride, options.padding, options.dilation, options.groups);
  if (transposed) attributes.set("output_padding", options.output_padding);
  if (options.bias) return x.graph->apply_one(op, {x, weight, options.bias}, std::move(attributes));
  return x.graph->apply_one(op, {x, weight}, std::move(attributes));
}

}  // namespace

Tensor conv2d(Tensor x, Tensor weight, ConvOptions options) { return convolve(conv2d_op(), x, weight, options, false); }

Tensor conv_transpose2d(Tensor x, Tensor weight, ConvOptions options) {
  return convolve(conv_transpose2d_op(), x, weight, options, true);
}

std::vector<const Op*> convolution_ops() {
  return {&conv2d_op(), &conv2d_grad_input_op(), &conv2d_grad_weight_op(), &conv_transpose2d_op()};
}

}  // namespace figment::ops
