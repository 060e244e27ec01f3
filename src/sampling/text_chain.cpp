#include "sampling/text_chain.h"

#include <algorithm>

#include "core/error.h"

namespace figment::sampling {
namespace {

using Stage = ops::ChainSettings::Stage;

Stage make(TextStage kind, float a = 0, float b = 0, float c = 0, float d = 0) {
  return {static_cast<float>(kind), a, b, c, d, {0, 0, 0}};
}

bool is_greedy(const TextOptions& options) {
  return options.greedy || (options.temperature <= 0 && options.dynamic_range <= 0);
}

/// Whether the stage does anything, and its numbers.
std::optional<Stage> stage_of(TextStage kind, const TextOptions& options, const TextTokens& tokens) {
  const auto window = static_cast<float>(options.penalty_window);
  const auto when = [&](bool is_on, Stage stage) { return is_on ? std::optional(stage) : std::nullopt; };
  switch (kind) {
    case TextStage::bias:
      return when(!tokens.bias.empty(), make(kind));
    case TextStage::penalties:
      return when(window > 0 && (options.repetition_penalty != 1 || options.presence_penalty != 0 ||
                                 options.frequency_penalty != 0),
                  make(kind, options.repetition_penalty, options.presence_penalty, options.frequency_penalty, window));
    case TextStage::dry:
      return when(
          window > 0 && options.dry_multiplier > 0,
          make(kind, options.dry_multiplier, options.dry_base, static_cast<float>(options.dry_allowed_length), window));
    case TextStage::top_n_sigma:
      return when(options.top_n_sigma > 0, make(kind, options.top_n_sigma));
    case TextStage::temperature:
      if (options.dynamic_range > 0) {
        return make(kind, std::max(0.0F, options.temperature - options.dynamic_range),
                    options.temperature + options.dynamic_range, options.dynamic_exponent);
      }
      return when(options.temperature != 1, make(kind, options.temperature));
    case TextStage::top_k:
      return when(options.top_k > 0, make(kind, static_cast<float>(options.top_k)));
    case TextStage::typical_p:
      return when(options.typical_p < 1, make(kind, options.typical_p));
    case TextStage::top_p:
      return when(options.top_p < 1, make(kind, options.top_p));
    case TextStage::min_p:
      return when(options.min_p > 0, make(kind, options.min_p));
    case TextStage::xtc:
      return when(options.xtc_probability > 0, make(kind, options.xtc_probability, options.xtc_threshold));
    case TextStage::mirostat:
      return when(options.mirostat_tau > 0, make(kind));
    case TextStage::none:
    case TextStage::greedy:
      break;
  }
  return std::nullopt;
}

bool changes_logits(TextStage kind) {
  return kind == TextStage::bias || kind == TextStage::penalties || kind == TextStage::dry;
}

}  // namespace

std::vector<Stage> active_stages(const TextOptions& options, const TextTokens& tokens) {
  std::vector<Stage> result;
  for (const TextStage kind : options.order) {
    if (is_greedy(options) && !changes_logits(kind)) continue;
    if (const auto stage = stage_of(kind, options, tokens)) result.push_back(*stage);
  }
  if (is_greedy(options)) result.push_back(make(TextStage::greedy));
  return result;
}

ops::ChainSettings chain_settings(const TextOptions& options, const TextTokens& tokens) {
  core::require(tokens.bias.size() <= static_cast<std::size_t>(ops::chain_bias_max),
                "There are {} biases; {} are the most that can be heeded.", tokens.bias.size(), ops::chain_bias_max);
  core::require(tokens.breakers.size() <= static_cast<std::size_t>(ops::chain_breakers_max),
                "There are {} breakers; {} are the most that can be heeded.", tokens.breakers.size(),
                ops::chain_breakers_max);
  ops::ChainSettings settings;
  const auto stages = active_stages(options, tokens);
  std::copy(stages.begin(), stages.end(), settings.stages.begin());
  for (std::size_t i = 0; i < tokens.bias.size(); ++i) {
    settings.bias[i] = {static_cast<float>(tokens.bias[i].first), tokens.bias[i].second};
  }
  std::copy(tokens.breakers.begin(), tokens.breakers.end(), settings.breakers.begin());
  return settings;
}

float first_mirostat_limit(const TextOptions& options) { return 2 * options.mirostat_tau; }

float next_mirostat_limit(const TextOptions& options, float limit, float surprise) {
  return limit - options.mirostat_rate * (surprise - options.mirostat_tau);
}

}  // namespace figment::sampling
