#include "ops/lookup.h"
#include "core/error.h"
#include "ops/launch.h"
#include "ops/ops.h"

namespace figment::ops {
namespace {

using tensor::Example;
using tensor::KernelPlan;
using tensor::KernelSite;
using tensor::Op;

std::vector<TensorType> infer_one_hot(std::span<const TensorType> inputs, const tensor::Attributes& attributes) {
  core::require(inputs.size() == 1 && inputs[0].dtype == DType::i32, "one_hot needs i32 indices");
  const std::int64_t classes = attributes.integer("classes");
  core::require(classes > 0, "one_hot needs at least one class, not {}", classes);
  std::vector<std::int64_t> extents = inputs[0].shape.extents();
  extents.push_back(classes);
  return {{Shape(extents), DType::f32}};
}

void reference_one_hot(const tensor::ReferenceSite& site) {
  const std::int64_t classes = site.attributes.integer("classes");
  const auto& indices = site.inputs[0]->ints;
  for (std::size_t row = 0; row < indices.size(); ++row) {
    if (indices[row] < 0 || indices[row] >= classes) continue;
    site.outputs[0].floats[row * static_cast<std::size_t>(classes) + static_cast<std::size_t>(indices[row])] = 1;
  }
}

KernelPlan kernel_one_hot(const KernelSite& site) {
  const std::int64_t rows = site.inputs[0].shape.count();
  const std::int64_t classes = site.attributes.integer("classes");
  tensor::KernelCall call;
  call.shader = "lookup_one_hot";
  call.constants = {site.traits.subgroup_size, classes % 4 == 0};
  call.operands = {tensor::input_texel1(0), tensor::output_storage(0)};
  call.push = {word(rows), word(classes)};
  call.groups = flat_groups(rows);
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = static_cast<double>(rows * classes);
  return plan;
}

std::vector<Example> examples_one_hot() {
  return {example_without_gradient("aligned", {int_input({5}, {0, 7, -1, 8, 3})}, {{"classes", std::int64_t{8}}}),
          example_without_gradient("odd", {random_int_input({2, 9}, 0, 11)}, {{"classes", std::int64_t{11}}})};
}

const Op& one_hot_op() {
  static const Op op = [] {
    Op made;
    made.name = "one_hot";
    made.family = tensor::Family::data;
    made.infer = infer_one_hot;
    made.reference = reference_one_hot;
    made.kernel = kernel_one_hot;
    made.examples = examples_one_hot;
    return made;
  }();
  return op;
}

}  // namespace

Tensor one_hot(Tensor indices, std::int64_t classes) {
  return indices.graph->apply_one(one_hot_op(), {indices}, {{"classes", classes}});
}

// max(x, 0) - x t + log(1 + exp(-|x|)) with the first and the last term written as softplus(x), which keeps the
// gradient sigmoid(x) - t exact at x = 0 too.
Tensor bce_with_logits(Tensor logits, Tensor targets) { return sub(softplus(logits), mul(logits, targets)); }

std::vector<const Op*> lookup_ops() {
  return {&embedding_op(), &embedding_grad_op(), &one_hot_op(), &cross_entropy_op(), &cross_entropy_grad_op()};
}

}  // namespace figment::ops
