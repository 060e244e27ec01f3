#include "data/hand.h"

#include <algorithm>
#include <cmath>

namespace figment::data {
namespace {

constexpr float sparse_chance = 0.15F;  // of a drawing of few lines
constexpr float sparse_dropped = 0.6F;
constexpr float break_chance = 0.15F;  // of a stroke that is broken in two, or loses an end
constexpr float slowness = 0.85F;      // of the wobble, from point to point

/// Part of a stroke: a person lifts the pen where it pleases.
Stroke part_of(const Stroke& stroke, core::Random& random) {
  const auto count = static_cast<std::uint32_t>(stroke.size());
  const std::size_t a = random.below(count);
  const std::size_t b = random.below(count);
  const auto [begin, end] = std::minmax(a, b);
  // The longer of what lies between the two and what lies outside, up to the first.
  if (end - begin >= stroke.size() / 3) {
    return Stroke(stroke.begin() + static_cast<std::ptrdiff_t>(begin),
                  stroke.begin() + static_cast<std::ptrdiff_t>(end) + 1);
  }
  return begin > stroke.size() / 3 ? Stroke(stroke.begin(), stroke.begin() + static_cast<std::ptrdiff_t>(begin) + 1)
                                   : stroke;
}

}  // namespace

std::vector<Stroke> draw_by_hand(std::span<const Stroke> strokes, core::Random& random, const HandOptions& options) {
  if (random.chance(options.empty)) return {};
  if (!random.chance(options.chance)) return {strokes.begin(), strokes.end()};
  const float dropped = random.chance(sparse_chance) ? sparse_dropped : options.dropped;
  const float restless = random.uniform();  // some hands are steady
  std::vector<Stroke> drawn;
  for (const Stroke& stroke : strokes) {
    if (random.chance(dropped)) continue;
    Stroke again = random.chance(break_chance) ? part_of(stroke, random) : stroke;
    const float dx = restless * options.shift * random.normal(), dy = restless * options.shift * random.normal();
    float wx = 0, wy = 0;
    for (Point& p : again) {
      wx = slowness * wx + (1 - slowness) * 3 * random.normal();
      wy = slowness * wy + (1 - slowness) * 3 * random.normal();
      p.x += dx + restless * options.wobble * wx;
      p.y += dy + restless * options.wobble * wy;
    }
    drawn.push_back(std::move(again));
  }
  return drawn;
}

void ink_strokes(std::span<const Stroke> strokes, float radius, int width, int height, std::span<float> ink) {
  std::vector<std::uint8_t> bytes(ink.size());
  draw_strokes(strokes, {.radius = radius}, width, height, bytes);
  std::transform(bytes.begin(), bytes.end(), ink.begin(),
                 [](std::uint8_t value) { return static_cast<float>(value) / 255.0F; });
}

}  // namespace figment::data
