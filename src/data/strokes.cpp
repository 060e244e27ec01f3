#include "data/strokes.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace figment::data {
namespace {

constexpr float edge_softness = 1.15f;  // pixels from ink to paper
constexpr float far_away = 1e3f;

struct Box {
  float left = std::numeric_limits<float>::max(), top = left;
  float right = std::numeric_limits<float>::lowest(), bottom = right;

  void add(Point p) {
    left = std::min(left, p.x), right = std::max(right, p.x);
    top = std::min(top, p.y), bottom = std::max(bottom, p.y);
  }
  float extent() const { return std::max(right - left, bottom - top); }
};

// First and past-the-last pixel that [low, high] may touch.
std::pair<int, int> pixels_between(float low, float high, int count) {
  const auto limit = static_cast<float>(count);
  return {static_cast<int>(std::clamp(std::floor(low), 0.0f, limit)),
          static_cast<int>(std::clamp(std::ceil(high), 0.0f, limit))};
}

// Lowers `distance` to that from the edge of a line of this radius (negative inside) from a to b.
void add_segment(Point a, Point b, float radius, int width, int height, std::vector<float>& distance) {
  const float reach = radius + edge_softness;
  const auto [left, right] = pixels_between(std::min(a.x, b.x) - reach, std::max(a.x, b.x) + reach, width);
  const auto [top, bottom] = pixels_between(std::min(a.y, b.y) - reach, std::max(a.y, b.y) + reach, height);
  const float dx = b.x - a.x, dy = b.y - a.y, scale = 1.0f / (dx * dx + dy * dy + 1e-6f);
  for (int y = top; y < bottom; ++y) {
    float* row = distance.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
    const float py = static_cast<float>(y) + 0.5f - a.y;
    for (int x = left; x < right; ++x) {
      const float px = static_cast<float>(x) + 0.5f - a.x;
      float along = (px * dx + py * dy) * scale;
      along = along < 0.0f ? 0.0f : along;
      along = along > 1.0f ? 1.0f : along;
      const float ex = px - along * dx, ey = py - along * dy;
      const float d = std::sqrt(ex * ex + ey * ey) - radius;
      row[x] = d < row[x] ? d : row[x];
    }
  }
}

// The middle of the ink, were the pen thin: points weighted by the length of line around them.
Point center_of_mass(std::span<const Stroke> strokes) {
  double x = 0, y = 0, mass = 0;
  for (const Stroke& stroke : strokes) {
    for (std::size_t i = 0; i < stroke.size(); ++i) {
      const Point a = stroke[i], b = stroke[std::min(i + 1, stroke.size() - 1)];
      const double length = static_cast<double>(std::hypot(b.x - a.x, b.y - a.y)) + 1e-6;
      x += length * 0.5 * static_cast<double>(a.x + b.x);
      y += length * 0.5 * static_cast<double>(a.y + b.y);
      mass += length;
    }
  }
  return {static_cast<float>(x / mass), static_cast<float>(y / mass)};
}

std::vector<Stroke> only_finite(std::span<const Stroke> strokes) {
  std::vector<Stroke> kept;
  for (const Stroke& stroke : strokes) {
    Stroke points;
    for (const Point p : stroke)
      if (std::isfinite(p.x) && std::isfinite(p.y))
        points.push_back({std::clamp(p.x, -1e6f, 1e6f), std::clamp(p.y, -1e6f, 1e6f)});
    if (!points.empty()) kept.push_back(std::move(points));
  }
  return kept;
}

}  // namespace

void draw_strokes(std::span<const Stroke> strokes, const Pen& pen, int width, int height,
                  std::span<std::uint8_t> picture) {
  const auto count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  core::require(width > 0 && height > 0 && picture.size() == count,
                "A drawing of {}x{} pixels does not fit a picture of {} values.", width, height, picture.size());
  std::vector<float> distance(count, far_away);
  for (const Stroke& stroke : strokes) {
    if (stroke.size() == 1) add_segment(stroke[0], stroke[0], pen.radius, width, height, distance);
    const float steps = static_cast<float>(std::max<std::size_t>(stroke.size(), 3) - 2);
    for (std::size_t i = 0; i + 1 < stroke.size(); ++i) {
      const float along = 2.0f * static_cast<float>(i) / steps - 1.0f;  // -1 to 1
      add_segment(stroke[i], stroke[i + 1], pen.radius * (1.0f + pen.taper * along), width, height, distance);
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const float cover = std::clamp(0.5f - distance[i] * (1.0f / edge_softness), 0.0f, 1.0f);
    picture[i] = static_cast<std::uint8_t>(std::min(cover * pen.ink, 1.0f) * 255.0f + 0.5f);
  }
}

std::vector<Stroke> fit_strokes(std::span<const Stroke> strokes, float pen_radius) {
  std::vector<Stroke> fitted = only_finite(strokes);
  if (fitted.empty()) return fitted;
  Box box;
  for (const Stroke& stroke : fitted)
    for (const Point p : stroke) box.add(p);
  const float scale = box.extent() > 1e-6f ? (glyph_extent - 2.0f * pen_radius) / box.extent() : 1.0f;
  const Point mass = center_of_mass(fitted);
  // The middle of the ink goes to the middle of the picture, unless the pen would come to its border.
  constexpr auto side = static_cast<float>(glyph_size);
  const float margin = pen_radius + 1.5f;
  const auto shift = [&](float middle, float low, float high) {
    const float least = margin - low * scale, most = side - margin - high * scale;
    return std::clamp(0.5f * side - middle * scale, least, std::max(least, most));
  };
  const float shift_x = shift(mass.x, box.left, box.right), shift_y = shift(mass.y, box.top, box.bottom);
  for (Stroke& stroke : fitted)
    for (Point& p : stroke) p = {p.x * scale + shift_x, p.y * scale + shift_y};
  return fitted;
}

void draw_glyph(std::span<const Stroke> strokes, std::span<float> pixels, bool fit, float pen_radius) {
  constexpr auto count = static_cast<std::size_t>(glyph_size * glyph_size);
  core::require(pixels.size() == count, "A drawn glyph has {} values, not {}.", count, pixels.size());
  std::vector<Stroke> placed;
  if (fit) {
    placed = fit_strokes(strokes, pen_radius);
  } else {
    placed = only_finite(strokes);
    for (Stroke& stroke : placed)
      for (Point& p : stroke) p = {p.x * static_cast<float>(glyph_size), p.y * static_cast<float>(glyph_size)};
  }
  std::vector<std::uint8_t> bytes(count);
  draw_strokes(placed, {.radius = pen_radius}, glyph_size, glyph_size, bytes);
  for (std::size_t i = 0; i < count; ++i) pixels[i] = static_cast<float>(bytes[i]) * (2.0f / 255.0f) - 1.0f;
}

}  // namespace figment::data
