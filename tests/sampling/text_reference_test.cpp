#include "sampling/text_reference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "core/error.h"
#include "core/random.h"

namespace figment::sampling {
namespace {

constexpr float inf = std::numeric_limits<float>::infinity();

// Logits whose softmax is known: 0.5, 0.25, 0.15, 0.1 (any order).
std::vector<float> logits_of(const std::vector<double>& probabilities) {
  std::vector<float> logits;
  for (const double probability : probabilities) logits.push_back(static_cast<float>(std::log(probability)) + 3);
  return logits;
}

TextOptions neutral() {
  TextOptions options;
  for (const TextOptionInfo& info : text_options()) info.set(options, info.neutral);
  options.penalty_window = 256;
  return options;
}

void expect_probabilities(const std::vector<double>& actual, const std::vector<double>& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) EXPECT_NEAR(actual[i], expected[i], 1e-6) << i;
}

const std::vector<double> base = {0.15, 0.5, 0.1, 0.25};

TEST(TextReference, NeutralOptionsAreTheSoftmax) {
  const std::vector<std::int32_t> history = {1, 1, 2};
  expect_probabilities(reference_filter(logits_of(base), history, neutral()), base);
}

TEST(TextReference, Temperature) {
  TextOptions options = neutral();
  options.temperature = 0.5f;  // squares the odds
  const double sum = 0.0225 + 0.25 + 0.01 + 0.0625;
  expect_probabilities(reference_filter(logits_of(base), {}, options),
                       {0.0225 / sum, 0.25 / sum, 0.01 / sum, 0.0625 / sum});
  options.temperature = 0;
  expect_probabilities(reference_filter(logits_of(base), {}, options), {0, 1, 0, 0});
}

TEST(TextReference, Greedy) {
  TextOptions options = neutral();
  options.greedy = true;
  expect_probabilities(reference_filter(logits_of(base), {}, options), {0, 1, 0, 0});
  expect_probabilities(reference_filter(std::vector<float>{1, 2, 2}, {}, options), {0, 1, 0});  // the first of equals
  options.presence_penalty = 2;
  expect_probabilities(reference_filter(logits_of(base), std::vector<std::int32_t>{1}, options), {0, 0, 0, 1});
}

TEST(TextReference, TopK) {
  TextOptions options = neutral();
  options.top_k = 2;
  expect_probabilities(reference_filter(logits_of(base), {}, options), {0, 2 / 3.0, 0, 1 / 3.0});
  options.top_k = 100;
  expect_probabilities(reference_filter(logits_of(base), {}, options), base);
  options.top_k = 2;
  expect_probabilities(reference_filter(std::vector<float>{1, 1, 1}, {}, options), {0.5, 0.5, 0});
}

TEST(TextReference, TopP) {
  TextOptions options = neutral();
  options.top_p = 0.7f;  // 0.5 is not enough, 0.75 is
  expect_probabilities(reference_filter(logits_of(base), {}, options), {0, 2 / 3.0, 0, 1 / 3.0});
  options.top_p = 0.01f;  // at least one
  expect_probabilities(reference_filter(logits_of(base), {}, options), {0, 1, 0, 0});
}

TEST(TextReference, MinP) {
  TextOptions options = neutral();
  options.min_p = 0.4f;  // limit 0.2
  expect_probabilities(reference_filter(logits_of(base), {}, options), {0, 2 / 3.0, 0, 1 / 3.0});
  options.min_p = 1;
  expect_probabilities(reference_filter(logits_of(base), {}, options), {0, 1, 0, 0});
}

TEST(TextReference, TypicalP) {
  // The entropy is 1.208; surprises are 1.897, 0.693, 2.303, 1.386: the nearest is 0.25's, then 0.5's.
  TextOptions options = neutral();
  options.typical_p = 0.2f;
  expect_probabilities(reference_filter(logits_of(base), {}, options), {0, 0, 0, 1});
  options.typical_p = 0.6f;
  expect_probabilities(reference_filter(logits_of(base), {}, options), {0, 2 / 3.0, 0, 1 / 3.0});
}

TEST(TextReference, Penalties) {
  const std::vector<float> logits = {2, -1, 0.5f, 3};
  const std::vector<std::int32_t> history = {3, 0, 1, 1, 1};
  TextOptions options = neutral();
  options.repetition_penalty = 2;
  expect_probabilities(reference_penalties(logits, history, options), {1, -2, 0.5, 1.5});
  options.repetition_penalty = 1;
  options.presence_penalty = 0.5f;
  options.frequency_penalty = 0.25f;
  expect_probabilities(reference_penalties(logits, history, options), {1.25, -2.25, 0.5, 2.25});
  options.penalty_window = 2;
  expect_probabilities(reference_penalties(logits, history, options), {2, -2, 0.5, 3});
  options.penalty_window = 0;
  expect_probabilities(reference_penalties(logits, history, options), {2, -1, 0.5, 3});
}

TEST(TextReference, TopNSigma) {
  // Mean 2, deviation 1.5811: with n = 1 the limit is 2.919.
  const std::vector<float> logits = {0.5F, 1, 2, 4.5F};
  TextOptions options = neutral();
  options.top_n_sigma = 1;
  EXPECT_EQ(reference_filter(logits, {}, options)[3], 1);
  options.top_n_sigma = 2;  // 1.338: 2 stays
  const auto two = reference_filter(logits, {}, options);
  EXPECT_EQ(two[1], 0);
  EXPECT_NEAR(two[2], 1 / (1 + std::exp(2.5)), 1e-6);
}

TEST(TextReference, Xtc) {
  TextOptions options = neutral();
  options.xtc_probability = 0.5F;
  options.xtc_threshold = 0.2F;  // 0.5 and 0.25 are at or above it: 0.5 goes
  ReferenceSituation situation;
  situation.xtc_draw = 0.4;
  expect_probabilities(reference_filter(logits_of(base), {}, options, situation), {0.3, 0, 0.2, 0.5});
  situation.xtc_draw = 0.6;
  expect_probabilities(reference_filter(logits_of(base), {}, options, situation), base);
  situation.xtc_draw = 0;
  options.xtc_threshold = 0.4F;  // one alone stays
  expect_probabilities(reference_filter(logits_of(base), {}, options, situation), base);
}

TEST(TextReference, Dry) {
  const std::vector<float> logits = {1, 1, 1, 1, 1};
  // "0 1 2" was said before and went on with 3; "2" alone with 3 and 4.
  const std::vector<std::int32_t> history = {0, 1, 2, 3, 2, 4, 0, 1, 2};
  TextOptions options = neutral();
  options.dry_multiplier = 0.5F;
  options.dry_base = 2;
  options.dry_allowed_length = 2;
  const auto probabilities = reference_filter(logits, history, options);
  EXPECT_NEAR(probabilities[3] / probabilities[0], std::exp(-0.5 * 2), 1e-6);  // three words, one over
  EXPECT_NEAR(probabilities[4] / probabilities[0], 1, 1e-6);
  ReferenceSituation situation;
  situation.tokens.breakers = {1};  // no phrase crosses it: "2" alone is too short
  expect_probabilities(reference_filter(logits, history, options, situation), std::vector<double>(5, 0.2));
}

TEST(TextReference, DynamicTemperature) {
  TextOptions options = neutral();
  options.temperature = 1;
  options.dynamic_range = 0.5F;
  // Unsure as can be: the highest temperature, 1.5, which changes nothing among equals.
  expect_probabilities(reference_filter(std::vector<float>{2, 2, 2}, {}, options), {1 / 3.0, 1 / 3.0, 1 / 3.0});
  // The entropy of `base` is 1.2080 of log 4 = 1.3863: T = 0.5 + 1 * 0.8714.
  const double t = 0.5 + 1.20797 / std::log(4.0);
  double sum = 0;
  for (const double p : base) sum += std::pow(p, 1 / t);
  const auto found = reference_filter(logits_of(base), {}, options);
  for (std::size_t i = 0; i < base.size(); ++i) EXPECT_NEAR(found[i], std::pow(base[i], 1 / t) / sum, 1e-4);
}

TEST(TextReference, Mirostat) {
  // Surprises: 2.74, 1, 3.32, 2 bits.
  TextOptions options = neutral();
  options.mirostat_tau = 1.5F;
  options.mirostat_rate = 0.5F;
  ReferenceSituation situation;
  situation.mirostat_limit = 2.1;
  expect_probabilities(reference_filter(logits_of(base), {}, options, situation), {0, 2 / 3.0, 0, 1 / 3.0});
  situation.mirostat_limit = 0.5;  // the likeliest stays
  expect_probabilities(reference_filter(logits_of(base), {}, options, situation), {0, 1, 0, 0});
  EXPECT_EQ(first_mirostat_limit(options), 3.0F);
  EXPECT_EQ(next_mirostat_limit(options, 3.0F, 2.5F), 2.5F);
}

TEST(TextReference, Bias) {
  ReferenceSituation situation;
  situation.tokens.bias = {{1, static_cast<float>(-std::log(2.0))}, {3, -100}};
  expect_probabilities(reference_filter(logits_of(base), {}, neutral(), situation), {0.3, 0.5, 0.2, 0});
}

TEST(TextReference, TheOrderCounts) {
  TextOptions options = neutral();
  options.temperature = 0.5F;
  options.top_p = 0.6F;
  // Sharpened first, 0.5 has 0.70 of the whole; cut first, 0.5 and 0.25 stay.
  expect_probabilities(reference_filter(logits_of(base), {}, options), {0, 1, 0, 0});
  options.order = parse_text_order("top_p,temperature");
  expect_probabilities(reference_filter(logits_of(base), {}, options), {0, 0.8, 0, 0.2});
}

TEST(TextReference, FiltersWorkInTurn) {
  TextOptions options = neutral();
  options.top_k = 3;      // leaves 0.5, 0.25, 0.15 of 0.9
  options.top_p = 0.8f;   // 0.5 / 0.9 = 0.56, with 0.25 / 0.9 0.83
  options.min_p = 0.49f;  // 0.25 is half of 0.5
  expect_probabilities(reference_filter(logits_of(base), {}, options), {0, 2 / 3.0, 0, 1 / 3.0});
}

TEST(TextReference, BannedTokensStayBanned) {
  const std::vector<float> logits = {-inf, 1, -inf, 1};
  TextOptions options = neutral();
  options.top_k = 3;
  options.typical_p = 0.99f;
  options.repetition_penalty = 1.5f;
  options.presence_penalty = -2;
  expect_probabilities(reference_filter(logits, std::vector<std::int32_t>{0, 2}, options), {0, 0.5, 0, 0.5});
}

TEST(TextReference, AnyValidOptionsGiveADistribution) {
  core::Random random(7);
  for (int round = 0; round < 500; ++round) {
    std::vector<float> logits(1 + random.below(60));
    for (float& logit : logits) logit = 6 * random.normal();
    std::vector<std::int32_t> history(random.below(40));
    for (std::int32_t& token : history) {
      token = static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(logits.size())));
    }
    TextOptions options;
    for (const TextOptionInfo& info : text_options()) {
      if (random.chance(0.5f)) {
        info.set(options, info.minimum + (std::min(info.maximum, 50.0) - info.minimum) * random.uniform());
      }
    }
    const std::vector<double> probabilities = reference_filter(logits, history, options);
    EXPECT_NEAR(std::accumulate(probabilities.begin(), probabilities.end(), 0.0), 1, 1e-9);
    for (const double probability : probabilities) EXPECT_GE(probability, 0);
    const std::int32_t choice = reference_choice(probabilities, random.uniform());
    EXPECT_GT(probabilities[choice], 0);
  }
}

TEST(TextReference, Choice) {
  const std::vector<double> probabilities = {0, 0.25, 0, 0.75, 0};
  EXPECT_EQ(reference_choice(probabilities, 0), 1);
  EXPECT_EQ(reference_choice(probabilities, 0.2499), 1);
  EXPECT_EQ(reference_choice(probabilities, 0.25), 3);
  EXPECT_EQ(reference_choice(probabilities, 0.9999999999), 3);
  EXPECT_EQ(reference_choice(std::vector<double>{0.5, 0.4999}, 0.99999), 1);  // a sum that rounding left below 1
}

TEST(TextReference, RefusesWhatCannotWork) {
  const TextOptions options = neutral();
  EXPECT_THROW(reference_filter({}, {}, options), core::Error);
  EXPECT_THROW(reference_filter(std::vector<float>{-inf, -inf}, {}, options), core::Error);
  EXPECT_THROW(reference_filter(std::vector<float>{NAN, 0}, {}, options), core::Error);
  EXPECT_THROW(reference_filter(std::vector<float>{inf, 0}, {}, options), core::Error);
  EXPECT_THROW(reference_filter(std::vector<float>{1, 0}, std::vector<std::int32_t>{2}, options), core::Error);
}

TEST(TextOptions, EveryNumberHasARangeAndASentence) {
  EXPECT_EQ(find_problem(TextOptions{}), std::nullopt);
  std::set<std::string_view> names;
  for (const TextOptionInfo& info : text_options()) {
    EXPECT_TRUE(names.insert(info.name).second);
    EXPECT_EQ(info.tooltip.back(), '.');
    TextOptions options;
    for (const double good : {info.minimum, info.maximum, info.neutral}) {
      info.set(options, good);
      EXPECT_NEAR(info.get(options), good, 1e-6);
      // The ranges are doubles and the options floats: a bound must survive that.
      EXPECT_EQ(find_problem(options), std::nullopt) << info.name << ' ' << good;
    }
    for (const double bad : {info.minimum - 1, info.maximum + 1}) {
      info.set(options, bad);
      const std::optional<std::string> problem = find_problem(options);
      ASSERT_TRUE(problem) << info.name;
      EXPECT_NE(problem->find(info.title), std::string::npos);
      EXPECT_THROW(require_valid(options), core::Error);
    }
  }
  TextOptions unordered;
  unordered.order.pop_back();
  EXPECT_TRUE(find_problem(unordered));
  unordered.order.push_back(unordered.order.front());
  EXPECT_TRUE(find_problem(unordered));
  TextOptions options;
  options.temperature = NAN;
  EXPECT_TRUE(find_problem(options));
}

TEST(TextOptions, OrdersAreReadAndWritten) {
  const auto order = parse_text_order("min_p,temperature");
  EXPECT_EQ(order[0], TextStage::min_p);
  EXPECT_EQ(order[1], TextStage::temperature);
  EXPECT_EQ(order.size(), default_text_order().size());
  EXPECT_EQ(parse_text_order(text_order_names(order)), order);
  EXPECT_EQ(parse_text_order(""), default_text_order());
  EXPECT_THROW(parse_text_order("min_q"), core::Error);
  EXPECT_THROW(parse_text_order("min_p,min_p"), core::Error);
  for (const TextStageInfo& info : text_stages()) EXPECT_EQ(info.tooltip.back(), '.');
}

}  // namespace
}  // namespace figment::sampling
