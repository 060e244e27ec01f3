#include "ops/optimizer.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/error.h"
#include "ops/launch.h"
#include "ops/ops.h"

namespace figment::ops {
namespace {

using tensor::Example;
using tensor::KernelPlan;
using tensor::KernelSite;
using tensor::Op;

// ---- adamw: inputs {parameters, m, v, [ema], gradients, hyper, gradient_scale}

template <bool with_ema>
constexpr std::size_t state_size = with_ema ? 4 : 3;

template <bool with_ema>
std::vector<TensorType> infer_adamw(std::span<const TensorType> inputs, const tensor::Attributes& attributes) {
  constexpr std::size_t state = state_size<with_ema>;
  core::require(inputs.size() == state + 3, "adamw needs {} inputs, not {}", state + 3, inputs.size());
  for (std::size_t i = 0; i <= state; ++i) {
    core::require(inputs[i] == TensorType{{inputs[0].shape.count()}, DType::f32},
                  "adamw needs flat f32 tensors of one size, not {} and {}", inputs[0].to_string(),
                  inputs[i].to_string());
  }
  core::require(inputs[state + 1] == TensorType{{8}, DType::f32}, "adamw needs hyperparameters f32[8], not {}",
                inputs[state + 1].to_string());
  core::require(inputs[state + 2].shape.count() == 1, "adamw needs a gradient scale of one element");
  core::require(attributes.integer("decay_count") >= 0, "adamw needs a decay count of 0 or more");
  return {};
}

template <bool with_ema>
void reference_adamw(const tensor::ReferenceSite& site) {
  constexpr std::size_t state = state_size<with_ema>;
  const auto& hyper = site.inputs[state + 1]->floats;
  const float scale = site.inputs[state + 2]->floats[0];
  if (!(scale > 0)) return;
  const std::int64_t decay_count = site.attributes.integer("decay_count");
  for (std::size_t i = 0; i < site.inputs[0]->floats.size(); ++i) {
    float& parameter = site.inputs[0]->floats[i];
    float& m = site.inputs[1]->floats[i];
    float& v = site.inputs[2]->floats[i];
    const float gradient = site.inputs[state]->floats[i] * scale;
    m = hyper[1] * m + (1 - hyper[1]) * gradient;
    v = hyper[2] * v + (1 - hyper[2]) * gradient * gradient;
    const float decay = static_cast<std::int64_t>(i) < decay_count ? hyper[4] * parameter : 0;
    parameter -= hyper[0] * (m * hyper[5] / (std::sqrt(v * hyper[6]) + hyper[3]) + decay);
    if constexpr (with_ema) {
      float& ema = site.inputs[3]->floats[i];
      ema += hyper[7] * (parameter - ema);
    }
  }
}

template <bool with_ema>
KernelPlan kernel_adamw(const KernelSite& site) {
  constexpr int state = static_cast<int>(state_size<with_ema>);
  const std::int64_t count = site.inputs[0].shape.count();
  const int ema = with_ema ? 3 : 0;  // any operand of the size stands in for a missing average
  tensor::KernelCall call;
  call.shader = "optimizer_adamw";
  call.constants = {word(flat_local_size), count % 4 == 0, with_ema};
  call.operands = {tensor::input_texel4(0),         tensor::input_texel4(1),     tensor::input_texel4(2),
                   tensor::input_texel4(ema),       tensor::input_texel4(state), tensor::input_texel4(state + 1),
                   tensor::input_texel1(state + 2), tensor::input_storage(0),    tensor::input_storage(1),
                   tensor::input_storage(2),        tensor::input_storage(ema)};
  call.push = {word(count), word(site.attributes.integer("decay_count"))};
  call.groups = elementwise_groups(count);
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = static_cast<double>(count) * 20;
  return plan;
}

template <bool with_ema>
std::vector<Example> examples_adamw() {
  std::vector<Example> list;
  for (const float scale : {0.5F, 0.0F}) {
    for (const std::int64_t count : {std::int64_t{192}, std::int64_t{77}}) {
      std::vector<Example::Input> inputs = {uniform_input({count}), uniform_input({count}),
                                            uniform_input({count}, 0.01F, 1)};
      if (with_ema) inputs.push_back(uniform_input({count}));
      inputs.push_back(uniform_input({count}));
      inputs.push_back(float_input({8}, {0.01F, 0.9F, 0.99F, 1e-6F, 0.1F, 2.5F, 12.0F, 0.05F}));
      inputs.push_back(float_input({1}, {scale}));
      list.push_back(example_without_gradient((scale > 0 ? "step of " : "skipped, ") + std::to_string(count),
                                              std::move(inputs), {{"decay_count", std::int64_t{66}}}));
    }
  }
  return list;
}

template <bool with_ema>
const Op& adamw_op() {
  static const Op op = [] {
    Op made;
    made.name = with_ema ? "adamw_ema" : "adamw";
    made.family = tensor::Family::optimizer;
    made.infer = infer_adamw<with_ema>;
    made.reference = reference_adamw<with_ema>;
    made.kernel = kernel_adamw<with_ema>;
    made.mutates = {0, 1, 2};
    if (with_ema) made.mutates.push_back(3);
    made.examples = examples_adamw<with_ema>;
    return made;
  }();
  return op;
}

// ---- clip_scale

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

}  // namespace

AdamwHyper adamw_hyper(std::int64_t t, float learning_rate, float beta1, float beta2, float weight_decay,
                       float ema_rate, float epsilon) {
  core::require(t >= 1, "the first step of adamw is 1, not {}", t);
  AdamwHyper hyper;
  hyper.learning_rate = learning_rate;
  hyper.beta1 = beta1;
  hyper.beta2 = beta2;
  hyper.epsilon = epsilon;
  hyper.weight_decay = weight_decay;
  hyper.first_correction = static_cast<float>(1 / (1 - std::pow(static_cast<double>(beta1), static_cast<double>(t))));
  hyper.second_correction = static_cast<float>(1 / (1 - std::pow(static_cast<double>(beta2), static_cast<double>(t))));
  hyper.ema_rate = ema_rate;
  return hyper;
}

void adamw(const AdamwState& state, tensor::Tensor gradients, tensor::Tensor hyper, tensor::Tensor gradient_scale,
           std::int64_t decay_count) {
  std::vector<Tensor> inputs = {state.parameters, state.m, state.v};
  if (state.ema) inputs.push_back(state.ema);
  inputs.insert(inputs.end(), {gradients, hyper, gradient_scale});
  const Op& op = state.ema ? adamw_op<true>() : adamw_op<false>();
  state.parameters.graph->apply(op, inputs, {{"decay_count", decay_count}});
}

ClipScale clip_scale(tensor::Tensor gradients, tensor::Tensor max_norm) {
  const Tensor inputs[] = {gradients, max_norm};
  const std::vector<Tensor> outputs = gradients.graph->apply(clip_scale_op(), inputs);
  return {outputs[0], outputs[1]};
}

std::vector<const Op*> optimizer_ops() { return {&adamw_op<false>(), &adamw_op<true>(), &clip_scale_op()}; }

}  // namespace figment::ops
