#include "data/creatures.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "data/creatures/figure.h"
#include "data/paint/color.h"

namespace figment::data {
namespace {

using creatures::Body;
using creatures::Figure;
using creatures::Part;
using paint::Color;
using paint::from_hsv;

using Rgb = std::array<std::uint8_t, 3>;
constexpr auto parts = static_cast<std::size_t>(Part::count);

void check(int hue, int body, std::size_t values, std::size_t needed) {
  core::require(hue >= 0 && hue < static_cast<int>(hue_names.size()) && body >= 0 &&
                    body < static_cast<int>(body_names.size()) && values == needed,
                "A creature has a hue of 0 to 7, a body of 0 to 4 and {} values, not {}, {} and {}.", needed, hue, body,
                values);
}

Rgb bytes_of(Color color) {
  const auto byte = [](float value) {
    return static_cast<std::uint8_t>(std::clamp(value, 0.0f, 1.0f) * 255.0f + 0.5f);
  };
  return {byte(color.r), byte(color.g), byte(color.b)};
}

/// Shades of the creature's hue, accents of a related one, and a pale background of the opposite one.
std::array<Rgb, parts> colors_of(core::Random& random, int hue) {
  const auto wrap = [](float angle) { return angle - std::floor(angle); };
  const auto wobble = [&](float deviation) { return deviation * std::clamp(random.normal(), -2.0f, 2.0f); };
  const float own = wrap(hue_angles[static_cast<std::size_t>(hue)] + wobble(0.011f));
  const float saturation = random.uniform(0.6f, 0.88f);
  static constexpr std::array related = {0.08f, -0.08f, 0.5f, 0.33f};
  const float other = wrap(own + related[random.below(related.size())]);
  const float behind = wrap(own + 0.5f + wobble(0.08f));
  std::array<Rgb, parts> colors{};
  const auto set = [&](Part part, Color color) { colors[static_cast<std::size_t>(part)] = bytes_of(color); };
  set(Part::background, from_hsv(behind, random.uniform(0.12f, 0.28f), random.uniform(0.9f, 1.0f)));
  set(Part::outline, from_hsv(own, 0.75f, 0.16f));
  const Color darkest = from_hsv(own, std::min(1.0f, saturation + 0.15f), 0.36f);
  set(Part::shade0, darkest);
  set(Part::shade1, from_hsv(own, saturation, 0.62f));
  set(Part::shade2, from_hsv(own, saturation * 0.85f, 0.86f));
  for (const Part part : {Part::shade3, Part::highlight})
    set(part, from_hsv(wrap(own - 0.03f), saturation * 0.5f, 1.0f));
  set(Part::accent_dark, from_hsv(other, 0.6f, 0.7f));
  set(Part::accent_light, from_hsv(other, 0.5f, 0.95f));
  set(Part::white, {1, 1, 1});
  set(Part::pupil, {0.05f, 0.05f, 0.12f});
  set(Part::glint, {0.35f, 0.35f, 0.45f});
  set(Part::mouth, darkest * 0.4f);
  return colors;
}

/// Indices of the palette by part: the dark shade that goes with the hue, the hue itself, cream where light falls.
std::array<std::uint8_t, parts> indices_of(int hue) {
  constexpr std::uint8_t ink = 1, white = 2, cream = 3, first_hue = 8;
  constexpr std::array<std::uint8_t, 8> darks = {4, 5, 5, 6, 6, 7, 7, 4};  // maroon, brown, forest, navy
  const std::uint8_t dark = darks[static_cast<std::size_t>(hue)];
  const auto own = static_cast<std::uint8_t>(first_hue + hue);
  return {0, ink, dark, own, own, own, cream, dark, cream, white, ink, ink, ink};
}

}  // namespace

const std::array<Rgb, palette_colors> creature_palette = {{{219, 228, 240},
                                                           {28, 26, 46},
                                                           {255, 255, 255},
                                                           {255, 240, 190},
                                                           {140, 34, 66},
                                                           {158, 84, 32},
                                                           {26, 104, 84},
                                                           {52, 52, 140},
                                                           {232, 62, 70},
                                                           {248, 140, 50},
                                                           {246, 212, 60},
                                                           {92, 196, 66},
                                                           {48, 198, 186},
                                                           {70, 140, 236},
                                                           {156, 92, 226},
                                                           {246, 126, 188}}};

void draw_creature(core::Random& random, int hue, int body, std::span<std::uint8_t> pixels) {
  constexpr int scale = creature_size / creature_cells;
  check(hue, body, pixels.size(), static_cast<std::size_t>(creature_size * creature_size * 3));
  const Figure figure = creatures::draw_figure(random, static_cast<Body>(body));
  const std::array<Rgb, parts> colors = colors_of(random, hue);
  auto out = pixels.begin();
  for (int y = 0; y < creature_size; ++y)
    for (int x = 0; x < creature_size; ++x) {
      const Part part = figure[static_cast<std::size_t>(y / scale)][static_cast<std::size_t>(x / scale)];
      out = std::copy_n(colors[static_cast<std::size_t>(part)].begin(), 3, out);
    }
}

void draw_palette_creature(core::Random& random, int hue, int body, std::span<std::uint8_t> indices) {
  check(hue, body, indices.size(), static_cast<std::size_t>(creature_cells * creature_cells));
  const Figure figure = creatures::draw_figure(random, static_cast<Body>(body));
  const std::array<std::uint8_t, parts> colors = indices_of(hue);
  auto out = indices.begin();
  for (const auto& row : figure)
    for (const Part part : row) *out++ = colors[static_cast<std::size_t>(part)];
}

}  // namespace figment::data
