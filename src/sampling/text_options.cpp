#include "sampling/text_options.h"

#include <algorithm>
#include <array>
#include <limits>
#include <type_traits>

#include "core/error.h"
#include "core/quote.h"

namespace figment::sampling {

namespace {
/// As the option holds it. What a whole number cannot be, NaN among it, becomes the least of all, which no range has.
template <typename Value>
Value to_value(double value) {
  if constexpr (std::is_integral_v<Value>) {
    using Limits = std::numeric_limits<Value>;
    const bool fits = value >= static_cast<double>(Limits::min()) && value <= static_cast<double>(Limits::max());
    return fits ? static_cast<Value>(value) : Limits::min();
  } else {
    using Limits = std::numeric_limits<Value>;
    return static_cast<Value>(
        std::clamp(value, -static_cast<double>(Limits::max()), static_cast<double>(Limits::max())));
  }
}

template <auto Member>
constexpr TextOptionInfo make_info(TextStage stage, std::string_view name, std::string_view title,
                                   std::string_view tooltip, double minimum, double maximum, double neutral) {
  using Value = std::remove_cvref_t<decltype(TextOptions{}.*Member)>;
  return {name,
          title,
          tooltip,
          minimum,
          maximum,
          neutral,
          std::is_integral_v<Value>,
          stage,
          [](const TextOptions& options) { return static_cast<double>(options.*Member); },
          [](TextOptions& options, double value) { options.*Member = to_value<Value>(value); }};
}

const std::array table = {
    make_info<&TextOptions::repetition_penalty>(
        TextStage::penalties, "repetition_penalty", "Repetition penalty",
        "Makes words that were already used less likely; 1 leaves them alone, 1.1 is a gentle push.", 1, 2, 1),
    make_info<&TextOptions::presence_penalty>(
        TextStage::penalties, "presence_penalty", "Presence penalty",
        "Makes every word that was used at all less likely, so that the text moves on to new things.", -2, 2, 0),
    make_info<&TextOptions::frequency_penalty>(
        TextStage::penalties, "frequency_penalty", "Frequency penalty",
        "Makes words less likely the more often they were used, so that none is worn out.", -2, 2, 0),
    make_info<&TextOptions::penalty_window>(TextStage::penalties, "penalty_window", "Penalty window",
                                            "How far back the penalties and DRY look, in tokens.", 0, 4096, 0),
    make_info<&TextOptions::dry_multiplier>(
        TextStage::dry, "dry_multiplier", "DRY",
        "Pushes down the word that would go on with a phrase said before; 0 allows all, 0.8 is usual.", 0, 5, 0),
    make_info<&TextOptions::dry_base>(TextStage::dry, "dry_base", "DRY base",
                                      "By which factor DRY grows with every word of the repeated phrase.", 1, 4, 1.75),
    make_info<&TextOptions::dry_allowed_length>(TextStage::dry, "dry_allowed_length", "DRY length",
                                                "Phrases shorter than this may be repeated freely.", 1, 20, 2),
    make_info<&TextOptions::top_n_sigma>(
        TextStage::top_n_sigma, "top_n_sigma", "Top-n-sigma",
        "Keeps words whose score is within this many standard deviations of the best; 0 allows all, 1 is usual.", 0, 10,
        0),
    make_info<&TextOptions::temperature>(
        TextStage::temperature, "temperature", "Temperature",
        "Low values make the text predictable, high ones adventurous; 0 always takes the likeliest word.", 0, 3, 1),
    make_info<&TextOptions::dynamic_range>(
        TextStage::temperature, "dynamic_range", "Dynamic range",
        "Lowers the temperature by this where the network is sure and raises it where it is not; 0 keeps it fixed.", 0,
        3, 0),
    make_info<&TextOptions::dynamic_exponent>(
        TextStage::temperature, "dynamic_exponent", "Dynamic exponent",
        "Above 1 the dynamic temperature stays low until the network is very unsure.", 0.1, 5, 1),
    make_info<&TextOptions::top_k>(TextStage::top_k, "top_k", "Top-k",
                                   "Chooses among this many of the likeliest words only; 0 allows all.", 0, 100000, 0),
    make_info<&TextOptions::typical_p>(TextStage::typical_p, "typical_p", "Typical-p",
                                       "Prefers words that are neither too obvious nor too strange; 1 allows all.",
                                       0.01, 1, 1),
    make_info<&TextOptions::top_p>(TextStage::top_p, "top_p", "Top-p",
                                   "Chooses among the likeliest words that together make up this share; 1 allows all.",
                                   0.01, 1, 1),
    make_info<&TextOptions::min_p>(TextStage::min_p, "min_p", "Min-p",
                                   "Drops words that are far less likely than the likeliest one; 0 drops none.", 0, 1,
                                   0),
    make_info<&TextOptions::xtc_probability>(
        TextStage::xtc, "xtc_probability", "XTC chance",
        "How often the most obvious words are excluded, so that the text takes a less trodden path; 0 is never.", 0, 1,
        0),
    make_info<&TextOptions::xtc_threshold>(
        TextStage::xtc, "xtc_threshold", "XTC threshold",
        "Words at least this likely count as obvious; the least likely of them stays.", 0.01, 0.5, 0.1),
    make_info<&TextOptions::mirostat_tau>(
        TextStage::mirostat, "mirostat_tau", "Mirostat",
        "Keeps the text at this many bits of surprise a word by cutting off stranger ones; 0 does nothing.", 0, 10, 0),
    make_info<&TextOptions::mirostat_rate>(TextStage::mirostat, "mirostat_rate", "Mirostat rate",
                                           "How quickly Mirostat corrects itself after each word.", 0.01, 1, 0.1),
};

constexpr std::array stages = {
    TextStageInfo{TextStage::bias, "bias", "Bias", "Adds to the scores of words of your choice, or forbids them."},
    TextStageInfo{TextStage::penalties, "penalties", "Penalties",
                  "Pushes down words that the text has used: repetition, presence and frequency."},
    TextStageInfo{TextStage::dry, "dry", "DRY",
                  "Don't repeat yourself: pushes down what would go on with a phrase "
                  "that was said before, the longer it is the more."},
    TextStageInfo{TextStage::top_n_sigma, "top_n_sigma", "Top-n-sigma",
                  "Keeps words whose score lies within n standard deviations of the best."},
    TextStageInfo{TextStage::temperature, "temperature", "Temperature",
                  "Sharpens or flattens the distribution, by a fixed amount or by how sure the network is."},
    TextStageInfo{TextStage::top_k, "top_k", "Top-k", "Keeps the k likeliest words."},
    TextStageInfo{TextStage::typical_p, "typical_p", "Typical-p",
                  "Keeps words that are about as surprising as the network expects to be surprised."},
    TextStageInfo{TextStage::top_p, "top_p", "Top-p", "Keeps the likeliest words that together make up a share."},
    TextStageInfo{TextStage::min_p, "min_p", "Min-p", "Drops words far less likely than the likeliest."},
    TextStageInfo{TextStage::xtc, "xtc", "XTC", "Excludes the top choices now and then, all but the least likely."},
    TextStageInfo{TextStage::mirostat, "mirostat", "Mirostat",
                  "Cuts off words so that the text's surprise stays near a target."},
};
}  // namespace

std::vector<TextStage> default_text_order() {
  std::vector<TextStage> order;
  for (const TextStageInfo& info : stages) order.push_back(info.stage);
  return order;
}

std::span<const TextOptionInfo> text_options() { return table; }

std::span<const TextStageInfo> text_stages() { return stages; }

const TextStageInfo& info_of(TextStage stage) {
  const auto found = std::ranges::find(stages, stage, &TextStageInfo::stage);
  core::require(found != stages.end(), "This stage has no place in an order.");
  return *found;
}

std::vector<TextStage> parse_text_order(std::string_view names) {
  std::vector<TextStage> order;
  while (!names.empty()) {
    const std::size_t comma = std::min(names.find(','), names.size());
    const std::string_view name = names.substr(0, comma);
    names.remove_prefix(std::min(comma + 1, names.size()));
    const auto found = std::ranges::find(stages, name, &TextStageInfo::name);
    core::require(found != stages.end(), "There is no sampler stage {}; the stages are {}.", core::quotable(name),
                  text_order_names(default_text_order()));
    core::require(std::ranges::find(order, found->stage) == order.end(),
                  "The order of the sampler names {} twice; name each stage once.", name);
    order.push_back(found->stage);
  }
  for (const TextStageInfo& info : stages) {
    if (std::ranges::find(order, info.stage) == order.end()) order.push_back(info.stage);
  }
  return order;
}

std::string text_order_names(std::span<const TextStage> order) {
  std::string names;
  for (const TextStage stage : order) {
    if (!names.empty()) names += ',';
    names += info_of(stage).name;
  }
  return names;
}

std::optional<std::string> find_problem(const TextOptions& options) {
  for (const TextOptionInfo& info : table) {
    // The options are floats, so the bounds are compared as floats.
    const auto value = static_cast<float>(info.get(options));
    const bool is_within = value >= static_cast<float>(info.minimum) && value <= static_cast<float>(info.maximum);
    if (!is_within) {  // NaN too
      return fmt::format("{} must be from {:g} to {:g}, not {:g}.", info.title, info.minimum, info.maximum, value);
    }
  }
  if (!std::ranges::is_permutation(options.order, default_text_order())) {
    return fmt::format("The order of the sampler must name each stage once: {}.",
                       text_order_names(default_text_order()));
  }
  return std::nullopt;
}

void require_valid(const TextOptions& options) {
  if (const std::optional<std::string> problem = find_problem(options)) core::fail("{}", *problem);
}

}  // namespace figment::sampling
