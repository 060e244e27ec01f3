#include <algorithm>
#include <cmath>

#include "app/keys.h"
#include "app/panels/panels.h"

namespace figment::app {

namespace {

void draw_key(const Style& style, const Key& key, ImVec2 at, float width) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  ImFont* name = style.fonts.mono;
  const float box = text_size(name, key.name).x + style.px(12);
  list.AddRectFilled(at, {at.x + box, at.y + name->FontSize + style.px(6)}, color::control_hovered, style.px(4));
  draw_text(list, name, {at.x + style.px(6), at.y + style.px(3)}, color::text, key.name);
  const float start = std::max(style.px(96), box + style.px(8));
  list.AddText(style.fonts.small, style.fonts.small->FontSize, {at.x + start, at.y + style.px(2)}, color::text,
               key.meaning, nullptr, width - start);
}

/// All keys, in as many columns as there is room for.
void draw_keys(const Style& style) {
  const float room = ImGui::GetContentRegionAvail().x;
  const int columns = room > style.px(640) ? 2 : 1;
  const float gap = style.px(22);
  const float width = (room - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
  const auto all = keys();
  const auto rows = (all.size() + static_cast<std::size_t>(columns) - 1) / static_cast<std::size_t>(columns);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  ImFont* font = style.fonts.small;
  float lowest = start.y;
  for (std::size_t column = 0; column < static_cast<std::size_t>(columns); ++column) {
    ImVec2 at{start.x + static_cast<float>(column) * (width + gap), start.y};
    for (std::size_t i = column * rows; i < std::min(all.size(), (column + 1) * rows); ++i) {
      draw_key(style, all[i], at, width);
      const float text = width - std::max(style.px(96), text_size(style.fonts.mono, all[i].name).x + style.px(20));
      const float height = font->CalcTextSizeA(font->FontSize, 1e9F, text, all[i].meaning).y;
      at.y += std::max(height + style.px(6), style.fonts.mono->FontSize + style.px(9));
    }
    lowest = std::max(lowest, at.y);
  }
  ImGui::Dummy({room, lowest - start.y});
}

bool draw_appearance(State& state) {
  Widgets& widgets = state.widgets;
  const Style& style = state.style();
  std::array<Choice, theme_names.size()> themes;
  constexpr std::array tooltips{"Light on dark: pictures stand out.", "Dark on light, for bright rooms.",
                                "Black, white and yellow, for eyes that need it."};
  for (std::size_t i = 0; i < themes.size(); ++i) themes[i] = {theme_names[i], tooltips[i]};
  auto theme = static_cast<int>(state.theme);
  if (widgets.combo("Theme", theme, themes, "The colours of the window (F8).")) {
    state.theme = static_cast<Theme>(theme);
  }
  double zoom = std::round(static_cast<double>(state.zoom) * 100);
  if (widgets.slider("Size in %", zoom, {50, 300, true, 0}, "How large everything is (Ctrl + and Ctrl -).") &&
      !ImGui::IsMouseDown(0)) {
    state.zoom = static_cast<float>(zoom / 100);
  }
  const float width = std::floor((ImGui::GetContentRegionAvail().x - style.px(6)) / 2);
  if (widgets.button("Four hints", width, false, "Shows the four hints of the first start again.")) {
    state.hint = 0;
    state.shows_help = false;
  }
  ImGui::SameLine(0, style.px(6));
  if (widgets.button("All as at first", width, false,
                     "Gives every setting of every model its first value; Ctrl Z takes that back.")) {
    state.request = {};
    return true;
  }
  return false;
}

}  // namespace

bool draw_help_panel(State& state) {
  const Style& style = state.style();
  const float height = ImGui::GetIO().DisplaySize.y - 2 * state.layout.help.y;
  ImGui::BeginChild("help page", {0, std::min(height - style.px(36), state.help_height)}, false,
                    ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoNav);
  const float top = ImGui::GetCursorPosY();
  ImGui::PushFont(style.fonts.bold);
  ImGui::TextUnformatted("Keys");
  ImGui::PopFont();
  ImGui::Dummy({0, style.px(2)});
  draw_keys(style);
  ImGui::PushStyleColor(ImGuiCol_Text, color::dim);
  ImGui::PushFont(style.fonts.small);
  ImGui::TextWrapped(
      "Rest the mouse on anything to read what it is. Double-click a slider to type a number. Drag the bar below the "
      "pictures to go to a step, change something there, and go on from it; click a word to write on from there. Turn "
      "the wheel over a plot to zoom, drag to move along, double-click for all of it. Drop a PNG that figment saved on "
      "the window to have its settings back.");
  ImGui::PopFont();
  ImGui::PopStyleColor();
  state.widgets.heading("APPEARANCE");
  const float row = ImGui::GetFrameHeightWithSpacing();
  ImGui::BeginChild("appearance", {std::min(ImGui::GetContentRegionAvail().x, style.px(380)), 3 * row}, false,
                    ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoScrollbar);
  const bool changed = draw_appearance(state);
  ImGui::EndChild();
  state.help_height = ImGui::GetCursorPosY() - top + style.px(4);
  ImGui::EndChild();
  if (ImGui::IsMouseClicked(0) && !ImGui::IsAnyItemHovered() &&
      !ImGui::IsMouseHoveringRect(ImGui::GetWindowPos(), {ImGui::GetWindowPos().x + ImGui::GetWindowSize().x,
                                                          ImGui::GetWindowPos().y + ImGui::GetWindowSize().y}) &&
      !ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup)) {
    state.shows_help = false;
  }
  return changed;
}

}  // namespace figment::app
