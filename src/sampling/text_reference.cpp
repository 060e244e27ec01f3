#include "sampling/text_reference.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <numeric>

#include "core/error.h"

namespace figment::sampling {

namespace {
constexpr double removed = -std::numeric_limits<double>::infinity();

/// The row on its way through the chain: logits, removed ones at -infinity.
using Logits = std::vector<double>;
using Probabilities = std::vector<double>;
using History = std::span<const std::int32_t>;

Probabilities softmax(const Logits& logits) {
  const double largest = *std::max_element(logits.begin(), logits.end());
  Probabilities probabilities(logits.size());
  for (std::size_t i = 0; i < logits.size(); ++i) probabilities[i] = std::exp(logits[i] - largest);
  const double sum = std::accumulate(probabilities.begin(), probabilities.end(), 0.0);
  for (double& probability : probabilities) probability /= sum;
  return probabilities;
}

double entropy_of(const Probabilities& probabilities) {
  double entropy = 0;
  for (const double probability : probabilities) {
    if (probability > 0) entropy -= probability * std::log(probability);
  }
  return entropy;
}

// The tokens, those of the least key first; equal ones by number.
std::vector<std::size_t> rank(const std::vector<double>& keys) {
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
  return order;
}

std::vector<std::size_t> rank_by_logit(const Logits& logits) {
  std::vector<double> keys(logits.size());
  std::transform(logits.begin(), logits.end(), keys.begin(), std::negate<>());
  return rank(keys);
}

// Keeps the tokens in this order until they hold `share`, that which reaches it included.
void keep_share(Logits& logits, const std::vector<std::size_t>& order, double share) {
  const Probabilities probabilities = softmax(logits);
  double held = 0;
  for (const std::size_t token : order) {
    if (held >= share) logits[token] = removed;
    held += probabilities[token];
  }
}

void keep_likeliest(Logits& logits, std::size_t count) {
  const std::vector<std::size_t> order = rank_by_logit(logits);
  for (std::size_t i = count; i < order.size(); ++i) logits[order[i]] = removed;
}

void keep_typical(Logits& logits, double share) {
  const Probabilities probabilities = softmax(logits);
  const double entropy = entropy_of(probabilities);
  std::vector<double> keys(logits.size(), std::numeric_limits<double>::infinity());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (probabilities[i] > 0) keys[i] = std::abs(-std::log(probabilities[i]) - entropy);
  }
  keep_share(logits, rank(keys), share);
}

void drop_unlikely(Logits& logits, double share) {
  const Probabilities probabilities = softmax(logits);
  const double limit = share * *std::max_element(probabilities.begin(), probabilities.end());
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (probabilities[i] < limit) logits[i] = removed;
  }
}

void keep_near_largest(Logits& logits, double deviations) {
  std::vector<double> left;
  std::copy_if(logits.begin(), logits.end(), std::back_inserter(left), [](double v) { return v > removed; });
  const double mean = std::accumulate(left.begin(), left.end(), 0.0) / static_cast<double>(left.size());
  double squares = 0;
  for (const double logit : left) squares += (logit - mean) * (logit - mean);
  const double limit =
      *std::max_element(left.begin(), left.end()) - deviations * std::sqrt(squares / static_cast<double>(left.size()));
  for (double& logit : logits) logit = logit < limit ? removed : logit;
}

void heat(Logits& logits, const TextOptions& options) {
  double temperature = options.temperature;
  if (options.dynamic_range > 0) {
    const Probabilities probabilities = softmax(logits);
    const auto alive = std::count_if(logits.begin(), logits.end(), [](double v) { return v > removed; });
    const double low = std::max(0.0, temperature - options.dynamic_range);
    const double high = temperature + options.dynamic_range;
    const double share = alive > 1 ? entropy_of(probabilities) / std::log(static_cast<double>(alive)) : 0;
    temperature = low + (high - low) * std::pow(share, options.dynamic_exponent);
  }
  if (temperature <= 0) return keep_likeliest(logits, 1);
  for (double& logit : logits) logit /= temperature;
}

void exclude_top_choices(Logits& logits, double threshold) {
  const Probabilities probabilities = softmax(logits);
  std::vector<std::size_t> top;
  for (const std::size_t token : rank_by_logit(logits)) {
    if (probabilities[token] >= threshold) top.push_back(token);
  }
  for (std::size_t i = 0; i + 1 < top.size(); ++i) logits[top[i]] = removed;
}

void keep_unsurprising(Logits& logits, double limit_bits) {
  const Probabilities probabilities = softmax(logits);
  const double largest = *std::max_element(probabilities.begin(), probabilities.end());
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (-std::log2(probabilities[i]) > limit_bits && probabilities[i] < largest) logits[i] = removed;
  }
}

History window_of(History history, const TextOptions& options) {
  return history.last(std::min(static_cast<std::size_t>(std::max(options.penalty_window, 0)), history.size()));
}

void penalise(Logits& logits, History history, const TextOptions& options) {
  std::vector<int> counts(logits.size());
  for (const std::int32_t token : window_of(history, options)) {
    core::require(token >= 0 && static_cast<std::size_t>(token) < logits.size(),
                  "The text holds token {}, which a vocabulary of {} has not.", token, logits.size());
    ++counts[static_cast<std::size_t>(token)];
  }
  for (std::size_t token = 0; token < logits.size(); ++token) {
    if (counts[token] == 0) continue;
    double& logit = logits[token];
    logit = logit > 0 ? logit / options.repetition_penalty : logit * options.repetition_penalty;
    logit -= options.presence_penalty + options.frequency_penalty * counts[token];
  }
}

// For every token: the longest end of the text that stood before it once, as the definition says.
void dont_repeat(Logits& logits, History history, const TextOptions& options, const std::vector<int>& breakers) {
  const History text = window_of(history, options);
  std::vector<int> longest(logits.size());
  for (std::size_t next = 1; next < text.size(); ++next) {
    int length = 0;
    for (std::size_t back = 1; back <= next && length < 64; ++back) {
      const std::int32_t earlier = text[next - back];
      if (earlier != text[text.size() - back] || std::ranges::find(breakers, earlier) != breakers.end()) break;
      ++length;
    }
    int& best = longest[static_cast<std::size_t>(text[next])];
    best = std::max(best, length);
  }
  for (std::size_t token = 0; token < logits.size(); ++token) {
    const int over = longest[token] - options.dry_allowed_length;
    if (longest[token] > 0 && over >= 0) logits[token] -= options.dry_multiplier * std::pow(options.dry_base, over);
  }
}

void run_stage(Logits& logits, TextStage stage, History history, const TextOptions& options,
               const ReferenceSituation& situation) {
  switch (stage) {
    case TextStage::none:
      return;
    case TextStage::bias:
      for (const auto& [token, value] : situation.tokens.bias) logits.at(static_cast<std::size_t>(token)) += value;
      return;
    case TextStage::penalties:
      return penalise(logits, history, options);
    case TextStage::dry:
      return dont_repeat(logits, history, options, situation.tokens.breakers);
    case TextStage::top_n_sigma:
      return keep_near_largest(logits, options.top_n_sigma);
    case TextStage::temperature:
      return heat(logits, options);
    case TextStage::top_k:
      return keep_likeliest(logits, static_cast<std::size_t>(options.top_k));
    case TextStage::typical_p:
      return keep_typical(logits, options.typical_p);
    case TextStage::top_p:
      return keep_share(logits, rank_by_logit(logits), options.top_p);
    case TextStage::min_p:
      return drop_unlikely(logits, options.min_p);
    case TextStage::xtc:
      if (situation.xtc_draw < options.xtc_probability) exclude_top_choices(logits, options.xtc_threshold);
      return;
    case TextStage::mirostat:
      return keep_unsurprising(logits, situation.mirostat_limit);
    case TextStage::greedy:
      return keep_likeliest(logits, 1);
  }
}
}  // namespace

std::vector<double> reference_penalties(std::span<const float> logits, std::span<const std::int32_t> history,
                                        const TextOptions& options) {
  Logits result(logits.begin(), logits.end());
  penalise(result, history, options);
  return result;
}

std::vector<double> reference_filter(std::span<const float> logits, std::span<const std::int32_t> history,
                                     const TextOptions& options, const ReferenceSituation& situation) {
  require_valid(options);
  core::require(!logits.empty(), "There are no logits to choose from.");
  Logits row(logits.begin(), logits.end());
  for (const double logit : row) {
    core::require(!std::isnan(logit) && logit < std::numeric_limits<double>::infinity(),
                  "The network gave a logit that is not a number; its weights are damaged.");
  }
  core::require(std::isfinite(*std::max_element(row.begin(), row.end())), "Every token is banned; allow at least one.");
  for (const std::int32_t token : history) {
    core::require(token >= 0 && static_cast<std::size_t>(token) < logits.size(),
                  "The text holds token {}, which a vocabulary of {} has not.", token, logits.size());
  }
  for (const auto& stage : active_stages(options, situation.tokens)) {
    run_stage(row, static_cast<TextStage>(stage.kind), history, options, situation);
  }
  return softmax(row);
}

std::int32_t reference_choice(std::span<const double> probabilities, double uniform) {
  double sum = 0;
  std::int32_t last = 0;
  for (std::size_t token = 0; token < probabilities.size(); ++token) {
    if (probabilities[token] <= 0) continue;
    last = static_cast<std::int32_t>(token);
    sum += probabilities[token];
    if (sum > uniform) break;
  }
  return last;
}

}  // namespace figment::sampling
