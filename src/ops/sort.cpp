#include "ops/sort.h"

#include <numeric>

#include "core/error.h"
#include "ops/launch.h"
#include "ops/ops.h"

namespace figment::ops {
namespace {

using tensor::Example;
using tensor::KernelPlan;
using tensor::KernelSite;
using tensor::Op;

constexpr std::int64_t longest_row = 4096;

const Op& top_k_op();
const Op& top_k_grad_op();

std::vector<TensorType> infer_top_k(std::span<const TensorType> inputs, const tensor::Attributes& attributes) {
  core::require(inputs.size() == 1 && inputs[0].dtype == DType::f32 && inputs[0].shape.rank() >= 1,
                "top_k needs an f32 tensor with an axis");
  const std::int64_t k = attributes.integer("k");
  const std::int64_t length = inputs[0].shape[-1];
  core::require(k >= 1 && k <= length, "top_k cannot take {} of {} elements", k, length);
  core::require(length <= longest_row, "top_k sorts rows of at most {} elements, not {}", longest_row, length);
  std::vector<std::int64_t> extents = inputs[0].shape.extents();
  extents.back() = k;
  return {{Shape(extents), DType::f32}, {Shape(extents), DType::i32}};
}

void reference_top_k(const tensor::ReferenceSite& site) {
  const auto k = static_cast<std::size_t>(site.attributes.integer("k"));
  const auto length = static_cast<std::size_t>(site.inputs[0]->type.shape[-1]);
  std::vector<std::int32_t> order(length);
  for (std::size_t row = 0; row * length < site.inputs[0]->floats.size(); ++row) {
    const float* values = site.inputs[0]->floats.data() + row * length;
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::int32_t a, std::int32_t b) { return order_key(values[a]) > order_key(values[b]); });
    for (std::size_t i = 0; i < k; ++i) {
      site.outputs[0].floats[row * k + i] = values[order[i]];
      site.outputs[1].ints[row * k + i] = order[i];
    }
  }
}

std::vector<Tensor> gradient_top_k(const tensor::GradientSite& site) {
  if (!site.grads[0]) return {{}};
  const std::int64_t length = site.inputs[0].dim(-1);
  return {site.graph.apply_one(top_k_grad_op(), {site.grads[0], site.outputs[1]}, {{"length", length}})};
}

// Each element counts the elements that come before it; that is its place. Quadratic, but without shared memory,
// barriers or steps that wait for each other.
KernelPlan kernel_top_k(const KernelSite& site) {
  const std::int64_t rows = row_count(site.inputs[0].shape);
  const std::int64_t length = site.inputs[0].shape[-1];
  const std::int64_t lanes = site.traits.subgroup_size;
  // Four elements a lane; one group more than length / 4 texels need, as a row may start within a texel.
  const std::int64_t groups = ceil_div(length / 4 + 2, lanes);
  tensor::KernelCall call;
  call.shader = "sort_top_k";
  call.constants = {word(lanes), length % 4 == 0};
  call.operands = {tensor::input_texel4(0), tensor::output_storage(0), tensor::output_storage(1)};
  call.push = {word(rows), word(length), word(site.attributes.integer("k")), word(groups)};
  call.groups = flat_groups(rows * groups);
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = static_cast<double>(rows) * static_cast<double>(length) * static_cast<double>(length) * 2;
  return plan;
}

std::vector<Example> examples_top_k() {
  // Far enough apart that a finite difference does not change the order.
  std::vector<float> apart(48);
  for (std::size_t i = 0; i < apart.size(); ++i) apart[i] = static_cast<float>(i * 29 % 48) * 0.25F - 6;
  return {example("aligned", {float_input({3, 16}, apart)}, {{"k", std::int64_t{5}}}),
          example("odd, whole", {float_input({6, 7}, {apart.begin(), apart.begin() + 42})}, {{"k", std::int64_t{7}}}),
          example_without_gradient("random", {uniform_input({5, 70})}, {{"k", std::int64_t{9}}}),
          example_without_gradient("ties", {float_input({2, 5}, {1, 2, 2, -0.0F, 2, 0, -0.0F, 0, -1, -1})},
                                   {{"k", std::int64_t{4}}}),
          example_without_gradient("long", {uniform_input({2, 901})}, {{"k", std::int64_t{40}}})};
}

std::vector<TensorType> infer_top_k_grad(std::span<const TensorType> inputs, const tensor::Attributes& attributes) {
  core::require(inputs.size() == 2 && inputs[0].shape == inputs[1].shape && inputs[1].dtype == DType::i32,
                "top_k_grad needs gradients and i32 indices of one shape");
  std::vector<std::int64_t> extents = inputs[0].shape.extents();
  extents.back() = attributes.integer("length");
  return {{Shape(extents), DType::f32}};
}

void reference_top_k_grad(const tensor::ReferenceSite& site) {
  const auto k = static_cast<std::size_t>(site.inputs[0]->type.shape[-1]);
  const auto length = static_cast<std::size_t>(site.attributes.integer("length"));
  for (std::size_t i = 0; i < site.inputs[0]->floats.size(); ++i) {
    const auto at = static_cast<std::size_t>(site.inputs[1]->ints[i]);
    site.outputs[0].floats[i / k * length + at] = site.inputs[0]->floats[i];
  }
}

KernelPlan kernel_top_k_grad(const KernelSite& site) {
  const std::int64_t rows = row_count(site.inputs[0].shape);
  const std::int64_t k = site.inputs[0].shape[-1];
  const std::int64_t length = site.attributes.integer("length");
  tensor::KernelCall call;
  call.shader = "sort_top_k_grad";
  call.constants = {site.traits.subgroup_size};
  call.operands = {tensor::input_texel1(0), tensor::input_texel1(1), tensor::output_storage(0)};
  call.push = {word(rows), word(k), word(length)};
  call.groups = flat_groups(rows);
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = static_cast<double>(rows * k) * static_cast<double>(length);
  return plan;
}

std::vector<Example> examples_top_k_grad() {
  return {example_without_gradient("odd", {uniform_input({2, 3}), int_input({2, 3}, {4, 0, 6, 1, 2, 3})},
                                   {{"length", std::int64_t{7}}})};
}

const Op& top_k_op() {
  static const Op op = [] {
    Op made;
    made.name = "top_k";
    made.family = tensor::Family::sampling;
    made.infer = infer_top_k;
    made.reference = reference_top_k;
    made.gradient = gradient_top_k;
    made.kernel = kernel_top_k;
    made.examples = examples_top_k;
    return made;
  }();
  return op;
}

// Not differentiable: it is a gradient itself.
const Op& top_k_grad_op() {
  static const Op op = [] {
    Op made;
    made.name = "top_k_grad";
    made.family = tensor::Family::sampling;
    made.infer = infer_top_k_grad;
    made.reference = reference_top_k_grad;
    made.kernel = kernel_top_k_grad;
    made.examples = examples_top_k_grad;
    return made;
  }();
  return op;
}

}  // namespace

std::vector<Tensor> top_k(Tensor a, std::int64_t k) {
  const Tensor inputs[] = {a};
  return a.graph->apply(top_k_op(), inputs, {{"k", k}});
}

std::vector<const Op*> sort_ops() { return {&top_k_op(), &top_k_grad_op(), &categorical_op()}; }

}  // namespace figment::ops
