#include <fmt/format.h>

#include "app/panels/panels.h"

namespace figment::app {

namespace {

/// A small landscape, for models that have no picture yet.
void draw_placeholder(ImDrawList& list, ImVec2 at, float size, float rounding) {
  const ImVec2 end(at.x + size, at.y + size);
  list.AddRectFilled(at, end, color::control_hovered, rounding);
  list.AddCircleFilled({at.x + size * 0.66F, at.y + size * 0.38F}, size * 0.13F, color::faint, 12);
  list.AddTriangleFilled({at.x + size * 0.1F, end.y - size * 0.18F}, {at.x + size * 0.42F, at.y + size * 0.42F},
                         {at.x + size * 0.8F, end.y - size * 0.18F}, color::faint);
}

/// "paints landscapes" as "Paints landscapes."
std::string sentence_of(const studio::Family& family) {
  std::string text = family.sentence;
  if (text.empty()) return text;
  if (text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
  if (text.back() != '.') text += '.';
  return text + ' ';
}

void draw_item(State& state, const studio::Family& family) {
  const Style& style = state.style();
  const Player& player = family.paints ? state.players.painter() : state.players.writer();
  const bool is_live = player.family == &family;
  const float height = style.px(32);
  const float width = ImGui::GetContentRegionAvail().x;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (ImGui::InvisibleButton(family.name.c_str(), {width, height})) {
    (is_live ? state.actions.stop : state.actions.select) = &family;
  }
  const bool is_hovered = ImGui::IsItemHovered();
  state.widgets.note("model " + family.name,
                     sentence_of(family) + (is_live ? "Click to stop it." : "Click to start it."));
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 end(at.x + width, at.y + height);
  if (is_live || is_hovered) {
    list.AddRectFilled(at, end, is_live ? color::selected : color::control, style.px(6));
  }
  if (is_live) {
    list.AddRectFilled({at.x, at.y + style.px(6)}, {at.x + style.px(2), end.y - style.px(6)}, color::accent);
  }
  float x = at.x + style.px(9);
  const float icon = style.px(22);
  const float icon_y = at.y + (height - icon) / 2;
  if (family.paints) {
    const studio::View* view = player.view();
    if (is_live && view != nullptr && view->pictures.memory.owner != nullptr && view->pictures.count > 0) {
      studio::PictureView first = view->pictures;
      first.count = 1;
      const auto pixels = static_cast<int>(icon * ImGui::GetIO().DisplayFramebufferScale.x);
      state.icon_sheet.request(first, {1, pixels, pixels, style.px(4)});
      state.icon_sheet.draw(list, 0, {x, icon_y}, {icon, icon});
    } else {
      draw_placeholder(list, {x, icon_y}, icon, style.px(4));
    }
    x += icon + style.px(9);
  }
  draw_text(list, style.fonts.regular, {x, at.y + (height - style.fonts.regular->FontSize) / 2},
            is_live ? color::white : color::text, family.title);
  const float title_end = x + text_size(style.fonts.regular, family.title).x;
  if (is_live && !state.is_paused && player.activity && title_end < end.x - style.px(20)) {
    list.AddCircleFilled({end.x - style.px(12), at.y + height / 2}, style.px(4), color::accent, 16);
  }
  ImGui::Dummy({0, 0});
}

}  // namespace

bool draw_models_panel(State& state) {
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {state.style().px(8), state.style().px(1)});
  for (const bool paints : {true, false}) {
    bool has_heading = false;
    for (const studio::Family& family : state.players.families()) {
      if (family.paints != paints) continue;
      if (!has_heading) {
        state.widgets.heading(paints ? "PICTURES" : "WORDS");
        ImGui::Dummy({0, state.style().px(2)});
      }
      has_heading = true;
      draw_item(state, family);
    }
    if (has_heading) ImGui::Dummy({0, state.style().px(10)});
  }
  ImGui::PopStyleVar();
  return false;
}

}  // namespace figment::app
