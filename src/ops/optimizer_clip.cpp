#include <cmath>
#include <limits>
#include <vector>

#include "core/error.h"
#include "ops/launch.h"
#include "ops/ops.h"
#include "ops/optimizer.h"

namespace figment::ops {
namespace {

using tensor::Example;
using tensor::KernelPlan;
using tensor::KernelSite;
using tensor::Op;

std::vector<TensorType> infer_clip_scale(std::span<const TensorType> inputs, const tensor::Attributes&) {
  core::require(inputs.size() == 2 && inputs[0].dtype == DType::f32 && inputs[1] == TensorType{{1}, DType::f32},
                "clip_scale needs f32 gradients and a greatest norm f32[1]");
  return {{{1}, DType::f32}, {{1}, DType::f32}};
}

void reference_clip_scale(const tensor::ReferenceSite& site) {
  double sum = 0;
  for (const float value : site.inputs[0]->floats) sum += static_cast<double>(value) * value;
  const auto norm = static_cast<float>(std::sqrt(sum));
  const float limit = site.inputs[1]->floats[0];
  float scale = limit > 0 && norm > limit ? limit / norm : 1.0F;
  if (!std::isfinite(norm)) scale = 0;
  site.outputs[0].floats[0] = scale;
  site.outputs[1].floats[0] = norm;
}

// Two stages: each of a fixed number of workgroups (one subgroup each) sums an interleaved part, then one
// workgroup sums the sums. The order of additions is fixed, so a run repeats exactly.
KernelPlan kernel_clip_scale(const KernelSite& site) {
  const std::int64_t count = site.inputs[0].shape.count();
  const std::int64_t lanes = site.traits.subgroup_size;
  const std::int64_t parts = std::clamp<std::int64_t>(ceil_div(count, 16 * lanes), 1, site.traits.is_cpu ? 64 : 1024);
  tensor::KernelCall first;
  first.shader = "optimizer_norm";
  first.constants = {word(lanes), count % 4 == 0};
  first.operands = {tensor::input_texel4(0), tensor::scratch_storage(0)};
  first.push = {word(count), word(parts)};
  first.groups = flat_groups(parts);
  tensor::KernelCall second;
  second.shader = "optimizer_norm_finish";
  second.constants = {word(lanes)};
  second.operands = {tensor::scratch_texel1(0), tensor::input_texel1(1), tensor::output_storage(0),
                     tensor::output_storage(1)};
  second.push = {word(parts)};
  KernelPlan plan;
  plan.calls = {first, second};
  plan.scratch_bytes = {parts * 4};
  plan.flops = static_cast<double>(count) * 2;
  return plan;
}

std::vector<Example> examples_clip_scale() {
  std::vector<float> broken(70, 0.5F);
  broken[33] = std::numeric_limits<float>::infinity();
  Example not_finite = example_without_gradient("not finite", {float_input({70}, broken), float_input({1}, {1.0F})});
  return {example_without_gradient("clips", {uniform_input({4096}), float_input({1}, {0.5F})}),
          example_without_gradient("small", {uniform_input({77}), float_input({1}, {100.0F})}),
          example_without_gradient("no limit", {uniform_input({1}), float_input({1}, {0.0F})}), not_finite};
}

}  // namespace

const Op& clip_scale_op() {
  static const Op op = [] {
    Op made;
    made.name = "clip_scale";
    made.family = tensor::Family::optimizer;
    made.infer = infer_clip_scale;
    made.reference = reference_clip_scale;
    made.kernel = kernel_clip_scale;
    made.examples = examples_clip_scale;
    return made;
  }();
  return op;
}

ClipScale clip_scale(tensor::Tensor gradients, tensor::Tensor max_norm) {
  const Tensor inputs[] = {gradients, max_norm};
  const std::vector<Tensor> outputs = gradients.graph->apply(clip_scale_op(), inputs);
  return {outputs[0], outputs[1]};
}

}  // namespace figment::ops
