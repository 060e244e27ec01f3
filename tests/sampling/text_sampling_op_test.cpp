#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"
#include "ops/ops.h"
#include "ops/text_sampling.h"
#include "runtime/interpreter.h"
#include "sampling/text_reference.h"

namespace figment::sampling {
namespace {

using tensor::DType;

/// Probabilities after penalize and filter_logits.
std::vector<double> by_ops(const std::vector<float>& logits, const std::vector<std::int32_t>& history,
                           const TextOptions& options) {
  tensor::Graph graph;
  const auto count = static_cast<std::int64_t>(logits.size());
  const auto length = static_cast<std::int64_t>(history.size());
  const tensor::Tensor penalised = ops::penalize(
      graph.constant({1, count}, logits), graph.constant({1, length}, {history.begin(), history.end()}, DType::i32),
      graph.constant({1}, {static_cast<float>(length)}, DType::i32),
      graph.constant({4}, {options.repetition_penalty, options.presence_penalty, options.frequency_penalty,
                           static_cast<float>(options.penalty_window)}));
  const float temperature = options.greedy ? 0 : options.temperature;
  const tensor::Tensor result =
      ops::filter_logits(penalised, graph.constant({8}, {temperature, static_cast<float>(options.top_k), options.top_p,
                                                         options.min_p, options.typical_p, 0, 0, 0}));
  runtime::Interpreter interpreter;
  const auto values = interpreter.run(graph, std::span(&result, 1), {})[0].floats;
  const float highest = *std::max_element(values.begin(), values.end());
  std::vector<double> probabilities;
  double sum = 0;
  for (const float value : values) sum += probabilities.emplace_back(std::exp(static_cast<double>(value) - highest));
  for (double& probability : probabilities) probability /= sum;
  return probabilities;
}

// The ops' own references and this folder's plain one say the same.
TEST(TextSamplingOps, AgreeWithTheReferenceChain) {
  core::Random random(2);
  for (int trial = 0; trial < 60; ++trial) {
    std::vector<float> logits(50);
    for (float& logit : logits) logit = 3 * random.normal();
    std::vector<std::int32_t> history(20);
    for (std::int32_t& token : history) token = static_cast<std::int32_t>(random.below(50));
    TextOptions options;
    options.temperature = random.uniform(0.3F, 1.5F);
    options.top_k = random.chance(0.5F) ? static_cast<int>(random.below(40)) : 0;
    options.top_p = random.chance(0.5F) ? random.uniform(0.02F, 1) : 1;
    options.min_p = random.chance(0.5F) ? random.uniform(0, 0.2F) : 0;
    options.typical_p = random.chance(0.5F) ? random.uniform(0.1F, 1) : 1;
    options.repetition_penalty = random.uniform(1, 1.5F);
    options.presence_penalty = random.uniform(0, 0.5F);
    options.frequency_penalty = random.uniform(0, 0.5F);
    options.penalty_window = static_cast<int>(random.below(30));
    options.greedy = trial % 10 == 9;
    const auto expected = reference_filter(logits, history, options);
    const auto found = by_ops(logits, history, options);
    for (std::size_t i = 0; i < logits.size(); ++i)
      ASSERT_NEAR(found[i], expected[i], 1e-4) << trial << ", token " << i;
  }
}

}  // namespace
}  // namespace figment::sampling
