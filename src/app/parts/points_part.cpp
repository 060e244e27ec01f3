#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/parts/part.h"
#include "app/parts/plot.h"

namespace figment::app {

namespace {

/// Small round dots at the cost of four vertices each: the glyph of a bullet, from the fonts' texture.
class Dots {
 public:
  Dots(ImDrawList& list, const Style& style, float diameter)
      : list_(list),
        texture_(ImGui::GetIO().Fonts->TexID),
        glyph_(style.fonts.regular->FindGlyphNoFallback(0x2022)),
        half_(diameter / 2) {}

  void begin(int count) {
    list_.PushTextureID(texture_);
    list_.PrimReserve(6 * count, 4 * count);
  }
  void add(ImVec2 at, ImU32 tint) {
    const ImVec2 low(at.x - half_, at.y - half_);
    const ImVec2 high(at.x + half_, at.y + half_);
    if (glyph_ == nullptr) return list_.PrimRect(low, high, tint);
    list_.PrimRectUV(low, high, {glyph_->U0, glyph_->V0}, {glyph_->U1, glyph_->V1}, tint);
  }
  void end() { list_.PopTextureID(); }

 private:
  ImDrawList& list_;
  ImTextureID texture_;
  const ImFontGlyph* glyph_;
  float half_;
};

/// Names of the groups below each other, at the right.
void draw_legend(ImDrawList& list, const Style& style, const Rect& area, const std::vector<std::string>& groups) {
  ImFont* font = style.fonts.small;
  const float most = font->FontSize + style.px(4);
  const float line = std::clamp(area.height / static_cast<float>(groups.size()), font->FontSize, most);
  ImVec2 at = top_left(area);
  for (std::size_t i = 0; i < groups.size() && at.y + font->FontSize <= area.y + area.height; ++i) {
    list.AddCircleFilled({at.x + style.px(4), at.y + font->FontSize / 2}, style.px(7) / 2,
                         series_color(static_cast<int>(i)), 16);
    draw_line_of_text(list, font, {at.x + style.px(13), at.y}, area.width - style.px(13), color::dim, groups[i]);
    at.y += line;
  }
}

float legend_width(const Style& style, const std::vector<std::string>& groups, float most) {
  float width = 0;
  for (const std::string& group : groups) width = std::max(width, text_size(style.fonts.small, group).x);
  return width > 0 ? std::min(std::ceil(width) + style.px(24), most) : 0.0F;
}

}  // namespace

PartHits draw_content(const PartCanvas& canvas, const studio::PointsView& points) {
  const Style& style = canvas.style();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float legend = legend_width(style, points.groups, canvas.area.width * 0.4F);
  const float side = std::floor(std::max(std::min(canvas.area.width - legend, canvas.area.height), 1.0F));
  PartHits hits;
  hits.bounds = {std::floor(canvas.area.x + (canvas.area.width - legend - side) / 2),
                 std::floor(canvas.area.y + (canvas.area.height - side) * canvas.drop), side, side};
  const Rect& plane = hits.bounds;
  list.AddRectFilled(top_left(plane), bottom_right(plane), color::panel, style.px(7));
  const float span = points.maximum - points.minimum;
  if (!(span > 0)) return hits;
  const auto place = [&](float x, float y) {
    return ImVec2(plane.x + side * (x - points.minimum) / span, plane.y + side * (points.maximum - y) / span);
  };
  const float thin = std::max(1.0F, style.px(1));
  const ImVec2 zero = place(0, 0);
  if (contains(plane, zero)) {
    list.AddRectFilled({std::floor(zero.x), plane.y}, {std::floor(zero.x) + thin, plane.y + side}, color::line);
    list.AddRectFilled({plane.x, std::floor(zero.y)}, {plane.x + side, std::floor(zero.y) + thin}, color::line);
  }
  const auto count = static_cast<int>(std::min(points.x.size(), points.y.size()));
  const float diameter = count > 2000 ? 4.5F : count > 300 ? 6.0F : 8.0F;
  list.PushClipRect(top_left(plane), bottom_right(plane), true);
  Dots dots(list, style, style.px(10) / 10 * diameter);
  constexpr int batch = 4096;  // ImGui counts the vertices of one reservation with 16 bits
  for (int begin = 0; begin < count; begin += batch) {
    const int end = std::min(begin + batch, count);
    dots.begin(end - begin);
    for (int i = begin; i < end; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const int group = at < points.group.size() ? points.group[at] : 0;
      const ImVec2 center =
          place(std::isfinite(points.x[at]) ? points.x[at] : 1e6F, std::isfinite(points.y[at]) ? points.y[at] : 1e6F);
      dots.add(center, with_alpha(series_color(group), count > 300 ? 0.85F : 1.0F));
    }
    dots.end();
  }
  if (points.has_marker) {
    const ImVec2 center = place(points.marker_x, points.marker_y);
    list.AddCircleFilled(center, style.px(8), IM_COL32(10, 12, 16, 150), 32);
    list.AddCircleFilled(center, style.px(6), color::white, 32);
    list.AddCircleFilled(center, style.px(3), color::accent, 24);
  }
  list.PopClipRect();
  if (legend > 0) {
    draw_legend(list, style, {plane.x + side + style.px(10), plane.y + style.px(2), legend - style.px(10), side},
                points.groups);
  }
  const float scale_x = side / span;
  hits.item_at = [&points, count, scale_x, span](float x, float y) {
    int best = -1;
    float best_distance = 10 * 10 / (scale_x * scale_x);  // within ten pixels
    for (int i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const float dx = points.x[at] - (points.minimum + span * x);
      const float dy = points.y[at] - (points.maximum - span * y);
      if (dx * dx + dy * dy >= best_distance) continue;
      best_distance = dx * dx + dy * dy;
      best = i;
    }
    return best;
  };
  return hits;
}

}  // namespace figment::app
