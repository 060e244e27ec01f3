#include "data/flower.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "core/error.h"
#include "data/paint/canvas.h"
#include "data/paint/noise.h"

namespace figment::data {
namespace {

using paint::Canvas;
using paint::clamp01;
using paint::Color;
using paint::from_hsv;
using paint::mix;

constexpr float turn = 2.0f * std::numbers::pi_v<float>;
constexpr int supersampling = 2;

/// Positions and lengths are fractions of the side, x to the right and y downwards.
struct Bloom {
  float x, y, radius;
  float stem_foot;  ///< where the stem leaves the picture
  Color leaf;

  float stem_at(float height) const {
    const float t = clamp01((height - y) / (1.0f - y));
    return x + (stem_foot - x) * t * t;
  }
};

/// Calls `paint(x, y, u, v)` for the pixels of a canvas within `reach` of a segment that starts at (x0, y0) and points
/// along (dx, dy): u is the distance along it, v that to its left. Skips pixels with u outside [low, high].
template <typename Paint>
void for_each_along(const Canvas& canvas, float x0, float y0, float dx, float dy, float low, float high, float reach,
                    const Paint& paint) {
  const float x1 = x0 + dx * high, y1 = y0 + dy * high;
  const int left = canvas.pixel(std::min(x0, x1) - reach), right = canvas.pixel(std::max(x0, x1) + reach);
  const int top = canvas.pixel(std::min(y0, y1) - reach), bottom = canvas.pixel(std::max(y0, y1) + reach);
  for (int y = top; y < bottom; ++y) {
    const float py = canvas.center(y) - y0;
    for (int x = left; x < right; ++x) {
      const float px = canvas.center(x) - x0;
      const float u = px * dx + py * dy;
      if (u > low && u < high) paint(x, y, u, py * dx - px * dy);
    }
  }
}

void blend_pixel(Canvas& canvas, int x, int y, Color color, float alpha) {
  float& r = canvas.row(0, y)[x];
  float& g = canvas.row(1, y)[x];
  float& b = canvas.row(2, y)[x];
  r += (color.r - r) * alpha, g += (color.g - g) * alpha, b += (color.b - b) * alpha;
}

void darken_pixel(Canvas& canvas, int x, int y, float share) {
  for (int channel = 0; channel < 3; ++channel) canvas.row(channel, y)[x] *= 1.0f - share;
}

void paint_garden(core::Random& random, Canvas& canvas) {
  const Color above = from_hsv(random.uniform(0.25f, 0.6f), random.uniform(0.15f, 0.4f), random.uniform(0.55f, 0.95f));
  const Color below = from_hsv(random.uniform(0.2f, 0.5f), random.uniform(0.3f, 0.6f), random.uniform(0.25f, 0.6f));
  paint::NoiseSheet noise(random, canvas.side(), 3, 2, 2);
  for (int y = 0; y < canvas.side(); ++y) {
    const float* wave = noise.row(canvas.center(y));
    for (int x = 0; x < canvas.side(); ++x) {
      const Color color = mix(above, below, clamp01(canvas.center(y) + 0.35f * (wave[x] - 0.5f)));
      canvas.row(0, y)[x] = color.r, canvas.row(1, y)[x] = color.g, canvas.row(2, y)[x] = color.b;
    }
  }
  // Lights out of focus.
  const int lights = 3 + static_cast<int>(random.below(9));
  const Color glow = mix(above, {1, 1, 1}, 0.5f);
  for (int i = 0; i < lights; ++i) {
    const float cx = random.uniform(), cy = random.uniform(), radius = random.uniform(0.03f, 0.13f);
    const float strength = random.uniform(0.06f, 0.28f);
    for (int y = canvas.pixel(cy - radius - 0.02f); y < canvas.pixel(cy + radius + 0.02f); ++y)
      for (int x = canvas.pixel(cx - radius - 0.02f); x < canvas.pixel(cx + radius + 0.02f); ++x) {
        const float d = std::hypot(canvas.center(x) - cx, canvas.center(y) - cy);
        blend_pixel(canvas, x, y, glow, clamp01((radius - d) / 0.02f + 0.5f) * strength);
      }
  }
}

void paint_stem(Canvas& canvas, const Bloom& bloom) {
  const auto side = static_cast<float>(canvas.side());
  for (int y = canvas.pixel(bloom.y); y < canvas.side(); ++y) {
    const float height = canvas.center(y), middle = bloom.stem_at(height);
    const float width = 0.014f + 0.006f * clamp01((height - bloom.y) / (1 - bloom.y));
    for (int x = canvas.pixel(middle - 0.04f); x < canvas.pixel(middle + 0.04f); ++x) {
      const float across = canvas.center(x) - middle;
      const float light = 1.0f - 0.25f * std::clamp(across / width, -1.0f, 1.0f);
      blend_pixel(canvas, x, y, bloom.leaf * light, paint::coverage((width - std::abs(across)) * side));
    }
  }
}

void paint_leaf(core::Random& random, Canvas& canvas, const Bloom& bloom, float to) {
  const auto side = static_cast<float>(canvas.side());
  const float foot = random.uniform(std::min(bloom.y + bloom.radius + 0.05f, 0.9f), 0.92f);
  const float length = random.uniform(0.15f, 0.26f), angle = random.uniform(0.3f, 0.8f);
  const float dx = to * std::cos(angle), dy = -std::sin(angle);
  for_each_along(canvas, bloom.stem_at(foot), foot, dx, dy, 0, length, 0.3f * length,
                 [&](int x, int y, float u, float v) {
                   const float width = 0.3f * length * std::sin(0.5f * turn * std::pow(u / length, 0.8f));
                   const float shade = 0.9f + (v < 0 ? 0.25f : 0.0f), vein = 0.024f * std::cos(v / length * 60);
                   const Color color = bloom.leaf * shade + Color{vein, vein, vein};
                   blend_pixel(canvas, x, y, color, paint::coverage((width - std::abs(v)) * side));
                 });
}

struct PetalStyle {
  float hue, saturation;
  float twist;      ///< petals bend to one side
  float sharpness;  ///< where a petal is widest
  int petals;
};

void paint_petal(core::Random& random, Canvas& canvas, const Bloom& bloom, const PetalStyle& style, float angle,
                 float length, int layer) {
  const auto side = static_cast<float>(canvas.side());
  const float dx = std::cos(angle), dy = std::sin(angle);
  const float wobble = std::clamp(random.normal(), -2.0f, 2.0f) * 0.008f;
  const Color base = from_hsv(style.hue + wobble, style.saturation,
                              random.uniform(0.82f, 1.0f) * (1.0f - 0.02f * static_cast<float>(layer)));
  const Color tip = from_hsv(style.hue + 0.03f, style.saturation * 0.5f, 1.0f);
  const float broad = length * 2.4f / static_cast<float>(style.petals) * 1.12f;
  const float power = 0.7f * style.sharpness + 0.25f;
  for_each_along(
      canvas, bloom.x, bloom.y, dx, dy, 0, length * 1.03f, broad * 1.12f + 0.03f, [&](int x, int y, float p, float q) {
        const float u = std::min(p / length, 1.0f);
        const float v = q - style.twist * 0.1f * length * u * u;
        const float arch = std::max(std::sin(0.5f * turn * std::pow(u, power)), 0.0f);
        const float width = broad * std::sqrt(arch * std::sqrt(arch));  // to the power 3/4
        const float cover = p < length ? clamp01((width - std::abs(v)) * side / 1.4f + 0.5f) : 0.0f;
        const float shadow = clamp01((width * 1.12f + 0.008f - std::abs(v)) * side / 5.0f + 0.5f);
        if (shadow > 0.0f) darken_pixel(canvas, x, y, 0.2f * shadow * (1.0f - cover));
        if (cover <= 0.0f) return;
        Color color = mix(base * 0.62f, base, clamp01(u * 2.2f));
        color = mix(color, tip, clamp01(u - 0.45f) * 1.3f);
        const float edge = std::min(std::abs(v) / (width + 1e-4f), 1.5f), rib = v / (0.02f * length);
        color = color * ((1.0f - 0.22f * edge * edge * edge) * (1.0f - 0.1f * u * paint::fast_exp(-rib * rib)));
        blend_pixel(canvas, x, y, clamp01(color), cover);
      });
}

void paint_petals(core::Random& random, Canvas& canvas, const Bloom& bloom, const PetalStyle& style) {
  const int layers = 1 + static_cast<int>(random.below(3));
  std::array<int, 13> order;
  const auto count = static_cast<std::size_t>(style.petals);
  for (int layer = 0; layer < layers; ++layer) {
    const float radius = bloom.radius * (1.0f - 0.27f * static_cast<float>(layer));
    const float offset = random.uniform(0, turn);
    for (std::size_t i = 0; i < count; ++i) order[i] = static_cast<int>(i);
    for (std::size_t i = count - 1; i > 0; --i)
      std::swap(order[i], order[random.below(static_cast<std::uint32_t>(i + 1))]);
    for (std::size_t i = 0; i < count; ++i) {
      const float lean = std::clamp(random.normal(), -2.0f, 2.0f) * 0.05f;
      const float angle = offset + turn * static_cast<float>(order[i]) / static_cast<float>(style.petals) + lean;
      paint_petal(random, canvas, bloom, style, angle, radius * random.uniform(0.92f, 1.06f), layer);
    }
  }
}

/// A ball of seeds in two spirals.
void paint_heart(core::Random& random, Canvas& canvas, const Bloom& bloom) {
  const auto side = static_cast<float>(canvas.side());
  static constexpr std::array hues = {0.11f, 0.13f, 0.07f, 0.16f};
  const float radius = bloom.radius * random.uniform(0.2f, 0.34f), reach = radius * 1.2f + 0.03f;
  const Color color = from_hsv(hues[random.below(hues.size())], 0.85f, 0.95f);
  for (int y = canvas.pixel(bloom.y - reach); y < canvas.pixel(bloom.y + reach); ++y)
    for (int x = canvas.pixel(bloom.x - reach); x < canvas.pixel(bloom.x + reach); ++x) {
      const float dx = canvas.center(x) - bloom.x, dy = canvas.center(y) - bloom.y, d = std::hypot(dx, dy);
      const float cover = paint::coverage((radius - d) * side);
      const float shadow = clamp01((radius * 1.2f - d) * side / 6.0f + 0.5f);
      darken_pixel(canvas, x, y, 0.25f * shadow * (1.0f - cover));
      if (cover <= 0.0f) continue;
      const float pixels = d * 64.0f;  // the seeds are those of a picture of 64 pixels at any size
      const float seeds = 0.5f + 0.5f * std::sin(pixels * 2.4f) * std::sin(std::atan2(dy, dx) * 13.0f + pixels);
      const float lit = std::hypot(dx + radius * 0.3f, dy + radius * 0.3f) / radius;
      blend_pixel(canvas, x, y, clamp01(color * (std::clamp(1.1f - 0.6f * lit, 0.2f, 1.1f) * (0.75f + 0.3f * seeds))),
                  cover);
    }
}

}  // namespace

void draw_flower(core::Random& random, int hue, int petals, int size, std::span<std::uint8_t> pixels) {
  core::require(size >= 16 && size <= 256 && pixels.size() == static_cast<std::size_t>(size * size * 3),
                "A flower has 16 to 256 pixels a side and three bytes each, not {} and {} in all.", size,
                pixels.size());
  core::require(hue >= 0 && hue < static_cast<int>(hue_names.size()) && petals >= 0 &&
                    petals < static_cast<int>(petal_names.size()),
                "A flower has a hue of 0 to 7 and petals of 0 to 2, not {} and {}.", hue, petals);
  Canvas canvas(size * supersampling);
  paint_garden(random, canvas);
  const auto wobble = [&] { return std::clamp(random.normal(), -2.0f, 2.0f) * 0.04f; };
  Bloom bloom{};
  bloom.x = 0.5f + wobble(), bloom.y = 0.44f + wobble();
  bloom.radius = random.uniform(0.25f, 0.36f);
  bloom.stem_foot = bloom.x + random.uniform(-0.15f, 0.15f);
  bloom.leaf = from_hsv(random.uniform(0.26f, 0.36f), 0.6f, 0.5f);
  paint_stem(canvas, bloom);
  for (const float to : {-1.0f, 1.0f})
    if (random.chance(0.8f)) paint_leaf(random, canvas, bloom, to);
  static constexpr std::array<std::array<int, 2>, 3> counts = {{{5, 6}, {7, 9}, {10, 13}}};
  const auto [fewest, most] = counts[static_cast<std::size_t>(petals)];
  PetalStyle style{};
  style.petals = fewest + static_cast<int>(random.below(static_cast<std::uint32_t>(most - fewest + 1)));
  style.hue = hue_angles[static_cast<std::size_t>(hue)];
  style.saturation = random.uniform(0.55f, 0.88f);
  style.twist = random.uniform(-0.4f, 0.4f);
  style.sharpness = random.uniform(0.5f, 1.5f);
  paint_petals(random, canvas, bloom, style);
  paint_heart(random, canvas, bloom);
  const std::vector<std::uint8_t> small = paint::develop(canvas, size, 0.0f);
  std::copy(small.begin(), small.end(), pixels.begin());
}

}  // namespace figment::data
