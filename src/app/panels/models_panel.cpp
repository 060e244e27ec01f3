#include <algorithm>
#include <cmath>
#include <utility>

#include "app/panels/panels.h"
#include "app/parts/plot.h"

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

/// The first picture of a painter that lives, else one that it made earlier.
void draw_icon(State& state, const studio::Family& family, const Player* player, ImVec2 at, float size) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Style& style = state.style();
  const studio::View* view = player == nullptr ? nullptr : player->view();
  if (view == nullptr || view->pictures.memory.owner == nullptr || view->pictures.count < 1) {
    if (!state.icons.draw(list, family.name, at, size, style.px(4))) draw_placeholder(list, at, size, style.px(4));
    return;
  }
  studio::PictureView first = view->pictures;
  first.count = 1;
  const auto pixels = static_cast<int>(size * ImGui::GetIO().DisplayFramebufferScale.x);
  state.sheets.request("icon " + player->family->name, first, {1, pixels, pixels, style.px(4)})
      .draw(list, 0, at, {size, size});
}

/// Where a family lives; null if it does not.
const Player* player_of(const State& state, const studio::Family& family) {
  for (const Player* player : {&state.players.painter(0), &state.players.painter(1), &state.players.writer()}) {
    if (player->family == &family) return player;
  }
  return nullptr;
}

/// A plus at the end of a row, which puts the painter beside the one that is shown. Returns its width.
float draw_compare(State& state, const studio::Family& family, const Rect& row, bool is_row_hovered) {
  const Style& style = state.style();
  const float side = std::min(row.height, style.px(24));
  ImGui::SetCursorScreenPos({row.x + row.width - side, row.y});
  const std::string name = "compare " + family.name;
  bool is_pressed = ImGui::InvisibleButton(name.c_str(), {side, row.height});
  is_pressed |= state.widgets.note(
      name, "Shows " + family.title + " beside the other painter, with the same seed (or Shift and click).");
  if (is_pressed) state.actions.compare_with = &family;
  if (!is_row_hovered && state.widgets.focus() != name) return side;
  const ImVec2 center(std::floor(row.x + row.width - side / 2), std::floor(row.y + row.height / 2));
  const float r = style.px(4);
  const float half = std::max(1.0F, style.px(1)) / 2;
  const ImU32 tint = ImGui::IsItemHovered() ? color::accent : color::dim;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled({center.x - r, center.y - half}, {center.x + r, center.y + half}, tint);
  list.AddRectFilled({center.x - half, center.y - r}, {center.x + half, center.y + r}, tint);
  return side;
}

/// What a click on a family's row means.
void click(State& state, const studio::Family& family, bool is_live) {
  if (is_live) {
    state.actions.stop = &family;
  } else {
    (ImGui::GetIO().KeyShift ? state.actions.compare_with : state.actions.select) = &family;
  }
}

void draw_item(State& state, const studio::Family& family, float height) {
  const Style& style = state.style();
  const Player* player = player_of(state, family);
  const bool is_live = player != nullptr;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const Rect row{at.x, at.y, ImGui::GetContentRegionAvail().x, height};
  const ImVec2 end(row.x + row.width, row.y + row.height);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const bool is_hovered = ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect(at, end);
  if (is_live || is_hovered) {
    list.AddRectFilled(at, end, is_live ? color::selected : color::control, style.px(6));
  }
  if (is_live) {
    list.AddRectFilled({at.x, at.y + style.px(6)}, {at.x + style.px(2), end.y - style.px(6)}, color::accent);
  }
  const bool can_compare = family.fills_stage && !is_live && state.players.painter().family != nullptr;
  const float taken = can_compare ? draw_compare(state, family, row, is_hovered) : 0.0F;
  ImGui::SetCursorScreenPos(at);
  bool is_pressed = ImGui::InvisibleButton(family.name.c_str(), {row.width - taken, height});
  is_pressed |= state.widgets.note("model " + family.name,
                                   sentence_of(family) + (is_live ? "Click to stop it." : "Click to start it."));
  if (is_pressed) click(state, family, is_live);
  float x = at.x + style.px(9);
  if (family.paints && row.width > style.px(140)) {  // a narrow panel has room for names only
    const float icon = std::floor(std::min(style.px(22), height - style.px(4)));
    draw_icon(state, family, player, {x, std::floor(at.y + (height - icon) / 2)}, icon);
    x += icon + style.px(9);
  }
  const bool has_dot = is_live && !state.is_paused && player->activity != nullptr;
  const float room = end.x - x - (has_dot ? style.px(20) : style.px(4));
  const bool is_long = text_size(style.fonts.regular, family.title).x > room;
  ImFont* font = is_long ? style.fonts.small : style.fonts.regular;
  draw_line_of_text(list, font, {x, std::floor(at.y + (height - font->FontSize) / 2)}, room,
                    is_live ? color::white : color::text, family.title);
  if (has_dot) list.AddCircleFilled({end.x - style.px(12), at.y + height / 2}, style.px(4), color::accent, 16);
  ImGui::SetCursorScreenPos({at.x, end.y + style.px(1)});
}

}  // namespace

bool draw_models_panel(State& state) {
  const Style& style = state.style();
  const auto& families = state.players.families();
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {style.px(8), style.px(1)});
  ImGui::BeginChild("families", {0, 0}, false, ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoNav);
  // Rows are as high as lets all families be seen, within reason.
  const float heading = style.fonts.small_bold->FontSize + style.px(7);
  const float room = ImGui::GetContentRegionAvail().y - 2 * heading - style.px(8);
  const float height =
      std::clamp(std::floor(room / static_cast<float>(std::max<std::size_t>(families.size(), 1))) - style.px(1),
                 style.px(24), style.px(32));
  for (const bool paints : {true, false}) {
    bool has_heading = false;
    for (const studio::Family& family : families) {
      if (family.paints != paints) continue;
      if (!std::exchange(has_heading, true)) {
        state.widgets.heading(paints ? "PICTURES" : "WORDS");
        ImGui::Dummy({0, style.px(1)});
      }
      draw_item(state, family, height);
    }
    if (has_heading && paints) ImGui::Dummy({0, style.px(6)});
  }
  ImGui::Dummy({0, 0});
  ImGui::EndChild();
  ImGui::PopStyleVar();
  return false;
}

}  // namespace figment::app
