#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/parts/part.h"
#include "app/parts/plot.h"

namespace figment::app {

namespace {

std::string label_of(const std::vector<std::string>& labels, int index) {
  const auto at = static_cast<std::size_t>(index);
  return at < labels.size() ? labels[at] : fmt::format("{}", index + 1);
}

float widest(ImFont* font, const std::vector<std::string>& labels) {
  float width = 0;
  for (const std::string& label : labels) width = std::max(width, text_size(font, label).x);
  return width;
}

/// The table within the area, with room for labels; cells that are not too oblong.
Rect place_table(const PartCanvas& canvas, const studio::HeatMapView& map, float left, float below) {
  const Rect& area = canvas.area;
  float width = std::max(area.width - left, 1.0F);
  float height = std::max(area.height - below, 1.0F);
  const float most = map.rows == map.columns ? 1.0F : 2.5F;
  const float cell_width = width / static_cast<float>(map.columns);
  const float cell_height = height / static_cast<float>(map.rows);
  width = std::min(cell_width, cell_height * most) * static_cast<float>(map.columns);
  height = std::min(cell_height, cell_width * most) * static_cast<float>(map.rows);
  return {std::floor(area.x + left + (area.width - left - width) / 2),
          std::floor(area.y + (area.height - below - height) * canvas.drop), std::floor(width), std::floor(height)};
}

}  // namespace

PartHits draw_content(const PartCanvas& canvas, const studio::HeatMapView& map) {
  PartHits hits{canvas.area, {}, {}};
  const std::size_t cells =
      static_cast<std::size_t>(std::max(map.rows, 0)) * static_cast<std::size_t>(std::max(map.columns, 0));
  if (cells == 0 || map.values.size() < cells) return hits;
  const Style& style = canvas.style();
  ImFont* font = style.fonts.small;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float line = font->FontSize + style.px(4);
  const float left =
      map.row_labels.empty() ? 0.0F : std::min(widest(font, map.row_labels) + style.px(8), canvas.area.width * 0.35F);
  const float below = map.column_labels.empty() ? 0.0F : line;
  const Rect table = place_table(canvas, map, left, below);
  hits.bounds = table;
  const float step_x = table.width / static_cast<float>(map.columns);
  const float step_y = table.height / static_cast<float>(map.rows);
  const float gap = std::min(step_x, step_y) > style.px(12) ? 1.0F : 0.0F;
  const float span = map.maximum > map.minimum ? map.maximum - map.minimum : 1.0F;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const bool is_read = canvas.is_hovered && contains(table, mouse);
  const int over_row = is_read ? static_cast<int>((mouse.y - table.y) / step_y) : -1;
  const int over_column = is_read ? static_cast<int>((mouse.x - table.x) / step_x) : -1;
  const auto cell = [&](int row, int column) {
    const float x0 = std::floor(table.x + step_x * static_cast<float>(column));
    const float y0 = std::floor(table.y + step_y * static_cast<float>(row));
    return Rect{x0, y0, std::floor(table.x + step_x * static_cast<float>(column + 1)) - x0 - gap,
                std::floor(table.y + step_y * static_cast<float>(row + 1)) - y0 - gap};
  };
  for (int row = 0; row < map.rows; ++row) {
    for (int column = 0; column < map.columns; ++column) {
      const float value = map.values[static_cast<std::size_t>(row) * static_cast<std::size_t>(map.columns) +
                                     static_cast<std::size_t>(column)];
      const Rect area = cell(row, column);
      list.AddRectFilled(top_left(area), bottom_right(area), heat_color((value - map.minimum) / span),
                         gap > 0 ? std::min(style.px(2), step_y / 6) : 0.0F);
    }
  }
  if (!map.row_labels.empty()) {
    const int stride =
        std::max(1, static_cast<int>(std::ceil(font->FontSize / step_y)));  // as many as there is room for
    for (int row = 0; row < std::min(map.rows, static_cast<int>(map.row_labels.size())); row += stride) {
      const std::string text = shortened(font, map.row_labels[static_cast<std::size_t>(row)], left - style.px(8));
      draw_text(list, font,
                {table.x - style.px(8) - text_size(font, text).x,
                 std::floor(table.y + step_y * (static_cast<float>(row) + 0.5F) - font->FontSize / 2)},
                row == over_row ? color::text : color::dim, text);
    }
  }
  const bool fit = step_x >= widest(font, map.column_labels) + style.px(2);
  if (!map.column_labels.empty() && (fit || step_x >= style.px(26))) {
    for (int column = 0; column < std::min(map.columns, static_cast<int>(map.column_labels.size())); ++column) {
      const std::string text =
          shortened(font, map.column_labels[static_cast<std::size_t>(column)], step_x - style.px(2));
      const float center = table.x + step_x * (static_cast<float>(column) + 0.5F);
      draw_text(list, font, {std::floor(center - text_size(font, text).x / 2), table.y + table.height + style.px(4)},
                column == over_column ? color::text : color::dim, text);
    }
  }
  if (is_read && over_row < map.rows && over_column < map.columns) {
    const Rect area = cell(over_row, over_column);
    list.AddRect({area.x - 1, area.y - 1}, {area.x + area.width + 1, area.y + area.height + 1}, color::white,
                 style.px(2), 0, style.scale * 1.2F);
    const std::size_t at = static_cast<std::size_t>(over_row) * static_cast<std::size_t>(map.columns) +
                           static_cast<std::size_t>(over_column);
    const ReadOut out{fmt::format("{}, {}:  {}", label_of(map.row_labels, over_row),
                                  label_of(map.column_labels, over_column), short_number(map.values[at])),
                      0};
    draw_read_out(style, {&out, 1});
  }
  hits.item_at = [rows = map.rows, columns = map.columns](float x, float y) {
    const int row = std::clamp(static_cast<int>(y * static_cast<float>(rows)), 0, rows - 1);
    return row * columns + std::clamp(static_cast<int>(x * static_cast<float>(columns)), 0, columns - 1);
  };
  return hits;
}

}  // namespace figment::app
