#include "app/parts/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/widgets.h"

namespace figment::app {

ImU32 series_color(int index) {
  const auto& tints = color::current.series;
  return tints[static_cast<std::size_t>(std::max(index, 0)) % tints.size()];
}

ImU32 heat_color(float share) {
  const auto& stops = color::current.heat;
  const float at = std::clamp(std::isfinite(share) ? share : 0.0F, 0.0F, 1.0F) * static_cast<float>(stops.size() - 1);
  const auto first = std::min(static_cast<std::size_t>(at), stops.size() - 2);
  return mix(stops[first], stops[first + 1], at - static_cast<float>(first));
}

std::string short_number(float value) {
  const float size = std::abs(value);
  if (size != 0 && (size < 1e-3F || size >= 1e5F)) return fmt::format("{:.1e}", value);
  std::string text = fmt::format("{:.{}f}", value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1F ? 2 : 3);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string shortened(ImFont* font, std::string_view text, float width) {
  if (text_size(font, text).x <= width) return std::string(text);
  constexpr std::string_view ellipsis = "\u2026";
  std::size_t length = text.size();
  while (length > 0) {
    --length;
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) --length;  // whole characters
    if (text_size(font, text.substr(0, length)).x + text_size(font, ellipsis).x <= width) break;
  }
  return length == 0 ? std::string() : std::string(text.substr(0, length)) + std::string(ellipsis);
}

void draw_line_of_text(ImDrawList& list, ImFont* font, ImVec2 at, float width, ImU32 tint, std::string_view text) {
  draw_text(list, font, at, tint, shortened(font, text, width));
}

float draw_series_legend(ImDrawList& list, const Style& style, ImVec2 at, float width,
                         std::span<const std::string> labels) {
  ImFont* font = style.fonts.small;
  const float line = font->FontSize + style.px(4);
  const ImVec2 start = at;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const float length = style.px(12) + text_size(font, labels[i]).x;
    if (at.x > start.x && at.x + length > start.x + width) at = {start.x, at.y + line};
    list.AddCircleFilled({at.x + style.px(4), at.y + font->FontSize / 2}, style.px(7) / 2,
                         series_color(static_cast<int>(i)), 16);
    draw_line_of_text(list, font, {at.x + style.px(12), at.y}, start.x + width - at.x - style.px(12), color::dim,
                      labels[i]);
    at.x += length + style.px(14);
  }
  return at.y + line - start.y;
}

Rect draw_plot_frame(ImDrawList& list, const Style& style, const Rect& area, const PlotLabels& labels) {
  ImFont* font = style.fonts.small;
  list.AddRectFilled({area.x, area.y}, {area.x + area.width, area.y + area.height}, color::panel, style.px(7));
  const float pad = style.px(10);
  const float line = font->FontSize + style.px(3);
  const bool is_roomy = area.height > 5 * line;
  const float gutter = std::max(text_size(font, labels.low).x, text_size(font, labels.high).x);
  Rect inner{area.x + pad, area.y + pad, area.width - 2 * pad, area.height - 2 * pad};
  if (gutter > 0) {
    inner.x += gutter + style.px(8);
    inner.width -= gutter + style.px(8);
  }
  if (!labels.legend.empty() && is_roomy) {
    const float used =
        draw_series_legend(list, style, {area.x + pad, inner.y - style.px(2)}, area.width - 2 * pad, labels.legend) +
        style.px(3);
    inner.y += used;
    inner.height -= used;
  }
  const bool has_below = is_roomy && !(labels.left.empty() && labels.right.empty());
  if (has_below) inner.height -= line;
  inner.width = std::max(inner.width, 1.0F);
  inner.height = std::max(inner.height, 1.0F);
  constexpr int lines = 3;
  for (int i = 0; i < lines; ++i) {
    const float y = std::floor(inner.y + inner.height * static_cast<float>(i) / (lines - 1));
    list.AddRectFilled({inner.x, y}, {inner.x + inner.width, y + std::max(1.0F, style.px(1))},
                       with_alpha(color::line, i == lines - 1 ? 1.0F : 0.55F));
  }
  if (gutter > 0) {
    const auto label = [&](const std::string& text, float y) {
      draw_text(list, font, {inner.x - style.px(8) - text_size(font, text).x, y}, color::faint, text);
    };
    label(labels.high, inner.y - font->FontSize / 2);
    if (inner.height > 1.5F * font->FontSize) label(labels.low, inner.y + inner.height - font->FontSize / 2);
  }
  if (has_below) {
    const float y = inner.y + inner.height + style.px(5);
    draw_text(list, font, {inner.x, y}, color::faint, labels.left);
    draw_text(list, font, {inner.x + inner.width - text_size(font, labels.right).x, y}, color::faint, labels.right);
  }
  return inner;
}

void draw_read_out(const Style& style, std::span<const ReadOut> lines) {
  if (lines.empty()) return;
  ImFont* font = style.fonts.small;
  const float line = font->FontSize + style.px(4);
  const float pad = style.px(9);
  const float dot = style.px(13);
  float width = 0;
  for (const ReadOut& item : lines) {
    width = std::max(width, text_size(font, item.text).x + (item.tint != 0 ? dot : 0.0F));
  }
  const ImVec2 size(width + 2 * pad, static_cast<float>(lines.size()) * line + 2 * pad - style.px(4));
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  ImVec2 at(mouse.x + style.px(16), mouse.y + style.px(12));
  if (at.x + size.x > screen.x) at.x = mouse.x - style.px(12) - size.x;
  at.y = std::min(at.y, screen.y - size.y - style.px(4));
  ImDrawList& list = *ImGui::GetForegroundDrawList();
  const ImVec2 end(at.x + size.x, at.y + size.y);
  list.AddRectFilled(at, end, with_alpha(color::popup, 0.957F), style.px(6));
  list.AddRect(at, end, color::line, style.px(6));
  float y = at.y + pad - style.px(1);
  for (const ReadOut& item : lines) {
    float x = at.x + pad;
    if (item.tint != 0) {
      list.AddCircleFilled({x + style.px(4), y + font->FontSize / 2}, style.px(7) / 2, item.tint, 16);
      x += dot;
    }
    draw_text(list, font, {x, y}, color::text, item.text);
    y += line;
  }
}

}  // namespace figment::app
