#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/panels/panels.h"

namespace figment::app {

namespace {

/// How `count` pictures fill an area best.
struct Grid {
  int columns = 1;
  float cell_width = 0;
  float cell_height = 0;
};

Grid arrange(int count, float aspect, ImVec2 area, float gap) {
  Grid best;
  float best_score = 0;
  for (int columns = 1; columns <= count; ++columns) {
    const int rows = (count + columns - 1) / columns;
    const float by_width = (area.x - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
    const float by_height = (area.y - gap * static_cast<float>(rows - 1)) / static_cast<float>(rows) * aspect;
    const float width = std::floor(std::min(by_width, by_height));
    // A gap in the last row is worth a little size.
    const float score = width * (rows * columns == count ? 1.15F : 1.0F);
    if (score <= best_score) continue;
    best_score = score;
    best = {columns, width, std::floor(width / aspect)};
  }
  return best;
}

void draw_grid(State& state, const studio::PictureView& pictures, ImVec2 at, ImVec2 area) {
  if (pictures.count < 1 || pictures.width < 1 || pictures.height < 1) return;
  const Style& style = state.style();
  const float gap = style.px(8);
  const Grid grid =
      arrange(pictures.count, static_cast<float>(pictures.width) / static_cast<float>(pictures.height), area, gap);
  if (grid.cell_width < 2 || grid.cell_height < 2) return;
  const float scale = ImGui::GetIO().DisplayFramebufferScale.x;
  state.grid_sheet.request(pictures, {grid.columns, static_cast<int>(grid.cell_width * scale),
                                      static_cast<int>(grid.cell_height * scale), style.px(7) * scale});
  const int rows = (pictures.count + grid.columns - 1) / grid.columns;
  const auto total = [&](int cells, float cell) {
    return static_cast<float>(cells) * cell + static_cast<float>(cells - 1) * gap;
  };
  const float left = std::floor(at.x + (area.x - total(grid.columns, grid.cell_width)) / 2);
  const float top = std::floor(at.y + (area.y - total(rows, grid.cell_height)) / 2);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (int i = 0; i < pictures.count; ++i) {
    const ImVec2 corner(left + static_cast<float>(i % grid.columns) * (grid.cell_width + gap),
                        top + static_cast<float>(i / grid.columns) * (grid.cell_height + gap));
    state.grid_sheet.draw(list, i, corner, {grid.cell_width, grid.cell_height});
  }
}

/// The stages of the first picture. Returns the height that it took.
float strip_height(const State& state, const studio::FilmStripView& strip, float width) {
  if (strip.pictures.count < 1) return 0;
  const float notes = state.style().px(110);
  const float cell = (width - notes) / static_cast<float>(strip.pictures.count) - state.style().px(5);
  return std::clamp(std::floor(cell), state.style().px(20), state.style().px(74));
}

void draw_strip(State& state, const studio::View& view, ImVec2 at, float cell, float width) {
  const studio::FilmStripView& strip = view.strip;
  const Style& style = state.style();
  const float gap = style.px(5);
  const auto pixels = static_cast<int>(cell * ImGui::GetIO().DisplayFramebufferScale.x);
  state.strip_sheet.request(strip.pictures, {strip.pictures.count, pixels, pixels, style.px(4)});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float rounding = style.px(4);
  for (int i = 0; i < strip.pictures.count; ++i) {
    const ImVec2 corner(at.x + static_cast<float>(i) * (cell + gap), at.y);
    const ImVec2 end(corner.x + cell, corner.y + cell);
    if (i <= strip.current) {
      state.strip_sheet.draw(list, i, corner, {cell, cell});
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
  const float x = at.x + static_cast<float>(strip.pictures.count) * (cell + gap) + style.px(10);
  if (at.x + width - x < style.px(60)) return;
  ImFont* font = style.fonts.small;
  const float line = font->FontSize + style.px(3);
  const float y = at.y + cell / 2 - line;
  draw_text(list, font, {x, y}, color::dim, view.progress);
  const auto current = static_cast<std::size_t>(std::max(strip.current, 0));
  if (current < strip.labels.size()) draw_text(list, font, {x, y + line}, color::faint, strip.labels[current]);
}

void draw_progress(const State& state, ImVec2 at, float width, float fraction) {
  const Style& style = state.style();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float thickness = style.px(4);
  const float x = at.x + width * std::clamp(fraction, 0.0F, 1.0F);
  list.AddRectFilled(at, {at.x + width, at.y + thickness}, color::control_hovered, thickness / 2);
  if (x > at.x + 1) list.AddRectFilled(at, {x, at.y + thickness}, color::accent, thickness / 2);
  list.AddCircleFilled({x, at.y + thickness / 2}, style.px(6), color::white, 20);
}

/// What to say while there is no picture.
std::string empty_sentence(const Player& player) {
  if (player.family == nullptr) return "Choose a model at the left.";
  if (player.is_pending) return fmt::format("Loading {} ...", player.family->title);
  return player.error;
}

}  // namespace

bool draw_stage_panel(State& state) {
  const Style& style = state.style();
  const Player& player = state.players.painter();
  const studio::View* view = player.view();
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const ImVec2 area = ImGui::GetContentRegionAvail();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (view == nullptr) {
    const std::string sentence = empty_sentence(player);
    ImFont* font = style.fonts.regular;
    const float width = std::min(area.x, style.px(520));
    const ImVec2 size = font->CalcTextSizeA(font->FontSize, 1e9F, width, sentence.c_str());
    list.AddText(font, font->FontSize, {start.x + (area.x - size.x) / 2, start.y + area.y * 0.45F}, color::dim,
                 sentence.c_str(), nullptr, width);
    return false;
  }
  const std::string& sentence = view->error.empty() ? view->sentence : view->error;
  ImFont* font = style.fonts.small;
  list.AddText(font, font->FontSize, start, view->error.empty() ? color::dim : color::warning, sentence.c_str(),
               nullptr, area.x);
  const float sentence_height = font->CalcTextSizeA(font->FontSize, 1e9F, area.x, sentence.c_str()).y + style.px(9);
  const float cell = strip_height(state, view->strip, area.x);
  const float bottom = style.px(18) + (cell > 0 ? cell + style.px(10) : 0);
  const ImVec2 grid_area(area.x, area.y - sentence_height - bottom);
  draw_grid(state, view->pictures, {start.x, start.y + sentence_height}, grid_area);
  float y = start.y + sentence_height + grid_area.y + style.px(10);
  if (cell > 0) {
    draw_strip(state, *view, {start.x, std::floor(y)}, cell, area.x);
    y += cell + style.px(10);
  }
  draw_progress(state, {start.x, y}, area.x, view->fraction);
  return false;
}

}  // namespace figment::app
