#include <cmath>

#include "core/error.h"
#include "ops/launch.h"
#include "ops/lookup.h"
#include "ops/ops.h"

namespace figment::ops {
namespace {

using tensor::Example;
using tensor::GradientSite;
using tensor::KernelPlan;
using tensor::KernelSite;
using tensor::Op;

void check_cross_entropy(std::span<const TensorType> inputs) {
  core::require(inputs.size() >= 2 && inputs[0].dtype == DType::f32 && inputs[0].shape.rank() == 2 &&
                    inputs[1].dtype == DType::i32 && inputs[1].shape.count() == inputs[0].shape[0],
                "cross_entropy needs f32 logits [N, V] and i32 targets [N]");
}

std::vector<TensorType> infer_cross_entropy(std::span<const TensorType> inputs, const tensor::Attributes&) {
  check_cross_entropy(inputs);
  const std::int64_t rows = inputs[0].shape[0];
  return {{{rows}, DType::f32}, {{rows}, DType::f32}};
}

void reference_cross_entropy(const tensor::ReferenceSite& site) {
  const std::int64_t rows = site.inputs[0]->type.shape[0];
  const std::int64_t classes = site.inputs[0]->type.shape[1];
  for (std::int64_t row = 0; row < rows; ++row) {
    const float* logits = site.inputs[0]->floats.data() + row * classes;
    const std::int64_t target = site.inputs[1]->ints[static_cast<std::size_t>(row)];
    const float highest = *std::max_element(logits, logits + classes);
    double sum = 0;
    for (std::int64_t i = 0; i < classes; ++i) sum += std::exp(logits[i] - highest);
    const float log_sum = highest + static_cast<float>(std::log(sum));
    const bool counts = target >= 0 && target < classes;
    site.outputs[0].floats[static_cast<std::size_t>(row)] = counts ? log_sum - logits[target] : 0;
    site.outputs[1].floats[static_cast<std::size_t>(row)] = log_sum;
  }
}

std::vector<Tensor> gradient_cross_entropy(const GradientSite& site) {
  Tensor result;
  if (site.grads[0]) {
    result =
        site.graph.apply_one(cross_entropy_grad_op(), {site.inputs[0], site.inputs[1], site.outputs[1], site.grads[0]});
  }
  if (site.grads[1]) {
    const Shape column = {site.inputs[0].dim(0), 1};
    const Tensor probabilities = exp(sub(site.inputs[0], reshape(site.outputs[1], column)));
    const Tensor through_log_sum = mul(probabilities, reshape(site.grads[1], column));
    result = result ? add(result, through_log_sum) : through_log_sum;
  }
  return {result, {}};
}

KernelPlan kernel_cross_entropy(const KernelSite& site) {
  const std::int64_t rows = site.inputs[0].shape[0];
  const std::int64_t classes = site.inputs[0].shape[1];
  tensor::KernelCall call;
  call.shader = "lookup_cross_entropy";
  call.constants = {site.traits.subgroup_size, classes % 4 == 0};
  call.operands = {tensor::input_texel4(0), tensor::input_texel1(1), tensor::output_storage(0),
                   tensor::output_storage(1)};
  call.push = {word(rows), word(classes)};
  call.groups = flat_groups(rows);
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = static_cast<double>(rows * classes) * 12;
  return plan;
}

std::vector<Example> examples_cross_entropy() {
  Example ignored = example("with ignored rows", {uniform_input({4, 12}, -3, 3), int_input({4}, {0, -1, 11, 5})});
  Example odd = example("odd classes", {uniform_input({7, 13}, -3, 3), random_int_input({7}, 0, 13)});
  Example large = example_without_gradient("large", {uniform_input({3, 901}, -60, 60), random_int_input({3}, 0, 901)});
  return {ignored, odd, large};
}

std::vector<TensorType> infer_cross_entropy_grad(std::span<const TensorType> inputs, const tensor::Attributes&) {
  check_cross_entropy(inputs);
  core::require(inputs.size() == 4 && inputs[2].shape.count() == inputs[0].shape[0] &&
                    inputs[3].shape.count() == inputs[0].shape[0],
                "cross_entropy_grad needs the log sums [N] and the gradients [N] of the losses");
  return {{inputs[0].shape, DType::f32}};
}

void reference_cross_entropy_grad(const tensor::ReferenceSite& site) {
  const std::int64_t rows = site.inputs[0]->type.shape[0];
  const std::int64_t classes = site.inputs[0]->type.shape[1];
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::int64_t target = site.inputs[1]->ints[static_cast<std::size_t>(row)];
    if (target < 0 || target >= classes) continue;
    const float log_sum = site.inputs[2]->floats[static_cast<std::size_t>(row)];
    const float factor = site.inputs[3]->floats[static_cast<std::size_t>(row)];
    for (std::int64_t i = 0; i < classes; ++i) {
      const auto at = static_cast<std::size_t>(row * classes + i);
      const float probability = std::exp(site.inputs[0]->floats[at] - log_sum);
      site.outputs[0].floats[at] = (probability - (i == target ? 1.0F : 0.0F)) * factor;
    }
  }
}

KernelPlan kernel_cross_entropy_grad(const KernelSite& site) {
  const std::int64_t rows = site.inputs[0].shape[0];
  const std::int64_t classes = site.inputs[0].shape[1];
  tensor::KernelCall call;
  call.shader = "lookup_cross_entropy_grad";
  call.constants = {site.traits.subgroup_size, classes % 4 == 0};
  call.operands = {tensor::input_texel4(0), tensor::input_texel1(1), tensor::input_texel1(2), tensor::input_texel1(3),
                   tensor::output_storage(0)};
  call.push = {word(rows), word(classes)};
  call.groups = flat_groups(rows);
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = static_cast<double>(rows * classes) * 12;
  return plan;
}

std::vector<Example> examples_cross_entropy_grad() {
  return {example_without_gradient("with ignored rows", {uniform_input({4, 12}), int_input({4}, {0, -1, 11, 5}),
                                                         uniform_input({4}, 3, 4), uniform_input({4})}),
          example_without_gradient("odd classes", {uniform_input({7, 13}), random_int_input({7}, 0, 13),
                                                   uniform_input({7}, 3, 4), uniform_input({7})})};
}

}  // namespace

const Op& cross_entropy_op() {
  static const Op op = [] {
    Op made;
    made.name = "cross_entropy";
    made.family = tensor::Family::reduction;
    made.infer = infer_cross_entropy;
    made.reference = reference_cross_entropy;
    made.gradient = gradient_cross_entropy;
    made.kernel = kernel_cross_entropy;
    made.examples = examples_cross_entropy;
    return made;
  }();
  return op;
}

// Not differentiable: no second derivatives of the loss are needed anywhere.
const Op& cross_entropy_grad_op() {
  static const Op op = [] {
    Op made;
    made.name = "cross_entropy_grad";
    made.family = tensor::Family::reduction;
    made.infer = infer_cross_entropy_grad;
    made.reference = reference_cross_entropy_grad;
    made.kernel = kernel_cross_entropy_grad;
    made.examples = examples_cross_entropy_grad;
    return made;
  }();
  return op;
}

Tensor cross_entropy(Tensor logits, Tensor targets) {
  return logits.graph->apply_one(cross_entropy_op(), {logits, targets});
}

}  // namespace figment::ops
