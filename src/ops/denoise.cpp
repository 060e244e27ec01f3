#include "ops/denoise.h"

#include <vector>

#include "core/error.h"
#include "ops/launch.h"
#include "ops/ops.h"

namespace figment::ops {
namespace {

using tensor::Example;
using tensor::HostTensor;
using tensor::KernelPlan;
using tensor::KernelSite;
using tensor::Op;

// Inputs {x, y, history 0..2, output, row, [noise], [guidance]}.
constexpr std::size_t state_size = 5;
constexpr int output_index = 5;
constexpr int row_index = 6;

struct Layout {
  int noise = -1;  ///< input, or -1
  int guidance = -1;
};

Layout layout_of(const tensor::Attributes& attributes) {
  Layout layout;
  int next = row_index + 1;
  if (attributes.integer("noise", 0) != 0) layout.noise = next++;
  if (attributes.integer("guidance", 0) != 0) layout.guidance = next++;
  return layout;
}

std::vector<TensorType> infer_denoise(std::span<const TensorType> inputs, const tensor::Attributes& attributes) {
  const Layout layout = layout_of(attributes);
  const std::size_t expected = state_size + 2 + (layout.noise >= 0) + (layout.guidance >= 0);
  core::require(inputs.size() == expected, "denoise needs {} inputs, not {}", expected, inputs.size());
  const std::int64_t count = inputs[0].shape.count();
  for (std::size_t i = 0; i < state_size; ++i) {
    core::require(inputs[i].dtype == DType::f32 && inputs[i].shape.count() == count,
                  "denoise needs a state of five f32 tensors of one size, not {} beside {}", inputs[i].to_string(),
                  inputs[0].to_string());
  }
  const std::int64_t given = inputs[output_index].shape.count();
  core::require(given == count || given == 2 * count, "denoise needs a network output of {} or {} values, not {}",
                count, 2 * count, given);
  core::require(inputs[row_index] == TensorType{{denoise_row_size}, DType::f32}, "denoise needs a row f32[{}], not {}",
                denoise_row_size, inputs[row_index].to_string());
  core::require(layout.noise < 0 || inputs[static_cast<std::size_t>(layout.noise)].shape.count() == count,
                "denoise needs noise of the picture's size");
  core::require(layout.guidance < 0 || inputs[static_cast<std::size_t>(layout.guidance)].shape.count() == 1,
                "denoise needs a guidance scale of one element");
  return {{inputs[0].shape, DType::f32}};
}

// An operand of weight 0 is not read: it may be uninitialised, and 0 * NaN is NaN.
float weighted(float weight, float value) { return weight == 0 ? 0 : weight * value; }

float weighted(const float* weights, const float* values) {
  float sum = 0;
  for (int j = 0; j < 4; ++j) sum += weighted(weights[j], values[j]);
  return sum;
}

// The formula of sampling::apply_step and sampling::guide, which live above this folder; tests/sampling compares them.
void reference_denoise(const tensor::ReferenceSite& site) {
  const Layout layout = layout_of(site.attributes);
  const float* row = site.inputs[row_index]->floats.data();
  const auto slot = static_cast<std::size_t>(row[19]);
  const float guidance =
      layout.guidance < 0 ? row[18] : site.inputs[static_cast<std::size_t>(layout.guidance)]->floats[0];
  std::vector<float>& x = site.inputs[0]->floats;
  std::vector<float>& y = site.inputs[1]->floats;
  const std::vector<float>& output = site.inputs[output_index]->floats;
  const auto ring = [&](std::size_t j) -> std::vector<float>& { return site.inputs[2 + (slot + 3 - j) % 3]->floats; };
  bool saves = row[6] != 0 || row[7] != 0;
  for (int j = 12; j < 16; ++j) saves = saves || row[j] != 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    float f = output[i];
    if (output.size() == 2 * x.size()) f += guidance * (output[x.size() + i] - f);
    float m0 = weighted(row[2], x[i]) + weighted(row[3], f);
    if (row[17] > 0) m0 = std::clamp(m0, -row[17], row[17]);
    const float m[4] = {m0, ring(1)[i], ring(2)[i], ring(3)[i]};
    const float before = x[i];
    x[i] = weighted(row[4], before) + weighted(row[5], y[i]) + weighted(row + 8, m);
    if (layout.noise >= 0) x[i] += weighted(row[16], site.inputs[static_cast<std::size_t>(layout.noise)]->floats[i]);
    if (saves) y[i] = weighted(row[6], before) + weighted(row[7], y[i]) + weighted(row + 12, m);
    ring(3)[i] = m0;
    site.outputs[0].floats[i] = weighted(row[22], before) + weighted(row[23], m0);
  }
}

KernelPlan kernel_denoise(const KernelSite& site) {
  const Layout layout = layout_of(site.attributes);
  const std::int64_t count = site.inputs[0].shape.count();
  const bool guided = site.inputs[output_index].shape.count() == 2 * count;
  tensor::KernelCall call;
  call.shader = "denoise";
  call.constants = {word(flat_local_size), count % 4 == 0,       guided,
                    layout.noise >= 0,     layout.guidance >= 0, word(count % 4)};
  for (int i = 0; i <= row_index; ++i) call.operands.push_back(tensor::input_texel4(i));
  // A missing operand is not read; the row stands in for it.
  call.operands.push_back(tensor::input_texel4(layout.noise >= 0 ? layout.noise : row_index));
  call.operands.push_back(tensor::input_texel1(layout.guidance >= 0 ? layout.guidance : row_index));
  for (int i = 0; i < static_cast<int>(state_size); ++i) call.operands.push_back(tensor::input_storage(i));
  call.operands.push_back(tensor::output_storage(0));
  call.push = {word(count)};
  call.groups = elementwise_groups(count);
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = static_cast<double>(count) * 30;
  return plan;
}

Example denoise_example(const std::string& name, std::int64_t count, bool guided, bool noise, bool guidance,
                        const std::vector<float>& row) {
  std::vector<Example::Input> inputs(state_size, uniform_input({count}));
  inputs.push_back(uniform_input({guided ? 2 * count : count}));
  inputs.push_back(float_input({denoise_row_size}, row));
  if (noise) inputs.push_back(uniform_input({count}));
  if (guidance) inputs.push_back(float_input({1}, {2.5F}));
  return example_without_gradient(name, std::move(inputs),
                                  {{"noise", std::int64_t{noise}}, {"guidance", std::int64_t{guidance}}});
}

std::vector<Example> examples_denoise() {
  // Rows as sampling::StepCoefficients lays them out.
  const std::vector<float> full = {1,    500,  1.1F,  -0.4F, 0.7F,  0.2F, 0.3F, -0.6F, 0.5F, -0.25F, 0.125F, 0.06F,
                                   0.1F, 0.2F, -0.3F, 0.4F,  0.35F, 0.8F, 3,    1,     0.9F, 0.4F,   0.5F,   0.5F};
  std::vector<float> plain = full;
  for (const int zero : {5, 6, 7, 12, 13, 14, 15, 16, 17}) plain[static_cast<std::size_t>(zero)] = 0;
  plain[19] = 2;
  std::vector<float> first = plain;
  first[19] = 0;
  return {denoise_example("all weights", 64, true, true, false, full),
          denoise_example("few weights", 48, false, false, false, plain),
          denoise_example("odd size, guidance input", 77, true, true, true, full),
          denoise_example("odd size, guided", 54, true, false, false, first),
          denoise_example("odd size", 13, false, true, false, first)};
}

const Op& denoise_op() {
  static const Op op = [] {
    Op made;
    made.name = "denoise";
    made.family = tensor::Family::denoise;
    made.infer = infer_denoise;
    made.reference = reference_denoise;
    made.kernel = kernel_denoise;
    made.mutates = {0, 1, 2, 3, 4};
    made.examples = examples_denoise;
    return made;
  }();
  return op;
}

}  // namespace

tensor::Tensor denoise(const DenoiseState& state, const DenoiseInputs& inputs) {
  std::vector<Tensor> operands = {state.x,          state.y,       state.history[0], state.history[1],
                                  state.history[2], inputs.output, inputs.row};
  if (inputs.noise) operands.push_back(inputs.noise);
  if (inputs.guidance) operands.push_back(inputs.guidance);
  return state.x.graph->apply(
      denoise_op(), operands,
      {{"noise", std::int64_t{bool(inputs.noise)}}, {"guidance", std::int64_t{bool(inputs.guidance)}}})[0];
}

std::vector<const Op*> denoise_ops() { return {&denoise_op()}; }

}  // namespace figment::ops
