#include "ops/text_sampling.h"

#include "core/error.h"
#include "ops/choose_token.h"
#include "ops/launch.h"
#include "ops/ops.h"
#include "ops/text_sampling_filter.h"

namespace figment::ops {
namespace {

using tensor::Example;
using tensor::Op;

std::vector<TensorType> infer_penalize(std::span<const TensorType> inputs, const tensor::Attributes&) {
  core::require(inputs.size() == 4 && inputs[0].dtype == DType::f32 && inputs[0].shape.rank() == 2,
                "penalize needs f32 logits [N, V]");
  core::require(
      inputs[1].dtype == DType::i32 && inputs[1].shape.rank() == 2 && inputs[1].shape[0] == inputs[0].shape[0],
      "penalize needs an i32 history [N, T] of as many rows as the logits, not {}", inputs[1].to_string());
  core::require(inputs[2] == TensorType{{1}, DType::i32}, "penalize needs a length i32[1], not {}",
                inputs[2].to_string());
  core::require(inputs[3] == TensorType{{4}, DType::f32}, "penalize needs params f32[4], not {}",
                inputs[3].to_string());
  return {inputs[0]};
}

void reference_penalize(const tensor::ReferenceSite& site) {
  const std::int64_t classes = site.inputs[0]->type.shape[1];
  const std::int64_t steps = site.inputs[1]->type.shape[1];
  const std::int64_t length = std::min<std::int64_t>(steps, site.inputs[2]->ints[0]);
  const auto& params = site.inputs[3]->floats;
  const std::int64_t first = std::max<std::int64_t>(0, length - static_cast<std::int64_t>(params[3]));
  for (std::int64_t row = 0; row < site.inputs[0]->type.shape[0]; ++row) {
    const auto history = site.inputs[1]->ints.begin() + row * steps;
    for (std::int64_t token = 0; token < classes; ++token) {
      const auto at = static_cast<std::size_t>(row * classes + token);
      float logit = site.inputs[0]->floats[at];
      const auto seen =
          length > first ? std::count(history + first, history + length, static_cast<std::int32_t>(token)) : 0;
      if (seen > 0) {
        logit = logit > 0 ? logit / params[0] : logit * params[0];
        logit -= params[1] + params[2] * static_cast<float>(seen);
      }
      site.outputs[0].floats[at] = logit;
    }
  }
}

tensor::KernelPlan kernel_penalize(const tensor::KernelSite& site) {
  const std::int64_t rows = site.inputs[0].shape[0];
  const std::int64_t classes = site.inputs[0].shape[1];
  const std::int64_t steps = site.inputs[1].shape[1];
  const std::int64_t lanes = site.traits.subgroup_size;
  const std::int64_t groups = ceil_div(classes / 4 + 2, lanes);  // a row may start within a texel
  tensor::KernelCall call;
  call.shader = "text_sampling_penalize";
  call.constants = {word(lanes), classes % 4 == 0};
  call.operands = {tensor::input_texel4(0), tensor::input_texel1(1), tensor::input_texel1(2), tensor::input_texel4(3),
                   tensor::output_storage(0)};
  call.push = {word(rows), word(classes), word(steps), word(groups)};
  call.groups = flat_groups(rows * groups);
  tensor::KernelPlan plan;
  plan.calls = {call};
  plan.flops = static_cast<double>(rows * classes) * static_cast<double>(steps);
  return plan;
}

std::vector<Example> examples_penalize() {
  const auto params = float_input({4}, {1.3F, 0.2F, 0.1F, 256});
  const auto short_window = float_input({4}, {1.3F, 0.2F, 0.1F, 3});
  return {example_without_gradient(
              "aligned", {uniform_input({2, 16}), random_int_input({2, 10}, 0, 16), int_input({1}, {7}), params}),
          example_without_gradient(
              "odd", {uniform_input({3, 13}), random_int_input({3, 9}, 0, 13), int_input({1}, {9}), short_window}),
          example_without_gradient(
              "empty history", {uniform_input({1, 13}), random_int_input({1, 5}, 0, 13), int_input({1}, {0}), params})};
}

const Op& penalize_op() {
  static const Op op = [] {
    Op made;
    made.name = "penalize";
    made.family = tensor::Family::sampling;
    made.infer = infer_penalize;
    made.reference = reference_penalize;
    made.kernel = kernel_penalize;
    made.examples = examples_penalize;
    return made;
  }();
  return op;
}

}  // namespace

tensor::Tensor penalize(tensor::Tensor logits, tensor::Tensor history, tensor::Tensor length, tensor::Tensor params) {
  return logits.graph->apply_one(penalize_op(), {logits, history, length, params});
}

tensor::Tensor filter_logits(tensor::Tensor logits, tensor::Tensor params) {
  return logits.graph->apply_one(filter_logits_op(), {logits, params});
}

std::vector<const Op*> text_sampling_ops() { return {&penalize_op(), &filter_logits_op(), &choose_token_op()}; }

}  // namespace figment::ops
