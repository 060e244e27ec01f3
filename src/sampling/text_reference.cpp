#include "sampling/text_reference.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "core/error.h"

namespace figment::sampling {

namespace {
using Probabilities = std::vector<double>;

void normalise(Probabilities& probabilities) {
  const double sum = std::accumulate(probabilities.begin(), probabilities.end(), 0.0);
  for (double& probability : probabilities) probability /= sum;
}

Probabilities softmax(std::span<const double> logits, double temperature) {
  const double largest = *std::max_element(logits.begin(), logits.end());
  Probabilities probabilities(logits.size());
  for (std::size_t i = 0; i < logits.size(); ++i) probabilities[i] = std::exp((logits[i] - largest) / temperature);
  normalise(probabilities);
  return probabilities;
}

// The tokens, those of the least key first; equal ones by number.
std::vector<std::size_t> rank(std::span<const double> keys) {
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
  return order;
}

std::vector<std::size_t> rank_by_probability(const Probabilities& probabilities) {
  std::vector<double> keys(probabilities.size());
  std::transform(probabilities.begin(), probabilities.end(), keys.begin(), std::negate<>());
  return rank(keys);
}

// Keeps the tokens in this order until they hold `share`, that which reaches it included.
void keep_share(Probabilities& probabilities, const std::vector<std::size_t>& order, double share) {
  double held = 0;
  for (const std::size_t token : order) {
    const double probability = probabilities[token];
    if (held >= share) probabilities[token] = 0;
    held += probability;
  }
  normalise(probabilities);
}

void keep_likeliest(Probabilities& probabilities, int count) {
  const std::vector<std::size_t> order = rank_by_probability(probabilities);
  for (std::size_t i = static_cast<std::size_t>(count); i < order.size(); ++i) probabilities[order[i]] = 0;
  normalise(probabilities);
}

// Meister et al. (2022): the tokens whose surprise -log p is nearest to its mean, the entropy.
void keep_typical(Probabilities& probabilities, double share) {
  double entropy = 0;
  for (const double probability : probabilities) {
    if (probability > 0) entropy -= probability * std::log(probability);
  }
  std::vector<double> keys(probabilities.size(), std::numeric_limits<double>::infinity());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (probabilities[i] > 0) keys[i] = std::abs(-std::log(probabilities[i]) - entropy);
  }
  keep_share(probabilities, rank(keys), share);
}

void drop_unlikely(Probabilities& probabilities, double share) {
  const double limit = share * *std::max_element(probabilities.begin(), probabilities.end());
  for (double& probability : probabilities) {
    if (probability < limit) probability = 0;
  }
  normalise(probabilities);
}
}  // namespace

std::vector<double> reference_penalties(std::span<const float> logits, std::span<const std::int32_t> history,
                                        const TextOptions& options) {
  std::vector<double> result(logits.begin(), logits.end());
  const auto window = static_cast<std::size_t>(std::max(options.penalty_window, 0));
  std::vector<int> counts(logits.size());
  for (const std::int32_t token : history.last(std::min(window, history.size()))) {
    core::require(token >= 0 && static_cast<std::size_t>(token) < logits.size(),
                  "The text holds token {}, which a vocabulary of {} has not.", token, logits.size());
    ++counts[token];
  }
  for (std::size_t token = 0; token < result.size(); ++token) {
    if (counts[token] == 0) continue;
    double& logit = result[token];
    logit = logit > 0 ? logit / options.repetition_penalty : logit * options.repetition_penalty;
    logit -= options.presence_penalty + options.frequency_penalty * counts[token];
  }
  return result;
}

std::vector<double> reference_filter(std::span<const float> logits, std::span<const std::int32_t> history,
                                     const TextOptions& options) {
  require_valid(options);
  core::require(!logits.empty(), "There are no logits to choose from.");
  const std::vector<double> penalised = reference_penalties(logits, history, options);
  for (const double logit : penalised) {
    core::require(!std::isnan(logit) && logit < std::numeric_limits<double>::infinity(),
                  "The network gave a logit that is not a number; its weights are damaged.");
  }
  const auto largest = std::max_element(penalised.begin(), penalised.end());
  core::require(std::isfinite(*largest), "Every token is banned; allow at least one.");
  if (options.greedy || options.temperature == 0) {
    Probabilities certain(logits.size());
    certain[static_cast<std::size_t>(largest - penalised.begin())] = 1;
    return certain;
  }
  Probabilities probabilities = softmax(penalised, options.temperature);
  if (options.top_k > 0) keep_likeliest(probabilities, options.top_k);
  if (options.typical_p < 1) keep_typical(probabilities, options.typical_p);
  if (options.top_p < 1) keep_share(probabilities, rank_by_probability(probabilities), options.top_p);
  if (options.min_p > 0) drop_unlikely(probabilities, options.min_p);
  return probabilities;
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
