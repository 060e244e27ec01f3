#include <algorithm>
#include <array>

#include "app/panels/panels.h"
#include "sampling/text_options.h"

namespace figment::app {

namespace {

using sampling::TextOptionInfo;

/// Options that are always in sight, in this order; the list's others are under "More".
constexpr std::array<std::string_view, 4> main_options = {"temperature", "top_k", "top_p", "min_p"};

bool is_main(const TextOptionInfo& info) { return std::ranges::find(main_options, info.name) != main_options.end(); }

/// What the slider covers: a few options allow values far beyond what is of use.
SliderRange range_of(const TextOptionInfo& info) {
  SliderRange range{info.minimum, info.maximum, info.is_integer, 2};
  if (info.name == "top_k") range.maximum = std::min(range.maximum, 200.0);
  if (info.name == "temperature") range.maximum = std::min(range.maximum, 2.0);
  if (info.name == "penalty_window") range.maximum = std::min(range.maximum, 512.0);
  if (info.name == "top_k" || info.name == "min_p") range.exponent = 2;
  return range;
}

bool draw_option(State& state, const TextOptionInfo& info) {
  sampling::TextOptions& options = state.request.text.options;
  double value = info.get(options);
  if (!state.widgets.slider(std::string(info.title).c_str(), value, range_of(info), info.tooltip)) return false;
  info.set(options, value);
  return true;
}

bool draw_speed(State& state) {
  double speed = static_cast<double>(state.request.text.tokens_per_second);
  if (!state.widgets.slider("Speed", speed, {0, 200, true, 0, 2},
                            "Tokens a second, so that one can read along; 0 is as fast as it goes.")) {
    return false;
  }
  state.request.text.tokens_per_second = static_cast<float>(speed);
  return true;
}

}  // namespace

bool draw_text_section(State& state) {
  Widgets& widgets = state.widgets;
  widgets.heading("WORDS");
  bool changed =
      widgets.text_field("Prompt", state.request.text.prompt, "How the text begins; the model goes on from here.");
  const auto options = sampling::text_options();
  for (const std::string_view name : main_options) {
    const auto info = std::ranges::find(options, name, &TextOptionInfo::name);
    if (info != options.end()) changed |= draw_option(state, *info);
  }
  changed |= draw_speed(state);
  widgets.disclosure("More", state.shows_more_text_options,
                     "Penalties for repetition, and other ways to choose words.");
  if (!state.shows_more_text_options) return changed;
  for (const TextOptionInfo& info : options) {
    if (!is_main(info)) changed |= draw_option(state, info);
  }
  changed |= widgets.seed_field("Word seed", state.request.text.options.seed,
                                "The number that the choice of words is drawn from: the same seed, prompt and settings "
                                "give the same text.");
  return changed;
}

}  // namespace figment::app
