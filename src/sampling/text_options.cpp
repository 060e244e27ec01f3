#include "sampling/text_options.h"

#include <type_traits>

#include "core/error.h"

namespace figment::sampling {

namespace {
template <auto Member>
constexpr TextOptionInfo make_info(std::string_view name, std::string_view title, std::string_view tooltip,
                                   double minimum, double maximum, double neutral) {
  using Value = std::remove_cvref_t<decltype(TextOptions{}.*Member)>;
  return {name,
          title,
          tooltip,
          minimum,
          maximum,
          neutral,
          std::is_integral_v<Value>,
          [](const TextOptions& options) { return static_cast<double>(options.*Member); },
          [](TextOptions& options, double value) { options.*Member = static_cast<Value>(value); }};
}

constexpr TextOptionInfo table[] = {
    make_info<&TextOptions::repetition_penalty>(
        "repetition_penalty", "Repetition penalty",
        "Makes words that were already used less likely; 1 leaves them alone, 1.1 is a gentle push.", 1, 2, 1),
    make_info<&TextOptions::presence_penalty>(
        "presence_penalty", "Presence penalty",
        "Makes every word that was used at all less likely, so that the text moves on to new things.", -2, 2, 0),
    make_info<&TextOptions::frequency_penalty>(
        "frequency_penalty", "Frequency penalty",
        "Makes words less likely the more often they were used, so that none is worn out.", -2, 2, 0),
    make_info<&TextOptions::penalty_window>("penalty_window", "Penalty window",
                                            "How far back the penalties look, in tokens.", 0, 4096, 0),
    make_info<&TextOptions::temperature>(
        "temperature", "Temperature",
        "Low values make the text predictable, high ones adventurous; 0 always takes the likeliest word.", 0, 3, 1),
    make_info<&TextOptions::top_k>("top_k", "Top-k",
                                   "Chooses among this many of the likeliest words only; 0 allows all.", 0, 100000, 0),
    make_info<&TextOptions::typical_p>("typical_p", "Typical-p",
                                       "Prefers words that are neither too obvious nor too strange; 1 allows all.",
                                       0.01, 1, 1),
    make_info<&TextOptions::top_p>("top_p", "Top-p",
                                   "Chooses among the likeliest words that together make up this share; 1 allows all.",
                                   0.01, 1, 1),
    make_info<&TextOptions::min_p>(
        "min_p", "Min-p", "Drops words that are far less likely than the likeliest one; 0 drops none.", 0, 1, 0),
};
}  // namespace

std::span<const TextOptionInfo> text_options() { return table; }

std::optional<std::string> find_problem(const TextOptions& options) {
  for (const TextOptionInfo& info : table) {
    // The options are floats, so the bounds are compared as floats.
    const auto value = static_cast<float>(info.get(options));
    const bool is_within = value >= static_cast<float>(info.minimum) && value <= static_cast<float>(info.maximum);
    if (!is_within) {  // NaN too
      return fmt::format("{} must be from {:g} to {:g}, not {:g}.", info.title, info.minimum, info.maximum, value);
    }
  }
  return std::nullopt;
}

void require_valid(const TextOptions& options) {
  if (const std::optional<std::string> problem = find_problem(options)) core::fail("{}", *problem);
}

}  // namespace figment::sampling
