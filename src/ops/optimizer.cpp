#include "ops/optimizer.h"

#include <cmath>
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

// Every optimiser's inputs: {parameters, its moments, [ema], gradients, hyper, gradient_scale}. Hyper is AdamwHyper.

enum class Rule : std::uint8_t { adamw, sgd, lion };

template <Rule rule>
constexpr std::size_t moments = rule == Rule::adamw ? 2 : 1;

template <Rule rule, bool with_ema>
constexpr std::size_t state_size = 1 + moments<rule> + (with_ema ? 1 : 0);

template <Rule rule>
constexpr std::string_view rule_name = rule == Rule::adamw ? "adamw"
                                       : rule == Rule::sgd ? "sgd"
                                                           : "lion";

template <Rule rule, bool with_ema>
std::vector<TensorType> infer(std::span<const TensorType> inputs, const tensor::Attributes& attributes) {
  constexpr std::size_t state = state_size<rule, with_ema>;
  constexpr std::string_view name = rule_name<rule>;
  core::require(inputs.size() == state + 3, "{} needs {} inputs, not {}", name, state + 3, inputs.size());
  for (std::size_t i = 0; i <= state; ++i) {
    core::require(inputs[i] == TensorType{{inputs[0].shape.count()}, DType::f32},
                  "{} needs flat f32 tensors of one size, not {} and {}", name, inputs[0].to_string(),
                  inputs[i].to_string());
  }
  core::require(inputs[state + 1] == TensorType{{8}, DType::f32}, "{} needs hyperparameters f32[8], not {}", name,
                inputs[state + 1].to_string());
  core::require(inputs[state + 2].shape.count() == 1, "{} needs a gradient scale of one element", name);
  core::require(attributes.integer("decay_count") >= 0, "{} needs a decay count of 0 or more", name);
  return {};
}

/// What to take off a parameter, before weight decay and the learning rate; moves the moments on.
template <Rule rule>
float direction(const AdamwHyper& hyper, float gradient, float& m, [[maybe_unused]] float* v,
                [[maybe_unused]] bool nesterov) {
  if constexpr (rule == Rule::adamw) {
    m = hyper.beta1 * m + (1 - hyper.beta1) * gradient;
    *v = hyper.beta2 * *v + (1 - hyper.beta2) * gradient * gradient;
    return m * hyper.first_correction / (std::sqrt(*v * hyper.second_correction) + hyper.epsilon);
  } else if constexpr (rule == Rule::sgd) {
    m = hyper.beta1 * m + gradient;
    return nesterov ? gradient + hyper.beta1 * m : m;
  } else {
    const float blend = hyper.beta1 * m + (1 - hyper.beta1) * gradient;
    m = hyper.beta2 * m + (1 - hyper.beta2) * gradient;
    return blend > 0 ? 1.0F : blend < 0 ? -1.0F : 0.0F;
  }
}

template <Rule rule, bool with_ema>
void reference(const tensor::ReferenceSite& site) {
  constexpr std::size_t state = state_size<rule, with_ema>;
  const auto& given = site.inputs[state + 1]->floats;
  const AdamwHyper hyper{given[0], given[1], given[2], given[3], given[4], given[5], given[6], given[7]};
  const float scale = site.inputs[state + 2]->floats[0];
  if (!(scale > 0)) return;
  const std::int64_t decay_count = site.attributes.integer("decay_count");
  const bool nesterov = site.attributes.integer("nesterov", 0) != 0;
  for (std::size_t i = 0; i < site.inputs[0]->floats.size(); ++i) {
    float& parameter = site.inputs[0]->floats[i];
    const float gradient = site.inputs[state]->floats[i] * scale;
    float* const v = moments<rule> > 1 ? &site.inputs[2]->floats[i] : nullptr;
    const float change = direction<rule>(hyper, gradient, site.inputs[1]->floats[i], v, nesterov);
    const float decay = static_cast<std::int64_t>(i) < decay_count ? hyper.weight_decay * parameter : 0;
    parameter -= hyper.learning_rate * (change + decay);
    if constexpr (with_ema) {
      float& ema = site.inputs[state - 1]->floats[i];
      ema += hyper.ema_rate * (parameter - ema);
    }
  }
}

template <Rule rule, bool with_ema>
KernelPlan kernel(const KernelSite& site) {
  constexpr int state = static_cast<int>(state_size<rule, with_ema>);
  constexpr int ema = with_ema ? state - 1 : 0;  // any operand of the size stands in for a missing average
  const std::int64_t count = site.inputs[0].shape.count();
  tensor::KernelCall call;
  call.constants = {word(flat_local_size), count % 4 == 0, with_ema};
  for (int i = 0; i <= static_cast<int>(moments<rule>); ++i) call.operands.push_back(tensor::input_texel4(i));
  for (const int i : {ema, state, state + 1}) call.operands.push_back(tensor::input_texel4(i));
  call.operands.push_back(tensor::input_texel1(state + 2));
  for (int i = 0; i <= static_cast<int>(moments<rule>); ++i) call.operands.push_back(tensor::input_storage(i));
  call.operands.push_back(tensor::input_storage(ema));
  call.shader = "optimizer_adamw";
  if constexpr (rule != Rule::adamw) {
    call.shader = "optimizer_momentum";
    const bool nesterov = site.attributes.integer("nesterov", 0) != 0;
    call.constants.push_back(rule == Rule::lion ? 2 : nesterov ? 1 : 0);
  }
  call.push = {word(count), word(site.attributes.integer("decay_count"))};
  call.groups = elementwise_groups(count);
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = static_cast<double>(count) * (rule == Rule::adamw ? 20 : 12);
  return plan;
}

template <Rule rule, bool with_ema>
std::vector<Example> examples() {
  std::vector<Example> list;
  const auto add = [&](const std::string& name, std::int64_t count, float scale, std::int64_t nesterov) {
    std::vector<Example::Input> inputs = {uniform_input({count}), uniform_input({count})};
    if (moments < rule >> 1) inputs.push_back(uniform_input({count}, 0.01F, 1));
    if (with_ema) inputs.push_back(uniform_input({count}));
    inputs.push_back(uniform_input({count}));
    inputs.push_back(float_input({8}, {0.01F, 0.9F, 0.99F, 1e-6F, 0.1F, 2.5F, 12.0F, 0.05F}));
    inputs.push_back(float_input({1}, {scale}));
    tensor::Attributes attributes{{"decay_count", std::int64_t{66}}};
    if (rule == Rule::sgd) attributes.set("nesterov", nesterov);
    list.push_back(example_without_gradient(name + std::to_string(count), std::move(inputs), std::move(attributes)));
  };
  for (const std::int64_t count : {std::int64_t{192}, std::int64_t{77}}) {
    add("step of ", count, 0.5F, 0);
    add("skipped, ", count, 0.0F, 0);
    if (rule == Rule::sgd) add("nesterov, ", count, 0.5F, 1);
  }
  return list;
}

template <Rule rule, bool with_ema>
const Op& step_op() {
  static const std::string name = std::string(rule_name<rule>) + (with_ema ? "_ema" : "");
  static const Op op = [] {
    Op made;
    made.name = name;
    made.family = tensor::Family::optimizer;
    made.infer = infer<rule, with_ema>;
    made.reference = reference<rule, with_ema>;
    made.kernel = kernel<rule, with_ema>;
    for (int i = 0; i < static_cast<int>(state_size<rule, with_ema>); ++i) made.mutates.push_back(i);
    made.examples = examples<rule, with_ema>;
    return made;
  }();
  return op;
}

/// Adds the step's node to the graph; `state` is the parameters and the moments.
template <Rule rule>
void apply_step(std::vector<Tensor> state, Tensor ema, std::initializer_list<Tensor> rest,
                tensor::Attributes attributes) {
  if (ema) state.push_back(ema);
  state.insert(state.end(), rest);
  const Op& op = ema ? step_op<rule, true>() : step_op<rule, false>();
  state.front().graph->apply(op, state, std::move(attributes));
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
  apply_step<Rule::adamw>({state.parameters, state.m, state.v}, state.ema, {gradients, hyper, gradient_scale},
                          {{"decay_count", decay_count}});
}

void sgd(const MomentumState& state, tensor::Tensor gradients, tensor::Tensor hyper, tensor::Tensor gradient_scale,
         std::int64_t decay_count, bool nesterov) {
  apply_step<Rule::sgd>({state.parameters, state.m}, state.ema, {gradients, hyper, gradient_scale},
                        {{"decay_count", decay_count}, {"nesterov", std::int64_t{nesterov}}});
}

void lion(const MomentumState& state, tensor::Tensor gradients, tensor::Tensor hyper, tensor::Tensor gradient_scale,
          std::int64_t decay_count) {
  apply_step<Rule::lion>({state.parameters, state.m}, state.ema, {gradients, hyper, gradient_scale},
                         {{"decay_count", decay_count}});
}

std::vector<const Op*> optimizer_ops() {
  return {&step_op<Rule::adamw, false>(),
          &step_op<Rule::adamw, true>(),
          &step_op<Rule::sgd, false>(),
          &step_op<Rule::sgd, true>(),
          &step_op<Rule::lion, false>(),
          &step_op<Rule::lion, true>(),
          &clip_scale_op(),
          &segment_norms_op()};
}

}  // namespace figment::ops
