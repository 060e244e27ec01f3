#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "ops/ops.h"
#include "runtime/interpreter.h"
#include "sampling/text_reference.h"

namespace figment::sampling {
namespace {

using tensor::DType;

struct Run {
  std::vector<double> probabilities;  ///< behind the last stage
  std::int32_t chosen = 0;
  std::vector<float> facts;
};

Run by_op(const std::vector<float>& logits, const std::vector<std::int32_t>& history, const TextOptions& options,
          const ReferenceSituation& situation = {}) {
  tensor::Graph graph;
  const auto count = static_cast<std::int64_t>(logits.size());
  const auto length = static_cast<std::int64_t>(history.size());
  std::vector<float> text(history.begin(), history.end());
  text.push_back(-1);  // a history is never empty
  const auto settings = chain_settings(options, situation.tokens);
  const auto floats = settings.floats();
  const ops::TokenChoice choice =
      ops::choose_token(graph.constant({1, count}, logits), graph.constant({1, length + 1}, text, DType::i32),
                        graph.constant({1}, {static_cast<float>(length)}, DType::i32),
                        graph.constant({ops::chain_settings_size}, {floats.begin(), floats.end()}),
                        graph.constant({1}, {static_cast<float>(situation.mirostat_limit)}),
                        graph.constant({4}, {static_cast<float>(options.seed), 0, 0, 0}, DType::u32));
  const std::array<tensor::Tensor, 3> outputs = {choice.chosen, choice.facts, choice.trace};
  runtime::Interpreter interpreter;
  const auto values = interpreter.run(graph, outputs, {});
  const std::size_t width = (logits.size() + 3) / 4 * 4;
  const float* row = values[2].floats.data() + active_stages(options, situation.tokens).size() * width;
  Run run;
  run.chosen = values[0].ints[0];
  run.facts = values[1].floats;
  const float highest = *std::max_element(row, row + logits.size());
  double sum = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    sum += run.probabilities.emplace_back(std::exp(static_cast<double>(row[i]) - highest));
  }
  for (double& probability : run.probabilities) probability /= sum;
  return run;
}

/// Options of which each stage is on with even odds, in any order.
TextOptions random_options(core::Random& random) {
  const auto maybe = [&](float low, float high, float neutral) {
    return random.chance(0.4F) ? random.uniform(low, high) : neutral;
  };
  TextOptions options;
  options.temperature = maybe(0.3F, 1.5F, 1);
  options.dynamic_range = maybe(0.1F, 0.8F, 0);
  options.dynamic_exponent = random.uniform(0.5F, 2);
  options.top_k = static_cast<int>(maybe(1, 40, 0));
  options.top_p = maybe(0.02F, 1, 1);
  options.min_p = maybe(0, 0.2F, 0);
  options.typical_p = maybe(0.1F, 1, 1);
  options.top_n_sigma = maybe(0.5F, 3, 0);
  options.xtc_probability = maybe(0, 1, 0);
  options.xtc_threshold = random.uniform(0.02F, 0.2F);
  options.repetition_penalty = maybe(1, 1.5F, 1);
  options.presence_penalty = maybe(-0.5F, 0.5F, 0);
  options.frequency_penalty = maybe(0, 0.5F, 0);
  options.penalty_window = static_cast<int>(random.below(30));
  options.dry_multiplier = maybe(0.1F, 2, 0);
  options.dry_allowed_length = 1 + static_cast<int>(random.below(4));
  options.mirostat_tau = maybe(1, 5, 0);
  options.greedy = random.chance(0.05F);
  for (std::size_t i = options.order.size() - 1; i > 0; --i) {
    std::swap(options.order[i], options.order[random.below(static_cast<std::uint32_t>(i + 1))]);
  }
  return options;
}

// The op's own reference (which the kernels are tested against) and this folder's plain one say the same.
TEST(TextSamplingOps, AgreeWithTheReferenceChainInAnyOrder) {
  core::Random random(2);
  for (int trial = 0; trial < 400; ++trial) {
    std::vector<float> logits(50);
    for (float& logit : logits) logit = 3 * random.normal();
    std::vector<std::int32_t> history(random.below(40));
    // Few words, so that phrases come back.
    for (std::int32_t& token : history) token = static_cast<std::int32_t>(random.below(trial % 2 == 0 ? 3 : 50));
    TextOptions options = random_options(random);
    options.xtc_probability = options.xtc_probability > 0.5F ? 1.0F : 0.0F;  // the draw is tested by itself
    ReferenceSituation situation;
    situation.mirostat_limit = random.uniform(0.5F, 6);
    if (trial % 3 == 0) situation.tokens.bias = {{7, 3.0F}, {2, -2.0F}};
    if (trial % 4 == 0) situation.tokens.breakers = {1};
    const auto expected = reference_filter(logits, history, options, situation);
    const auto found = by_op(logits, history, options, situation);
    for (std::size_t i = 0; i < logits.size(); ++i) {
      ASSERT_NEAR(found.probabilities[i], expected[i], 1e-4)
          << trial << ", token " << i << ", " << text_order_names(options.order);
    }
    EXPECT_GT(expected[static_cast<std::size_t>(found.chosen)], 0) << trial;
    EXPECT_NEAR(found.facts[0], -std::log(expected[static_cast<std::size_t>(found.chosen)]), 1e-3);
  }
}

TEST(TextSamplingOps, ChoosesAsOftenAsProbable) {
  const std::vector<float> logits = {0, 1, -1, 0.5F, -30};
  TextOptions options;
  options.temperature = 0.9F;
  const auto expected = reference_filter(logits, {}, options);
  std::vector<int> counts(logits.size());
  constexpr int draws = 3000;
  for (int i = 0; i < draws; ++i) {
    options.seed = static_cast<std::uint64_t>(i);
    ++counts[static_cast<std::size_t>(by_op(logits, {}, options).chosen)];
  }
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const double deviation = std::sqrt(expected[i] * (1 - expected[i]) / draws);
    EXPECT_NEAR(counts[i] / static_cast<double>(draws), expected[i], 4 * deviation + 1e-4) << i;
  }
}

TEST(TextSamplingOps, XtcHappensByChance) {
  const std::vector<float> logits = {2, 1.9F, 0, 0};
  TextOptions options;
  options.temperature = 1;
  options.xtc_probability = 0.3F;
  int excluded = 0;
  constexpr int draws = 2000;
  for (int i = 0; i < draws; ++i) {
    options.seed = static_cast<std::uint64_t>(i);
    excluded += by_op(logits, {}, options).probabilities[0] == 0 ? 1 : 0;
  }
  EXPECT_NEAR(excluded / static_cast<double>(draws), 0.3, 0.045);
}

TEST(TextSamplingOps, StagesThatAreOffAreNotThere) {
  TextOptions options;
  EXPECT_EQ(active_stages(options).size(), 1U) << "the temperature of 0.8";
  options.temperature = 1;
  EXPECT_TRUE(active_stages(options).empty());
  options.greedy = true;
  options.top_k = 5;
  EXPECT_EQ(active_stages(options).size(), 1U);
  const auto run = by_op({1, 3, 2}, {}, options);
  EXPECT_EQ(run.chosen, 1);
}

TEST(TextSamplingOps, TooManyBiasesAreRefused) {
  TextTokens tokens;
  tokens.bias.resize(ops::chain_bias_max + 1, {1, 1.0F});
  EXPECT_THROW(chain_settings({}, tokens), core::Error);
}

}  // namespace
}  // namespace figment::sampling
