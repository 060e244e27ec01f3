#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "app/panels/panels.h"
#include "sampling/text_chain.h"

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

/// The stages from first to last; a row that is dragged changes places with its neighbours. Those that are off are dim.
bool draw_order(State& state) {
  const Style& style = state.style();
  std::vector<sampling::TextStage>& order = state.request.text.options.order;
  const auto active = sampling::active_stages(state.request.text.options, {.bias = {{0, 1.0F}}});
  const bool has_bias = !state.request.text.bias.empty();
  ImFont* font = style.fonts.small;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float line = font->FontSize + style.px(7);
  const float width = ImGui::GetContentRegionAvail().x;
  bool changed = false;
  draw_text(list, font, ImGui::GetCursorScreenPos(), color::dim, "Order of the samplers");
  ImGui::Dummy({width, line});
  for (std::size_t i = 0; i < order.size(); ++i) {
    const sampling::TextStageInfo& info = sampling::info_of(order[i]);
    const auto is_this = [&](const auto& stage) { return stage.kind == static_cast<float>(info.stage); };
    const bool is_on = std::ranges::any_of(active, is_this) && (info.stage != sampling::TextStage::bias || has_bias);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::InvisibleButton(info.name.data(), {width, line});
    const bool is_hovered = ImGui::IsItemHovered();
    const bool is_held = ImGui::IsItemActive();
    if (is_held && !is_hovered) {
      const std::size_t other = ImGui::GetMouseDragDelta(0).y < 0 ? i - 1 : i + 1;
      if (other < order.size()) {  // i - 1 of 0 is beyond the end
        std::swap(order[i], order[other]);
        ImGui::ResetMouseDragDelta();
        changed = true;
      }
    }
    if (is_hovered || is_held) {
      list.AddRectFilled(at, {at.x + width, at.y + line - 1}, is_held ? color::selected : color::control, style.px(4));
    }
    const float middle = std::floor(at.y + line / 2);
    for (const float dy : {-2.5F, 0.5F, 3.5F}) {  // a handle
      list.AddRectFilled({at.x + style.px(4), middle + style.px(dy) - 1}, {at.x + style.px(13), middle + style.px(dy)},
                         color::faint);
    }
    draw_text(list, font, {at.x + style.px(22), std::floor(at.y + (line - font->FontSize) / 2)},
              is_on ? color::text : color::faint, info.title);
    if (is_on) list.AddCircleFilled({at.x + width - style.px(8), middle - 0.5F}, style.px(3), color::accent);
    state.widgets.note(info.name, fmt::format("{} Drag it up or down.", info.tooltip));
    const float by = state.widgets.arrow_on(info.name).y;
    const std::size_t other = by < 0 ? i - 1 : i + 1;
    if (by != 0 && other < order.size()) {
      std::swap(order[i], order[other]);
      return true;
    }
  }
  ImGui::Dummy({width, style.px(4)});
  return changed;
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
  changed |= draw_order(state);
  changed |=
      widgets.text_field("Bias", state.request.text.bias, "Words to favour or to forbid, such as: frog=5, sun=-100.");
  changed |= widgets.text_field("Stop at", state.request.text.stop,
                                "The text ends as soon as it has said one of these; put | between them.");
  changed |= widgets.toggle("Greedy", state.request.text.options.greedy,
                            "Always takes the likeliest word, after biases and penalties.");
  changed |= widgets.seed_field("Word seed", state.request.text.options.seed,
                                "The number that the choice of words is drawn from: the same seed, prompt and settings "
                                "give the same text.");
  return changed;
}

}  // namespace figment::app
