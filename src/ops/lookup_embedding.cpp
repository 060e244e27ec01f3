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

bool is_float(DType dtype) { return dtype == DType::f32 || dtype == DType::f16; }

std::vector<TensorType> infer_embedding(std::span<const TensorType> inputs, const tensor::Attributes&) {
  core::require(
      inputs.size() == 2 && inputs[0].shape.rank() == 2 && is_float(inputs[0].dtype) && inputs[1].dtype == DType::i32,
      "embedding needs a table [V, C] of floats and i32 indices");
  std::vector<std::int64_t> extents = inputs[1].shape.extents();
  extents.push_back(inputs[0].shape[1]);
  return {{Shape(extents), DType::f32}};
}

void reference_embedding(const tensor::ReferenceSite& site) {
  const std::int64_t rows = site.inputs[0]->type.shape[0];
  const std::int64_t width = site.inputs[0]->type.shape[1];
  const auto& indices = site.inputs[1]->ints;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] < 0 || indices[i] >= rows) continue;
    const auto from = site.inputs[0]->floats.begin() + indices[i] * width;
    std::copy(from, from + width, site.outputs[0].floats.begin() + static_cast<std::int64_t>(i) * width);
  }
}

std::vector<Tensor> gradient_embedding(const GradientSite& site) {
  const std::int64_t rows = site.inputs[0].dim(0);
  return {site.graph.apply_one(embedding_grad_op(), {site.grads[0], site.inputs[1]}, {{"rows", rows}}), {}};
}

KernelPlan kernel_embedding(const KernelSite& site) {
  const std::int64_t count = site.inputs[1].shape.count();
  const std::int64_t width = site.inputs[0].shape[1];
  const bool aligned = width % 4 == 0;
  const std::int64_t rows_per_group = site.traits.is_cpu ? 8 : 1;  // a CPU's workgroup costs more than a row
  tensor::KernelCall call;
  call.shader = "lookup_embedding";
  call.constants = {site.traits.subgroup_size, aligned, word(rows_per_group)};
  call.operands = {aligned ? tensor::input_texel4(0) : tensor::input_texel1(0), tensor::input_texel1(1),
                   tensor::output_storage(0)};
  call.push = {word(count), word(width), word(site.inputs[0].shape[0])};
  call.groups = flat_groups(ceil_div(count, rows_per_group));
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = static_cast<double>(count * width);
  return plan;
}

std::vector<Example> examples_embedding() {
  return {example("with indices outside", {uniform_input({5, 8}), int_input({2, 4}, {0, 3, 4, -1, 7, 2, 3, 5})}),
          example("odd width", {uniform_input({9, 7}), random_int_input({13}, 0, 9)}),
          example("wide", {uniform_input({3, 48}), random_int_input({3, 5}, 0, 3)})};
}

std::vector<TensorType> infer_embedding_grad(std::span<const TensorType> inputs, const tensor::Attributes& attributes) {
  core::require(inputs.size() == 2 && inputs[0].shape.rank() == inputs[1].shape.rank() + 1 &&
                    inputs[1].dtype == DType::i32 && row_count(inputs[0].shape) == inputs[1].shape.count(),
                "embedding_grad needs a gradient [.., C] and i32 indices [..]");
  return {{{attributes.integer("rows"), inputs[0].shape[-1]}, DType::f32}};
}

void reference_embedding_grad(const tensor::ReferenceSite& site) {
  const std::int64_t rows = site.outputs[0].type.shape[0];
  const std::int64_t width = site.outputs[0].type.shape[1];
  const auto& indices = site.inputs[1]->ints;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] < 0 || indices[i] >= rows) continue;
    const float* from = site.inputs[0]->floats.data() + static_cast<std::int64_t>(i) * width;
    float* to = site.outputs[0].floats.data() + indices[i] * width;
    for (std::int64_t c = 0; c < width; ++c) to[c] += from[c];
  }
}

std::vector<Tensor> gradient_embedding_grad(const GradientSite& site) {
  return {embedding(site.grads[0], site.inputs[1]), {}};
}

// A workgroup owns a table row (and a range of columns): it scans all indices and adds up the rows that hit, in
// their order. No atomics, so the sums are the same each time.
KernelPlan kernel_embedding_grad(const KernelSite& site) {
  const std::int64_t count = site.inputs[1].shape.count();
  const std::int64_t rows = site.outputs[0].shape[0];
  const std::int64_t width = site.outputs[0].shape[1];
  const bool aligned = width % 4 == 0;
  const std::int64_t lanes = site.traits.subgroup_size;
  const std::int64_t units = aligned ? width / 4 : width;  // what a lane holds at a time: vec4 or float
  const std::int64_t per_lane = std::min<std::int64_t>(8, ceil_div(units, lanes));
  const std::int64_t column_groups = ceil_div(units, lanes * per_lane);
  tensor::KernelCall call;
  call.shader = "lookup_embedding_grad";
  call.constants = {word(lanes), aligned, word(per_lane)};
  call.operands = {aligned ? tensor::input_texel4(0) : tensor::input_texel1(0), tensor::input_texel4(1),
                   tensor::output_storage(0)};
  call.push = {word(count), word(units), word(rows), word(column_groups)};
  call.groups = flat_groups(rows * column_groups);
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = static_cast<double>(count) * static_cast<double>(rows) / 4 + static_cast<double>(count * width);
  return plan;
}

std::vector<Example> examples_embedding_grad() {
  const tensor::Attributes five = {{"rows", std::int64_t{5}}};
  return {
      example("with indices outside", {uniform_input({2, 4, 8}), int_input({2, 4}, {0, 3, 4, -1, 7, 2, 3, 5})}, five),
      example("odd width", {uniform_input({150, 7}), random_int_input({150}, 0, 5)}, five),
      example("several columns", {uniform_input({37, 300}), random_int_input({37}, 0, 5)}, five)};
}

}  // namespace

const Op& embedding_op() {
  static const Op op = [] {
    Op made;
    made.name = "embedding";
    made.family = tensor::Family::data;
    made.infer = infer_embedding;
    made.reference = reference_embedding;
    made.gradient = gradient_embedding;
    made.kernel = kernel_embedding;
    made.examples = examples_embedding;
    return made;
  }();
  return op;
}

const Op& embedding_grad_op() {
  static const Op op = [] {
    Op made;
    made.name = "embedding_grad";
    made.family = tensor::Family::data;
    made.infer = infer_embedding_grad;
    made.reference = reference_embedding_grad;
    made.gradient = gradient_embedding_grad;
    made.kernel = kernel_embedding_grad;
    made.examples = examples_embedding_grad;
    return made;
  }();
  return op;
}

Tensor embedding(Tensor table, Tensor indices) { return table.graph->apply_one(embedding_op(), {table, indices}); }

}  // namespace figment::ops
