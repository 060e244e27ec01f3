#include "ops/text_sampling.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "ops/ops.h"
#include "runtime/interpreter.h"

namespace figment::ops {
namespace {

/// Which of the tokens stay.
std::vector<int> kept(const std::vector<float>& probabilities, const FilterParams& params) {
  std::vector<float> logits;
  for (const float p : probabilities) logits.push_back(std::log(p));
  Graph graph;
  const float* first = &params.temperature;
  const Tensor result = filter_logits(graph.constant({1, static_cast<std::int64_t>(logits.size())}, logits),
                                      graph.constant({8}, {first, first + 8}));
  runtime::Interpreter interpreter;
  std::vector<int> tokens;
  const auto values = interpreter.run(graph, std::span(&result, 1), {})[0].floats;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] != removed_logit) {
      EXPECT_NEAR(values[i], logits[i] / (params.temperature > 0 ? params.temperature : 1), 1e-5);
      tokens.push_back(static_cast<int>(i));
    }
  }
  return tokens;
}

const std::vector<float> probabilities = {0.1F, 0.5F, 0.05F, 0.3F, 0.05F};

FilterParams params(float temperature, float top_k, float top_p, float min_p, float typical_p) {
  FilterParams result;
  result.temperature = temperature;
  result.top_k = top_k;
  result.top_p = top_p;
  result.min_p = min_p;
  result.typical_p = typical_p;
  return result;
}

TEST(FilterLogits, KeepsAllByDefault) { EXPECT_EQ(kept(probabilities, {}).size(), 5U); }
TEST(FilterLogits, TemperatureZeroIsGreedy) {
  EXPECT_EQ(kept(probabilities, params(0, 0, 1, 0, 1)), (std::vector<int>{1}));
}
TEST(FilterLogits, TopK) {
  EXPECT_EQ(kept(probabilities, params(1, 2, 1, 0, 1)), (std::vector<int>{1, 3}));
  EXPECT_EQ(kept(probabilities, params(1, 4, 1, 0, 1)), (std::vector<int>{0, 1, 2, 3})) << "the lower of two equals";
  EXPECT_EQ(kept(probabilities, params(1, 99, 1, 0, 1)).size(), 5U);
}
TEST(FilterLogits, TopPKeepsTheTokenThatReachesIt) {
  EXPECT_EQ(kept(probabilities, params(1, 0, 0.45F, 0, 1)), (std::vector<int>{1}));
  EXPECT_EQ(kept(probabilities, params(1, 0, 0.6F, 0, 1)), (std::vector<int>{1, 3}));
  EXPECT_EQ(kept(probabilities, params(1, 0, 0, 0, 1)), (std::vector<int>{1}));
}
TEST(FilterLogits, TopPCountsOnlyWhatTopKLeft) {
  // Of 0.5 and 0.3 the first has 0.625.
  EXPECT_EQ(kept(probabilities, params(1, 2, 0.6F, 0, 1)), (std::vector<int>{1}));
}
TEST(FilterLogits, MinP) { EXPECT_EQ(kept(probabilities, params(1, 0, 1, 0.15F, 1)), (std::vector<int>{0, 1, 3})); }
TEST(FilterLogits, TypicalPrefersExpectedInformation) {
  // The entropy is 1.24 nats; 0.3 (1.20) is nearest, then 0.5 (0.69).
  EXPECT_EQ(kept(probabilities, params(1, 0, 1, 0, 0.25F)), (std::vector<int>{3}));
  EXPECT_EQ(kept(probabilities, params(1, 0, 1, 0, 0.7F)), (std::vector<int>{1, 3}));
}

TEST(Penalize, CountsOnlyTheWindowOfFilledTokens) {
  Graph graph;
  const Tensor result =
      penalize(graph.constant({1, 4}, {2, -2, 1, 1}), graph.constant({1, 4}, {0, 1, 0, 2}, DType::i32),
               graph.constant({1}, {3}, DType::i32), graph.constant({4}, {2, 0.25F, 0.5F, 2}));
  runtime::Interpreter interpreter;
  const auto values = interpreter.run(graph, std::span(&result, 1), {})[0].floats;
  EXPECT_EQ(values, (std::vector<float>{1 - 0.75F, -4 - 0.75F, 1, 1}));
}

TEST(Penalize, RefusesOtherShapes) {
  Graph graph;
  const Tensor logits = graph.constant({1, 2}, {0, 0});
  const Tensor length = graph.constant({1}, {0}, DType::i32);
  EXPECT_THROW(penalize(logits, logits, length, graph.constant({4}, {1, 0, 0, 0})), core::Error);
}

}  // namespace
}  // namespace figment::ops
