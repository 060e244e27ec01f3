#include <algorithm>
#include <cmath>
#include <numeric>

#include "ops/choose_token.h"
#include "ops/launch.h"
#include "ops/random.h"
#include "ops/sort.h"

namespace figment::ops {
namespace {

constexpr float alive_limit = -5e29F;

/// One row on its way through the chain.
struct Row {
  std::vector<float> logits;
  std::span<const std::int32_t> history;  ///< filled part
  const float* settings = nullptr;        ///< ChainSettings
  float state = 0;
  float draw = 0;  ///< uniform, of xtc

  bool is_alive(std::size_t i) const { return logits[i] > alive_limit; }
  std::size_t alive() const {
    return static_cast<std::size_t>(
        std::count_if(logits.begin(), logits.end(), [](float logit) { return logit > alive_limit; }));
  }
  float highest() const { return *std::max_element(logits.begin(), logits.end()); }

  std::vector<float> probabilities() const {
    const float most = highest();
    std::vector<float> result(logits.size());
    double sum = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
      if (is_alive(i)) result[i] = std::exp(logits[i] - most);
      sum += result[i];
    }
    for (float& value : result) value = static_cast<float>(value / sum);
    return result;
  }
  float entropy() const {
    double sum = 0;
    for (const float p : probabilities()) sum -= p > 0 ? p * std::log(p) : 0;
    return static_cast<float>(sum);
  }
  std::span<const std::int32_t> window(float count) const {
    return history.last(std::min(history.size(), static_cast<std::size_t>(std::max(count, 0.0F))));
  }
  bool is_breaker(std::int32_t token) const {
    const float* first = settings + chain_settings_size - chain_breakers_max;
    return std::find(first, first + chain_breakers_max, static_cast<float>(token)) != first + chain_breakers_max;
  }

  /// Keeps the tokens with the greatest scores (the lower token first among equals) until their weights reach `target`.
  void keep_best(const std::vector<float>& scores, const std::vector<float>& weights, float target) {
    std::vector<std::size_t> order(logits.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return order_key(scores[a]) > order_key(scores[b]); });
    double reached = 0;
    for (const std::size_t i : order) {
      if (!is_alive(i)) continue;
      if (reached >= target) logits[i] = chain_removed;
      reached += weights[i];
    }
  }
  void keep_count(float count) {
    keep_best(logits, std::vector<float>(logits.size(), 1.0F), std::max(std::floor(count), 1.0F));
  }
  void keep_from(float limit) {
    limit = std::min(limit, highest());
    for (float& logit : logits) {
      if (logit < limit) logit = chain_removed;
    }
  }
};

constexpr float least_share = 1e-6F;  // so that one token stays

void add_bias(Row& row) {
  const float* entries = row.settings + 8 * chain_stages_max;
  for (int i = 0; i < chain_bias_max; ++i) {
    const auto token = static_cast<std::int64_t>(entries[2 * i]);
    if (token < 0 || token >= static_cast<std::int64_t>(row.logits.size())) continue;
    if (row.is_alive(static_cast<std::size_t>(token)))
      row.logits[static_cast<std::size_t>(token)] += entries[2 * i + 1];
  }
}

void penalize(Row& row, const float* p) {
  const auto window = row.window(p[3]);
  for (std::size_t token = 0; token < row.logits.size(); ++token) {
    const auto seen = std::count(window.begin(), window.end(), static_cast<std::int32_t>(token));
    if (seen == 0 || !row.is_alive(token)) continue;
    float& logit = row.logits[token];
    logit = logit > 0 ? logit / p[0] : logit * p[0];
    logit -= p[1] + p[2] * static_cast<float>(seen);
  }
}

void dont_repeat(Row& row, const float* p) {
  const auto text = row.window(p[3]);
  if (text.size() < 2 || row.is_breaker(text.back())) return;
  const std::vector<float> before = row.logits;
  const std::size_t end = text.size() - 1;
  for (std::size_t j = 0; j < end; ++j) {
    std::size_t same = 0;  // tokens up to j that are as the last ones
    while (same <= j && same < 64 && text[j - same] == text[end - same] && !row.is_breaker(text[j - same])) ++same;
    if (same == 0 || static_cast<float>(same) < p[2]) continue;
    const auto token = static_cast<std::size_t>(text[j + 1]);
    if (token >= before.size() || before[token] <= alive_limit) continue;
    row.logits[token] =
        std::min(row.logits[token], before[token] - p[0] * std::pow(p[1], static_cast<float>(same) - p[2]));
  }
}

void keep_near_highest(Row& row, float deviations) {
  const auto count = static_cast<double>(row.alive());
  double mean = 0;
  for (std::size_t i = 0; i < row.logits.size(); ++i) mean += row.is_alive(i) ? row.logits[i] / count : 0;
  double variance = 0;
  for (std::size_t i = 0; i < row.logits.size(); ++i) {
    if (row.is_alive(i)) variance += (row.logits[i] - mean) * (row.logits[i] - mean) / count;
  }
  row.keep_from(row.highest() - deviations * static_cast<float>(std::sqrt(variance)));
}

void heat(Row& row, const float* p) {
  float temperature = p[0];
  if (p[1] > p[0]) {
    const auto count = static_cast<float>(row.alive());
    const float share = count > 1 ? std::clamp(row.entropy() / std::log(count), 0.0F, 1.0F) : 0.0F;
    temperature += (p[1] - p[0]) * std::pow(share, p[2]);
  }
  if (temperature <= 0) return row.keep_count(1);
  for (std::size_t i = 0; i < row.logits.size(); ++i) {
    if (row.is_alive(i)) row.logits[i] /= temperature;
  }
}

void keep_typical(Row& row, float share) {
  const std::vector<float> probabilities = row.probabilities();
  const float entropy = row.entropy();
  std::vector<float> scores(probabilities.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    scores[i] = -std::abs(-std::log(std::max(probabilities[i], 1e-38F)) - entropy);
  }
  row.keep_best(scores, probabilities, std::max(share, least_share));
}

void exclude_top(Row& row, const float* p) {
  if (row.draw >= p[0]) return;
  const std::vector<float> probabilities = row.probabilities();
  std::vector<std::size_t> top;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    if (probabilities[i] >= p[1] && row.is_alive(i)) top.push_back(i);
  }
  if (top.size() < 2) return;
  const auto last = *std::min_element(top.begin(), top.end(), [&](std::size_t a, std::size_t b) {
    return row.logits[a] != row.logits[b] ? row.logits[a] < row.logits[b] : a > b;
  });
  for (const std::size_t i : top) {
    if (i != last) row.logits[i] = chain_removed;
  }
}

void keep_unsurprising(Row& row) {
  const float most = row.highest();
  double sum = 0;
  for (std::size_t i = 0; i < row.logits.size(); ++i) sum += row.is_alive(i) ? std::exp(row.logits[i] - most) : 0;
  row.keep_from(most + static_cast<float>(std::log(sum)) - row.state * 0.69314718F);
}

void run_stage(Row& row, const float* stage) {
  const float* p = stage + 1;
  switch (static_cast<ChainStage>(stage[0])) {
    case ChainStage::none:
      return;
    case ChainStage::bias:
      return add_bias(row);
    case ChainStage::penalties:
      return penalize(row, p);
    case ChainStage::dry:
      return dont_repeat(row, p);
    case ChainStage::top_n_sigma:
      return keep_near_highest(row, p[0]);
    case ChainStage::temperature:
      return heat(row, p);
    case ChainStage::top_k:
      return row.keep_count(p[0]);
    case ChainStage::typical_p:
      return keep_typical(row, p[0]);
    case ChainStage::top_p:
      return row.keep_best(row.logits, row.probabilities(), std::max(p[0], least_share));
    case ChainStage::min_p:
      return row.keep_from(row.highest() + std::log(std::min(p[0], 1.0F)));
    case ChainStage::xtc:
      return exclude_top(row, p);
    case ChainStage::mirostat:
      return keep_unsurprising(row);
    case ChainStage::greedy:
      return row.keep_count(1);
  }
}

std::int32_t choose(const Row& row, const RandomWords& seed) {
  float best = -3.4e38F;
  std::int32_t choice = 0;
  for (std::size_t i = 0; i < row.logits.size(); ++i) {
    const auto at = static_cast<std::uint32_t>(i);
    const float score = row.logits[i] + gumbel_of(random_words(seed, 0, at / 4)[at % 4]);
    if (score > best) {
      best = score;
      choice = static_cast<std::int32_t>(i);
    }
  }
  return choice;
}

}  // namespace

void reference_choose_token(const tensor::ReferenceSite& site) {
  const auto classes = static_cast<std::size_t>(site.inputs[0]->type.shape[1]);
  const auto steps = static_cast<std::size_t>(site.inputs[1]->type.shape[1]);
  const auto stages = static_cast<std::size_t>(site.attributes.integer("stages"));
  const std::size_t width = (classes + 3) / 4 * 4;
  const auto filled =
      static_cast<std::size_t>(std::clamp<std::int64_t>(site.inputs[2]->ints[0], 0, static_cast<std::int64_t>(steps)));
  const auto& words = site.inputs[5]->ints;
  for (std::size_t r = 0; r < static_cast<std::size_t>(site.inputs[0]->type.shape[0]); ++r) {
    const RandomWords seed = {word(words[0]) + word(static_cast<std::int64_t>(r)), word(words[1]), word(words[2]),
                              word(words[3])};
    Row row;
    const float* logits = site.inputs[0]->floats.data() + r * classes;
    for (std::size_t i = 0; i < classes; ++i) row.logits.push_back(std::max(logits[i], chain_removed));
    row.history = {site.inputs[1]->ints.data() + r * steps, filled};
    row.settings = site.inputs[3]->floats.data();
    row.state = site.inputs[4]->floats[r];
    row.draw = uniform_of(random_words(seed, 1, 0)[0]);
    const Row network = row;
    const auto keep_trace = [&](std::size_t slab) {
      float* to = site.outputs[2].floats.data() + (r * (stages + 1) + slab) * width;
      std::fill(to, to + width, chain_removed);
      std::copy(row.logits.begin(), row.logits.end(), to);
    };
    keep_trace(0);
    for (std::size_t s = 0; s < stages && row.settings[8 * s] > 0; ++s) {
      run_stage(row, row.settings + 8 * s);
      keep_trace(s + 1);
    }
    const std::int32_t chosen = choose(row, seed);
    site.outputs[0].ints[r] = chosen;
    const auto at = static_cast<std::size_t>(chosen);
    const TokenFacts facts = {-std::log(row.probabilities()[at]), network.probabilities()[at], network.entropy(),
                              static_cast<float>(row.alive())};
    std::copy_n(&facts.surprise, 4, site.outputs[1].floats.data() + 4 * r);
  }
}

}  // namespace figment::ops
