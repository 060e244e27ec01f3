#include <algorithm>
#include <cmath>

#include "app/parts/part.h"
#include "app/parts/plot.h"

namespace figment::app {

namespace {

/// How pictures fill an area.
struct Cells {
  int columns = 1;
  int rows = 1;
  float width = 0;
  float height = 0;
  float gap = 0;
  float caption = 0;  ///< height of the words below each

  float total_height() const { return static_cast<float>(rows) * (height + caption + gap) - gap; }
};

Cells with_columns(int columns, int count, float aspect, ImVec2 area, float gap, float caption) {
  const int rows = (count + columns - 1) / columns;
  const float by_width = (area.x - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
  const float by_height = ((area.y - gap * static_cast<float>(rows - 1)) / static_cast<float>(rows) - caption) * aspect;
  const float width = std::floor(std::min(by_width, by_height));
  return {columns, rows, width, std::floor(width / aspect), gap, caption};
}

Cells arrange(int count, float aspect, ImVec2 area, float gap, float caption) {
  Cells best;
  float best_score = 0;
  for (int columns = 1; columns <= count; ++columns) {
    const Cells cells = with_columns(columns, count, aspect, area, gap, caption);
    // A gap in the last row is worth a little size.
    const float score = cells.width * (cells.rows * columns == count ? 1.15F : 1.0F);
    if (score <= best_score) continue;
    best_score = score;
    best = cells;
  }
  return best;
}

Cells fit(const Style& style, const studio::PictureView& pictures, const PictureGrid& grid, ImVec2 area) {
  const float aspect = static_cast<float>(pictures.width) / static_cast<float>(std::max(pictures.height, 1));
  const float gap = style.px(pictures.count > 20 ? 4 : 8);
  const auto with_caption = [&](float caption) {
    if (grid.columns < 1) return arrange(pictures.count, aspect, area, gap, caption);
    return with_columns(std::min(grid.columns, pictures.count), pictures.count, aspect, area, gap, caption);
  };
  if (grid.captions.empty()) return with_caption(0);
  const Cells cells = with_caption(style.fonts.small->FontSize + style.px(4));
  return cells.width < style.px(24) ? with_caption(0) : cells;  // rather pictures than words
}

float radius_of(const Style& style, float width) { return std::min(style.px(7), std::floor(width * 0.08F)); }

void draw_frame(const Style& style, const Rect& area, ImU32 tint, float thickness) {
  const float out = style.px(1);
  ImGui::GetWindowDrawList()->AddRect({area.x - out, area.y - out},
                                      {area.x + area.width + out, area.y + area.height + out}, tint,
                                      radius_of(style, area.width) + out, 0, style.scale * thickness);
}

}  // namespace

float height_of_pictures(const Style& style, const studio::PictureView& pictures, const PictureGrid& grid,
                         ImVec2 area) {
  return std::max(fit(style, pictures, grid, area).total_height(), 1.0F);
}

PartHits draw_pictures(State& state, const std::string& key, const studio::PictureView& pictures,
                       const PictureGrid& grid, const Rect& area) {
  PartHits hits{area, {}, {}};
  if (pictures.count < 1 || pictures.width < 1 || pictures.height < 1 || area.is_empty()) return hits;
  const Style& style = state.style();
  ImFont* font = style.fonts.small;
  const Cells cells = fit(style, pictures, grid, {area.width, area.height});
  const float gap = cells.gap;
  const float caption = cells.caption;
  if (cells.width < 2 || cells.height < 2) return hits;
  const float scale = ImGui::GetIO().DisplayFramebufferScale.x;
  const float radius = radius_of(style, cells.width);
  const PictureSheet& sheet = state.sheets.request(
      key, pictures,
      {cells.columns, static_cast<int>(cells.width * scale), static_cast<int>(cells.height * scale), radius * scale});
  const auto total = [&](int count, float cell) { return static_cast<float>(count) * (cell + gap) - gap; };
  hits.bounds.width = total(cells.columns, cells.width);
  hits.bounds.height = cells.total_height();
  hits.bounds.x = std::floor(area.x + (area.width - hits.bounds.width) / 2);
  hits.bounds.y = std::floor(area.y + (area.height - hits.bounds.height) * grid.drop);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (int i = 0; i < pictures.count; ++i) {
    const ImVec2 corner(hits.bounds.x + static_cast<float>(i % cells.columns) * (cells.width + gap),
                        hits.bounds.y + static_cast<float>(i / cells.columns) * (cells.height + caption + gap));
    const ImVec2 end(corner.x + cells.width, corner.y + cells.height);
    sheet.draw(list, i, corner, {cells.width, cells.height});
    hits.items.push_back({corner.x, corner.y, cells.width, cells.height});
    if (i == grid.marked) draw_frame(style, hits.items.back(), color::accent, 2);
    const auto index = static_cast<std::size_t>(i);
    if (caption <= 0 || index >= grid.captions.size()) continue;
    const std::string text = shortened(font, grid.captions[index], cells.width + gap - style.px(2));
    draw_text(list, font, {std::floor(corner.x + (cells.width - text_size(font, text).x) / 2), end.y + style.px(3)},
              i == grid.marked ? color::text : color::dim, text);
  }
  return hits;
}

PartHits draw_content(const PartCanvas& canvas, const studio::PictureView& pictures) {
  PartHits hits =
      draw_pictures(canvas.state, canvas.key, pictures,
                    {canvas.part.columns, canvas.part.captions, canvas.part.marked, canvas.drop}, canvas.area);
  if (!canvas.is_hovered || !canvas.part.takes_pointer || canvas.part.pen > 0 || hits.items.size() < 2) return hits;
  for (const Rect& item : hits.items) {
    if (contains(item, ImGui::GetIO().MousePos)) draw_frame(canvas.style(), item, with_alpha(color::white, 0.4F), 1.5F);
  }
  return hits;
}

}  // namespace figment::app
