#include "app/panels/panels.h"

#include <algorithm>

namespace figment::app {

namespace {

/// One panel of the list.
struct Panel {
  const char* name;
  Rect Layout::* area;
  bool (*draw)(State&);
  bool (*is_shown)(const State&);
  ImVec2 padding;
  ImU32 background;  ///< 0: none
  bool floats;       ///< lies over others, with rounded corners
};

bool always(const State&) { return true; }

constexpr Panel table[] = {
    {"top bar", &Layout::top_bar, draw_top_bar_panel, always, {14, 0}, color::panel, false},
    {"models", &Layout::models, draw_models_panel, always, {10, 10}, color::panel, false},
    {"stage", &Layout::stage, draw_stage_panel, always, {14, 10}, 0, false},
    {"words", &Layout::words, draw_words_panel, always, {16, 10}, 0, false},
    {"controls", &Layout::controls, draw_controls_panel, always, {14, 8}, color::panel, false},
    {"transport", &Layout::transport, draw_transport_panel, always, {14, 10}, color::panel, false},
    {"message", &Layout::message, draw_message_panel, [](const State& s) { return !s.message.text.empty(); }, {14, 10},
     0, true},
    {"hud", &Layout::hud, draw_hud_panel, [](const State& s) { return s.shows_hud; }, {14, 12}, IM_COL32(20, 23, 29, 240),
     true},
    {"help", &Layout::help, draw_help_panel, [](const State& s) { return s.shows_help; }, {22, 18},
     IM_COL32(24, 27, 34, 250), true},
};

bool draw_panel(const Panel& panel, State& state) {
  const Rect& area = state.layout.*panel.area;
  if (area.is_empty() || !panel.is_shown(state)) return false;
  const Style& style = state.style();
  ImGui::SetNextWindowPos({area.x, area.y});
  ImGui::SetNextWindowSize({area.width, area.height});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {style.px(panel.padding.x), style.px(panel.padding.y)});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, panel.floats ? style.px(8) : 0.0F);
  ImGui::PushStyleColor(ImGuiCol_WindowBg, panel.background);
  ImGuiWindowFlags flags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                           ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoScrollWithMouse;
  flags |= panel.floats ? 0 : ImGuiWindowFlags_NoBringToFrontOnFocus;
  flags |= panel.background == 0 ? ImGuiWindowFlags_NoBackground : 0;
  flags |= panel.floats && panel.background == 0 ? ImGuiWindowFlags_NoInputs : 0;
  bool changed = false;
  if (ImGui::Begin(panel.name, nullptr, flags)) changed = panel.draw(state);
  ImGui::End();
  ImGui::PopStyleColor();
  ImGui::PopStyleVar(2);
  return changed;
}

/// The thin lines between the parts.
void draw_lines(const Layout& layout, float thickness) {
  ImDrawList& list = *ImGui::GetBackgroundDrawList();
  const auto across = [&](float x, float y, float width) {
    list.AddRectFilled({x, y - thickness}, {x + width, y}, color::line);
  };
  const auto down = [&](float x, float y, float height) {
    list.AddRectFilled({x, y}, {x + thickness, y + height}, color::line);
  };
  down(layout.models.x + layout.models.width, layout.models.y, layout.models.height);
  down(layout.controls.x - thickness, layout.controls.y, layout.controls.height + layout.transport.height);
  if (!layout.words.is_empty()) across(layout.words.x, layout.words.y, layout.words.width);
  across(0, layout.top_bar.height + thickness, layout.top_bar.width);
}

}  // namespace

bool draw_panels(State& state) {
  draw_lines(state.layout, std::max(1.0F, state.style().px(1)));
  bool changed = false;
  for (const Panel& panel : table) changed |= draw_panel(panel, state);
  return changed;
}

}  // namespace figment::app
