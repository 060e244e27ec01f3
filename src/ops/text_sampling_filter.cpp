#include "ops/text_sampling_filter.h"

#include <cmath>
#include <numeric>

#include "core/error.h"
#include "ops/launch.h"
#include "ops/ops.h"
#include "ops/sort.h"
#include "ops/text_sampling.h"

namespace figment::ops {
namespace {

using tensor::Example;

std::vector<TensorType> infer_filter(std::span<const TensorType> inputs, const tensor::Attributes&) {
  core::require(inputs.size() == 2 && inputs[0].dtype == DType::f32 && inputs[0].shape.rank() == 2,
                "filter_logits needs f32 logits [N, V]");
  core::require(inputs[1] == TensorType{{8}, DType::f32}, "filter_logits needs params f32[8], not {}",
                inputs[1].to_string());
  return {inputs[0]};
}

/// One row while tokens are removed from it.
struct Row {
  std::vector<float> logits;  ///< over the temperature
  std::vector<bool> kept;

  /// The kept tokens' probabilities; 0 for removed ones.
  std::vector<float> probabilities() const {
    float highest = -std::numeric_limits<float>::infinity();
    for (std::size_t i = 0; i < logits.size(); ++i) highest = kept[i] ? std::max(highest, logits[i]) : highest;
    std::vector<float> result(logits.size());
    double sum = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
      if (kept[i]) result[i] = std::exp(logits[i] - highest);
      sum += result[i];
    }
    for (float& value : result) value = static_cast<float>(value / sum);
    return result;
  }

  /// Keeps the tokens with the greatest scores (the lower token first among equals) until their weights reach `target`.
  void keep_best(const std::vector<float>& scores, const std::vector<float>& weights, float target) {
    std::vector<std::size_t> order(logits.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return order_key(scores[a]) > order_key(scores[b]); });
    double reached = 0;
    for (const std::size_t i : order) {
      if (!kept[i]) continue;
      if (reached >= target) kept[i] = false;
      reached += weights[i];
    }
  }
};

constexpr float least_target = 1e-6F;  // so that one token stays

void keep_typical(Row& row, float typical_p) {
  const std::vector<float> probabilities = row.probabilities();
  double entropy = 0;
  for (const float p : probabilities) entropy -= p > 0 ? p * std::log(p) : 0;
  std::vector<float> scores(probabilities.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    scores[i] = -std::abs(-std::log(std::max(probabilities[i], 1e-38F)) - static_cast<float>(entropy));
  }
  row.keep_best(scores, probabilities, std::max(typical_p, least_target));
}

void filter_row(Row& row, const float* params) {
  const bool greedy = params[0] <= 0;
  if (!greedy) {
    for (float& logit : row.logits) logit /= params[0];
  }
  const float top_k = greedy ? 1 : std::floor(params[1]);
  if (top_k > 0) row.keep_best(row.logits, std::vector<float>(row.logits.size(), 1.0F), top_k);
  if (params[4] < 1) keep_typical(row, params[4]);
  if (params[2] < 1) row.keep_best(row.logits, row.probabilities(), std::max(params[2], least_target));
  if (params[3] > 0) {
    const std::vector<float> probabilities = row.probabilities();
    const float highest = *std::max_element(probabilities.begin(), probabilities.end());
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
      if (probabilities[i] < std::min(params[3], 1.0F) * highest) row.kept[i] = false;
    }
  }
}

void reference_filter(const tensor::ReferenceSite& site) {
  const auto classes = static_cast<std::size_t>(site.inputs[0]->type.shape[1]);
  const std::vector<float>& logits = site.inputs[0]->floats;
  for (std::size_t begin = 0; begin < logits.size(); begin += classes) {
    Row row;
    row.logits.assign(logits.begin() + static_cast<std::ptrdiff_t>(begin),
                      logits.begin() + static_cast<std::ptrdiff_t>(begin + classes));
    row.kept.assign(classes, true);
    filter_row(row, site.inputs[1]->floats.data());
    for (std::size_t i = 0; i < classes; ++i) {
      site.outputs[0].floats[begin + i] = row.kept[i] ? row.logits[i] : removed_logit;
    }
  }
}

// One subgroup a row. "The best that together weigh so much" needs no sorting: the threshold is found bit by bit, each
// bit with one sum over the row.
tensor::KernelPlan kernel_filter(const tensor::KernelSite& site) {
  const std::int64_t rows = site.inputs[0].shape[0];
  const std::int64_t classes = site.inputs[0].shape[1];
  tensor::KernelCall call;
  call.shader = "text_sampling_filter";
  call.constants = {site.traits.subgroup_size, classes % 4 == 0};
  call.operands = {tensor::input_texel4(0), tensor::input_texel4(1), tensor::output_storage(0)};
  call.push = {word(rows), word(classes)};
  call.groups = flat_groups(rows);
  tensor::KernelPlan plan;
  plan.calls = {call};
  plan.flops = static_cast<double>(rows * classes) * 600;
  return plan;
}

std::vector<Example> examples_filter() {
  const auto with = [](const std::string& name, std::int64_t rows, std::int64_t classes, std::vector<float> params) {
    return example_without_gradient(name, {uniform_input({rows, classes}, -4, 4), float_input({8}, std::move(params))});
  };
  const auto ties = [](const std::string& name, std::vector<float> params) {
    return example_without_gradient(
        name, {float_input({1, 7}, {1, 2, 2, -1, 2, 0, -0.0F}), float_input({8}, std::move(params))});
  };
  return {with("nothing removed", 2, 12, {0.7F, 0, 1, 0, 1, 0, 0, 0}),
          with("greedy", 5, 13, {0, 0, 1, 0, 1, 0, 0, 0}),
          with("top-k", 4, 13, {1, 5, 1, 0, 1, 0, 0, 0}),
          with("top-p", 3, 33, {0.8F, 0, 0.7F, 0, 1, 0, 0, 0}),
          with("min-p", 3, 32, {1.2F, 0, 1, 0.1F, 1, 0, 0, 0}),
          with("typical", 3, 33, {1, 0, 1, 0, 0.6F, 0, 0, 0}),
          with("all", 3, 901, {0.9F, 300, 0.9F, 0.02F, 0.95F, 0, 0, 0}),
          with("top-p 0", 2, 901, {0.9F, 0, 0, 0, 1, 0, 0, 0}),
          ties("ties, greedy", {0, 0, 1, 0, 1, 0, 0, 0}),
          ties("ties, top-k", {1, 2, 1, 0, 1, 0, 0, 0}),
          ties("ties, top-p", {1, 0, 0.4F, 0, 1, 0, 0, 0})};
}

}  // namespace

const tensor::Op& filter_logits_op() {
  static const tensor::Op op = [] {
    tensor::Op made;
    made.name = "filter_logits";
    made.family = tensor::Family::sampling;
    made.infer = infer_filter;
    made.reference = reference_filter;
    made.kernel = kernel_filter;
    made.examples = examples_filter;
    return made;
  }();
  return op;
}

}  // namespace figment::ops
