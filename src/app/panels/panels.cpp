#include "app/panels/panels.h"

#include <algorithm>

namespace figment::app {

namespace {

/// Which edge of a panel has a thin line.
enum class Edge { none, left, right, top, bottom };

/// One panel of the list.
struct Panel {
  const char* name;
  Rect Layout::*area;
  bool (*draw)(State&);
  bool (*is_shown)(const State&);
  ImVec2 padding;
  const ImU32* background;  ///< null: none
  bool floats;              ///< lies over others, with rounded corners
  Edge edge = Edge::none;
  Rect (*place)(const State&) = nullptr;  ///< instead of the area
};

bool always(const State&) { return true; }

void draw_edge(const Rect& area, Edge edge, float thickness) {
  Rect line = area;
  if (edge == Edge::left || edge == Edge::right) line.width = thickness;
  if (edge == Edge::top || edge == Edge::bottom) line.height = thickness;
  if (edge == Edge::right) line.x += area.width - thickness;
  if (edge == Edge::bottom) line.y += area.height - thickness;
  if (edge == Edge::none) return;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.PushClipRect({area.x, area.y}, {area.x + area.width, area.y + area.height});
  list.AddRectFilled({line.x, line.y}, {line.x + line.width, line.y + line.height}, color::line);
  list.PopClipRect();
}

const Panel table[] = {
    {"top bar", &Layout::top_bar, draw_top_bar_panel, always, {14, 0}, &color::panel, false, Edge::bottom},
    {"models", &Layout::models, draw_models_panel, always, {10, 10}, &color::panel, false, Edge::right},
    {"stage", &Layout::stage, draw_stage_panel, always, {14, 10}, nullptr, false},
    {"words", &Layout::words, draw_words_panel, always, {16, 10}, nullptr, false, Edge::top},
    {"controls", &Layout::controls, draw_controls_panel, always, {14, 6}, &color::panel, false, Edge::left},
    {"transport", &Layout::transport, draw_transport_panel, always, {14, 8}, &color::panel, false, Edge::left},
    {"profiler",
     &Layout::stage,
     draw_profiler_panel,
     [](const State& s) { return s.shows_profiler && s.profiler != nullptr; },
     {14, 12},
     &color::floating,
     true,
     Edge::none,
     sheet_area},
    {"workbench",
     &Layout::stage,
     draw_workbench_panel,
     [](const State& s) { return s.shows_workbench && s.workbench != nullptr; },
     {14, 12},
     &color::floating,
     true,
     Edge::none,
     sheet_area},
    {"message",
     &Layout::message,
     draw_message_panel,
     [](const State& s) { return !s.message.text.empty(); },
     {14, 10},
     nullptr,
     true},
    {"hud", &Layout::hud, draw_hud_panel, [](const State& s) { return s.shows_hud; }, {14, 12}, &color::floating, true},
    {"help",
     &Layout::help,
     draw_help_panel,
     [](const State& s) { return s.shows_help; },
     {22, 18},
     &color::floating,
     true},
    {"hints",
     &Layout::hint,
     draw_hints_panel,
     [](const State& s) { return s.hint >= 0 && !s.shows_help; },
     {18, 14},
     &color::popup,
     true},
};

bool draw_panel(const Panel& panel, State& state) {
  const Rect area = panel.place != nullptr ? panel.place(state) : state.layout.*panel.area;
  if (area.is_empty() || !panel.is_shown(state)) return false;
  const Style& style = state.style();
  ImGui::SetNextWindowPos({area.x, area.y});
  // What floats over others is as high as what it holds.
  ImGui::SetNextWindowSize({area.width, panel.floats && panel.background != nullptr ? 0.0F : area.height});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {style.px(panel.padding.x), style.px(panel.padding.y)});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, panel.floats ? style.px(8) : 0.0F);
  const bool has_border = panel.floats && panel.background != nullptr;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, has_border ? std::max(1.0F, style.px(1)) : 0.0F);
  ImGui::PushStyleColor(ImGuiCol_WindowBg, panel.background == nullptr ? 0 : *panel.background);
  ImGuiWindowFlags flags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                           ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoScrollWithMouse;
  flags |= panel.floats ? 0 : ImGuiWindowFlags_NoBringToFrontOnFocus;
  flags |= panel.background == nullptr ? ImGuiWindowFlags_NoBackground : 0;
  flags |= panel.floats && panel.background == nullptr ? ImGuiWindowFlags_NoInputs : 0;
  bool changed = false;
  if (ImGui::Begin(panel.name, nullptr, flags)) {
    draw_edge(area, panel.edge, std::max(1.0F, style.px(1)));
    changed = panel.draw(state);
  }
  ImGui::End();
  ImGui::PopStyleColor();
  ImGui::PopStyleVar(3);
  return changed;
}

}  // namespace

Rect sheet_area(const State& state) {
  const Layout& layout = state.layout;
  const Style& style = state.style();
  const float margin = style.px(12);
  const bool is_narrow = layout.top_bar.width < style.px(1000);
  const float left = is_narrow ? margin : layout.models.width + margin;
  const float right = is_narrow ? layout.top_bar.width - margin : layout.controls.x - margin;
  const float top = layout.top_bar.height + style.px(8);
  return {left, top, std::max(right - left, 1.0F), std::max(ImGui::GetIO().DisplaySize.y - margin - top, 1.0F)};
}

bool draw_panels(State& state) {
  bool changed = false;
  for (const Panel& panel : table) changed |= draw_panel(panel, state);
  return changed;
}

}  // namespace figment::app
