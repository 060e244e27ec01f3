#include "ops/choose_token.h"

#include "core/error.h"
#include "ops/launch.h"
#include "ops/ops.h"

namespace figment::ops {
namespace {

using tensor::Example;

std::vector<TensorType> infer_choose(std::span<const TensorType> inputs, const tensor::Attributes& attributes) {
  core::require(inputs.size() == 6 && inputs[0].dtype == DType::f32 && inputs[0].shape.rank() == 2,
                "choose_token needs f32 logits [N, V]");
  const std::int64_t rows = inputs[0].shape[0];
  core::require(inputs[1].dtype == DType::i32 && inputs[1].shape.rank() == 2 && inputs[1].shape[0] == rows,
                "choose_token needs an i32 history [N, T] of as many rows as the logits, not {}",
                inputs[1].to_string());
  core::require(inputs[2] == TensorType{{1}, DType::i32}, "choose_token needs a length i32[1], not {}",
                inputs[2].to_string());
  core::require(inputs[3] == TensorType{{chain_settings_size}, DType::f32},
                "choose_token needs settings f32[{}], not {}", chain_settings_size, inputs[3].to_string());
  core::require(inputs[4] == TensorType{{rows}, DType::f32}, "choose_token needs a state f32[N], not {}",
                inputs[4].to_string());
  core::require(inputs[5] == TensorType{{4}, DType::u32}, "choose_token needs a seed u32[4], not {}",
                inputs[5].to_string());
  const std::int64_t stages = attributes.integer("stages");
  core::require(stages >= 1 && stages <= chain_stages_max, "choose_token has 1 to {} stages", chain_stages_max);
  const std::int64_t width = ceil_div(inputs[0].shape[1], 4) * 4;
  return {{{rows}, DType::i32}, {{rows, 4}, DType::f32}, {{rows, 1 + stages, width}, DType::f32}};
}

// One subgroup a row. "The best that together weigh so much" needs no sorting: the threshold is found bit by bit, each
// bit with one sum over the row.
tensor::KernelPlan kernel_choose(const tensor::KernelSite& site) {
  const std::int64_t rows = site.inputs[0].shape[0];
  const std::int64_t classes = site.inputs[0].shape[1];
  tensor::KernelCall call;
  call.shader = "choose_token";
  call.constants = {site.traits.subgroup_size};
  call.operands = {tensor::input_texel1(0),   tensor::input_texel1(1),   tensor::input_texel1(2),
                   tensor::input_texel4(3),   tensor::input_texel1(4),   tensor::input_texel4(5),
                   tensor::output_storage(0), tensor::output_storage(1), tensor::output_storage(2)};
  call.push = {word(rows), word(classes), word(site.inputs[1].shape[1]), word(1 + site.attributes.integer("stages"))};
  call.groups = flat_groups(rows);
  tensor::KernelPlan plan;
  plan.calls = {call};
  plan.flops = static_cast<double>(rows * classes) * 300;
  return plan;
}

/// An example whose chain has exactly these stages.
Example chain_example(const std::string& name, std::int64_t rows, std::int64_t classes,
                      std::initializer_list<ChainSettings::Stage> stages) {
  ChainSettings settings;
  std::copy(stages.begin(), stages.end(), settings.stages.begin());
  settings.bias[0] = {3, 1.5F};
  settings.bias[1] = {5, -100};
  settings.breakers[0] = 2;
  const auto floats = settings.floats();
  const tensor::Attributes attributes = {{"stages", static_cast<std::int64_t>(stages.size())}};
  // A short alphabet, so that texts repeat themselves.
  return example_without_gradient(
      name,
      {uniform_input({rows, classes}, -4, 4), random_int_input({rows, 24}, 0, 4), int_input({1}, {20}),
       float_input({chain_settings_size}, {floats.begin(), floats.end()}), uniform_input({rows}, 1, 4),
       int_input({4}, {99, 5, -3, 17}, DType::u32)},
      attributes);
}

ChainSettings::Stage stage(ChainStage kind, float a = 0, float b = 0, float c = 0, float d = 0) {
  return {static_cast<float>(kind), a, b, c, d, {0, 0, 0}};
}

std::vector<Example> examples_choose() {
  using enum ChainStage;
  return {chain_example("temperature", 3, 16, {stage(temperature, 0.7F)}),
          chain_example("temperature 0", 3, 13, {stage(temperature, 0)}),
          chain_example("dynamic temperature", 2, 33, {stage(temperature, 0.2F, 1.7F, 1.3F)}),
          chain_example("greedy", 5, 13, {stage(greedy)}),
          chain_example("bias", 2, 13, {stage(bias)}),
          chain_example("penalties", 3, 16, {stage(penalties, 1.3F, 0.2F, 0.1F, 15)}),
          chain_example("dry", 4, 13, {stage(dry, 0.8F, 1.75F, 2, 256)}),
          chain_example("dry in a window", 4, 16, {stage(dry, 0.8F, 1.75F, 1, 7)}),
          chain_example("top-n-sigma", 3, 45, {stage(top_n_sigma, 1)}),
          chain_example("top-k", 4, 13, {stage(top_k, 5)}),
          chain_example("typical", 3, 33, {stage(typical_p, 0.6F)}),
          chain_example("top-p", 3, 33, {stage(top_p, 0.7F)}),
          chain_example("top-p 0", 2, 901, {stage(top_p, 0)}),
          chain_example("min-p", 3, 32, {stage(min_p, 0.1F)}),
          chain_example("xtc", 3, 33, {stage(xtc, 1, 0.04F)}),
          chain_example("xtc by chance", 16, 33, {stage(xtc, 0.5F, 0.04F)}),
          chain_example("mirostat", 3, 33, {stage(mirostat)}),
          chain_example("all", 3, 901,
                        {stage(bias), stage(penalties, 1.1F, 0.1F, 0.1F, 64), stage(dry, 0.5F, 1.5F, 2, 64),
                         stage(top_n_sigma, 3), stage(temperature, 0.9F), stage(top_k, 300), stage(typical_p, 0.95F),
                         stage(top_p, 0.9F), stage(min_p, 0.02F), stage(xtc, 0.5F, 0.002F), stage(mirostat)}),
          chain_example("another order", 2, 45, {stage(top_k, 12), stage(min_p, 0.05F), stage(temperature, 1.5F)})};
}

}  // namespace

const tensor::Op& choose_token_op() {
  static const tensor::Op op = [] {
    tensor::Op made;
    made.name = "choose_token";
    made.family = tensor::Family::sampling;
    made.infer = infer_choose;
    made.reference = reference_choose_token;
    made.kernel = kernel_choose;
    made.examples = examples_choose;
    return made;
  }();
  return op;
}

TokenChoice choose_token(tensor::Tensor logits, tensor::Tensor history, tensor::Tensor length, tensor::Tensor settings,
                         tensor::Tensor state, tensor::Tensor seed, std::int64_t stages) {
  const auto outputs = logits.graph->apply(
      choose_token_op(), std::array<tensor::Tensor, 6>{logits, history, length, settings, state, seed},
      {{"stages", stages}});
  return {outputs[0], outputs[1], outputs[2]};
}

}  // namespace figment::ops
