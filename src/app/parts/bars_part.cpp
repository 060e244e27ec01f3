#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/parts/part.h"
#include "app/parts/plot.h"

namespace figment::app {

namespace {

using Bar = studio::BarsView::Bar;

ImU32 fill_of(const Bar& bar, bool is_hovered) {
  if (bar.is_removed) return color::line;
  return is_hovered ? color::accent_hovered : color::accent;
}

/// Labels at the left, bars to the right, numbers at the end.
PartHits draw_rows(const PartCanvas& canvas, const studio::BarsView& bars, float line) {
  const Style& style = canvas.style();
  ImFont* font = style.fonts.small;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  PartHits hits{canvas.area, {}, {}};
  float label = 0;
  for (const Bar& bar : bars.bars) label = std::max(label, text_size(font, bar.label).x);
  label = std::ceil(std::min(label + style.px(10), canvas.area.width * 0.4F));
  const float number = style.px(42);
  const float most = std::max(canvas.area.width - label - number, 1.0F);
  const float thickness = std::floor(std::min(font->FontSize - style.px(3), line - style.px(4)));
  hits.bounds.height = line * static_cast<float>(bars.bars.size());
  hits.bounds.y = std::floor(canvas.area.y + (canvas.area.height - hits.bounds.height) * canvas.drop);
  ImVec2 at = top_left(hits.bounds);
  for (std::size_t i = 0; i < bars.bars.size(); ++i) {
    const Bar& bar = bars.bars[i];
    const bool is_marked = static_cast<int>(i) == canvas.part.marked;
    const Rect row{at.x, at.y, canvas.area.width, line};
    const bool is_hovered = canvas.is_hovered && canvas.part.takes_pointer && contains(row, ImGui::GetIO().MousePos);
    if (is_hovered || is_marked) {
      list.AddRectFilled({row.x - style.px(4), row.y}, bottom_right(row), is_marked ? color::selected : color::control,
                         style.px(4));
    }
    const ImU32 tint = bar.is_removed ? color::faint : color::text;
    const float text_y = std::floor(at.y + (line - font->FontSize) / 2);
    draw_line_of_text(list, font, {at.x, text_y}, label - style.px(8), tint, bar.label);
    const float y = std::floor(at.y + (line - thickness) / 2);
    const float filled = std::max(std::clamp(std::abs(bar.value), 0.0F, 1.0F) * most, style.px(2));
    list.AddRectFilled({at.x + label, y}, {at.x + label + filled, y + thickness}, fill_of(bar, is_hovered),
                       std::min(style.px(2), filled / 2));
    draw_text(list, style.fonts.mono, {at.x + canvas.area.width - number + style.px(8), text_y}, tint,
              fmt::format("{:.2f}", bar.value));
    hits.items.push_back(row);
    at.y += line;
  }
  return hits;
}

/// Upright bars side by side, for many; negative values go down from the middle.
PartHits draw_columns(const PartCanvas& canvas, const studio::BarsView& bars) {
  const Style& style = canvas.style();
  ImFont* font = style.fonts.small;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const auto count = static_cast<float>(bars.bars.size());
  const bool is_signed = std::ranges::any_of(bars.bars, [](const Bar& bar) { return bar.value < 0; });
  const bool has_labels = std::ranges::any_of(bars.bars, [](const Bar& bar) { return !bar.label.empty(); });
  PartHits hits{canvas.area, {}, {}};
  list.AddRectFilled(top_left(canvas.area), bottom_right(canvas.area), color::panel, style.px(7));
  const float pad = style.px(10);
  const float below = has_labels ? font->FontSize + style.px(3) : 0.0F;
  const Rect inner{canvas.area.x + pad, canvas.area.y + pad, std::max(canvas.area.width - 2 * pad, 1.0F),
                   std::max(canvas.area.height - 2 * pad - below, 1.0F)};
  const float step = inner.width / count;
  const float gap = std::clamp(std::floor(step * 0.25F), 1.0F, style.px(8));
  const float zero = std::floor(is_signed ? inner.y + inner.height / 2 : inner.y + inner.height);
  const float reach = is_signed ? inner.height / 2 : inner.height;
  list.AddRectFilled({inner.x, zero}, {inner.x + inner.width, zero + std::max(1.0F, style.px(1))}, color::line);
  for (std::size_t i = 0; i < bars.bars.size(); ++i) {
    const Bar& bar = bars.bars[i];
    const float x0 = std::floor(inner.x + step * static_cast<float>(i) + gap / 2);
    const float x1 = std::max(std::floor(inner.x + step * static_cast<float>(i + 1) - gap / 2), x0 + 1);
    const Rect slot{inner.x + step * static_cast<float>(i), inner.y, step, inner.height};
    const bool is_hovered =
        canvas.is_hovered && ImGui::GetIO().MousePos.x >= slot.x && ImGui::GetIO().MousePos.x < slot.x + slot.width;
    if (is_hovered) list.AddRectFilled({x0, inner.y}, {x1, inner.y + inner.height}, color::control, style.px(2));
    const float length = std::clamp(bar.value, -1.0F, 1.0F) * reach;
    const float y0 = std::min(zero, zero - length);
    const float y1 = std::max({zero, zero - length, y0 + 1});
    const bool is_marked = static_cast<int>(i) == canvas.part.marked;
    list.AddRectFilled({x0, y0}, {x1, y1}, is_marked ? color::white : fill_of(bar, is_hovered),
                       std::min(style.px(2), (x1 - x0) / 3));
    hits.items.push_back(slot);
    const float width = text_size(font, bar.label).x;
    if (has_labels && width <= step - style.px(2)) {
      draw_text(list, font, {std::floor((x0 + x1 - width) / 2), inner.y + inner.height + style.px(4)},
                bar.is_removed ? color::faint : color::dim, bar.label);
    }
    if (is_hovered) {
      const std::string name = bar.label.empty() ? fmt::format("{}", i + 1) : bar.label;
      const ReadOut line{fmt::format("{}:  {}", name, short_number(bar.value)), 0};
      draw_read_out(style, {&line, 1});
    }
  }
  return hits;
}

}  // namespace

PartHits draw_content(const PartCanvas& canvas, const studio::BarsView& bars) {
  if (bars.bars.empty()) return {canvas.area, {}, {}};
  const Style& style = canvas.style();
  const float line = style.fonts.small->FontSize + style.px(1);
  const bool has_labels = std::ranges::any_of(bars.bars, [](const Bar& bar) { return !bar.label.empty(); });
  const bool fits = line * static_cast<float>(bars.bars.size()) <= canvas.area.height;
  if (!has_labels || !fits) return draw_columns(canvas, bars);
  const float roomy = std::min(canvas.area.height / static_cast<float>(bars.bars.size()), line + style.px(10));
  return draw_rows(canvas, bars, std::floor(std::max(line, roomy)));
}

}  // namespace figment::app
