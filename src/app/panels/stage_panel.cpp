#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/panels/panels.h"
#include "app/panels/stage_place.h"
#include "app/parts/part.h"
#include "app/parts/plot.h"

namespace figment::app {

namespace {

/// Lines of text in the middle of what is left.
void draw_centered(const Place& place, const std::string& text) {
  ImFont* font = place.style().fonts.regular;
  const float width = std::min(place.area.width, place.style().px(520));
  const ImVec2 size = font->CalcTextSizeA(font->FontSize, 1e9F, width, text.c_str());
  ImGui::GetWindowDrawList()->AddText(font, font->FontSize,
                                      {std::floor(place.area.x + (place.area.width - size.x) / 2),
                                       std::floor(place.area.y + place.area.height * 0.45F)},
                                      color::dim, text.c_str(), nullptr, width);
}

/// What to say while there is no picture.
std::string empty_sentence(const Player& player) {
  if (player.family == nullptr) return "Choose a model at the left.";
  if (player.is_pending) return fmt::format("Loading {} ...", player.family->title);
  return player.error;
}

/// The model's name with a cross to close it, where two stand side by side.
void draw_title(Place& place) {
  const Style& style = place.style();
  ImFont* font = style.fonts.bold;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float button = font->FontSize + style.px(4);
  const std::string& title = place.player().family->title;
  draw_line_of_text(list, font, top_left(place.area), place.area.width - button, color::text, title);
  ImGui::SetCursorScreenPos({place.area.x + place.area.width - button, place.area.y - style.px(2)});
  bool is_pressed = ImGui::InvisibleButton(place.key("close").c_str(), {button, button});
  const ImVec2 low = ImGui::GetItemRectMin();
  const ImVec2 center(std::floor(low.x + button / 2), std::floor(low.y + button / 2));
  const float r = style.px(4);
  const ImU32 tint = ImGui::IsItemHovered() ? color::text : color::faint;
  list.AddLine({center.x - r, center.y - r}, {center.x + r, center.y + r}, tint, style.scale * 1.5F);
  list.AddLine({center.x - r, center.y + r}, {center.x + r, center.y - r}, tint, style.scale * 1.5F);
  is_pressed |= place.state.widgets.note(place.key("close"), "Leaves only the other model on the stage.");
  if (is_pressed) place.state.actions.stop = place.player().family;
  place.take_top(button + style.px(4));
}

/// The sentence that says what one is looking at, with the progress at the right where no strip tells it.
void draw_sentence(Place& place, const studio::View& view) {
  const Style& style = place.style();
  ImFont* font = style.fonts.small;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const std::string& sentence = view.error.empty() ? view.sentence : view.error;
  float width = place.area.width;
  if (view.strip.pictures.count < 1 && !view.progress.empty() && width > style.px(360)) {
    const float length = text_size(font, view.progress).x;
    draw_text(list, font, {place.area.x + width - length, place.area.y}, color::faint, view.progress);
    width -= length + style.px(24);
  }
  list.AddText(font, font->FontSize, top_left(place.area), view.error.empty() ? color::dim : color::warning,
               sentence.c_str(), nullptr, width);
  place.take_top(font->CalcTextSizeA(font->FontSize, 1e9F, width, sentence.c_str()).y + style.px(9));
}

/// The bar below everything, which can be dragged.
void draw_progress(Place& place, float fraction) {
  const Style& style = place.style();
  const Rect room = place.take_bottom(style.px(18));
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float thickness = style.px(4);
  const float y = std::floor(room.y + style.px(9));
  const float x = room.x + room.width * std::clamp(fraction, 0.0F, 1.0F);
  list.AddRectFilled({room.x, y}, {room.x + room.width, y + thickness}, color::control_hovered, thickness / 2);
  if (x > room.x + 1) list.AddRectFilled({room.x, y}, {x, y + thickness}, color::accent, thickness / 2);
  list.AddCircleFilled({x, y + thickness / 2}, style.px(6), color::white, 20);
  follow_mouse(place.state, place.key("progress"), "progress", 0, {room, {}, {}}, place.receiver());
}

/// The stages of the first picture, and how far it is.
void draw_strip(Place& place, const studio::View& view) {
  const studio::FilmStripView& strip = view.strip;
  if (strip.pictures.count < 1) return;
  const Style& style = place.style();
  const float gap = style.px(5);
  const auto count = static_cast<float>(strip.pictures.count);
  const float notes = place.area.width > style.px(480) ? style.px(110) : 0.0F;
  const float cell = std::clamp(std::floor((place.area.width - notes) / count - gap), style.px(14), style.px(74));
  const Rect room = place.take_bottom(cell + style.px(8));
  const float top = room.y + style.px(8);
  const auto pixels = static_cast<int>(cell * ImGui::GetIO().DisplayFramebufferScale.x);
  const PictureSheet& sheet = place.state.sheets.request(place.key("strip"), strip.pictures,
                                                         {strip.pictures.count, pixels, pixels, style.px(4)});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float rounding = style.px(4);
  PartHits hits{{room.x, top, count * (cell + gap) - gap, cell}, {}, {}};
  for (int i = 0; i < strip.pictures.count; ++i) {
    const ImVec2 corner(room.x + static_cast<float>(i) * (cell + gap), top);
    const ImVec2 end(corner.x + cell, corner.y + cell);
    hits.items.push_back({corner.x, corner.y, cell, cell});
    if (i <= strip.current) {
      sheet.draw(list, i, corner, {cell, cell});
    } else {
      list.AddRectFilled(corner, end, color::panel, rounding);
      list.AddRect(corner, end, color::line, rounding);
    }
    if (i == strip.current) {
      const float out = style.px(1);
      list.AddRect({corner.x - out, corner.y - out}, {end.x + out, end.y + out}, color::accent, rounding + out, 0,
                   style.scale * 2);
    }
  }
  follow_mouse(place.state, place.key("strip"), "strip", 0, hits, place.receiver());
  const float x = room.x + count * (cell + gap) + style.px(10);
  const float width = room.x + room.width - x;
  if (width < style.px(60)) return;
  ImFont* font = style.fonts.small;
  const float line = font->FontSize + style.px(3);
  const float y = std::floor(top + cell / 2 - line);
  draw_line_of_text(list, font, {x, y}, width, color::dim, view.progress);
  const auto current = static_cast<std::size_t>(std::max(strip.current, 0));
  if (current < strip.labels.size()) {
    draw_line_of_text(list, font, {x, y + line}, width, color::faint, strip.labels[current]);
  }
}

/// How far the kernels are, while there is nothing else to look at.
void draw_loading(const Place& place, const studio::View& view) {
  const Style& style = place.style();
  const float share = view.loading;
  draw_centered(place, view.sentence);
  const float width = std::min(style.px(240), place.area.width);
  const ImVec2 at(std::floor(place.area.x + (place.area.width - width) / 2),
                  std::floor(place.area.y + place.area.height * 0.45F + style.px(30)));
  const float thickness = style.px(4);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, {at.x + width, at.y + thickness}, color::control_hovered, thickness / 2);
  const float filled = std::max(width * std::clamp(share, 0.0F, 1.0F), thickness);
  list.AddRectFilled(at, {at.x + filled, at.y + thickness}, color::accent, thickness / 2);
}

void draw_place(Place place) {
  if (place.state.players.compares()) draw_title(place);
  const studio::View* view = place.player().view();
  if (view == nullptr) return draw_centered(place, empty_sentence(place.player()));
  const bool is_empty = view->parts.empty() && view->pictures.count < 1;
  if (view->loading < 1 && is_empty) return draw_loading(place, *view);
  draw_sentence(place, *view);
  if (view->fraction > 0 || !view->progress.empty()) draw_progress(place, view->fraction);
  draw_strip(place, *view);
  if (!view->parts.empty()) {
    draw_parts(place.state, place.index, *view, place.area);
  } else if (view->pictures.count > 0) {
    draw_pictures(place.state, place.key("grid"), view->pictures, {}, place.area);
  }
}

}  // namespace

bool draw_stage_panel(State& state) {
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const ImVec2 size = ImGui::GetContentRegionAvail();
  const Rect area{start.x, start.y, size.x, size.y};
  if (!state.players.compares()) {
    draw_place({state, 0, area});
    return false;
  }
  const float gap = state.style().px(24);
  const float half = std::floor((area.width - gap) / 2);
  const float middle = std::floor(area.x + half + gap / 2);
  ImGui::GetWindowDrawList()->AddRectFilled({middle, area.y}, {middle + 1, area.y + area.height}, color::line);
  draw_place({state, 0, {area.x, area.y, half, area.height}});
  draw_place({state, 1, {area.x + area.width - half, area.y, half, area.height}});
  return false;
}

}  // namespace figment::app
