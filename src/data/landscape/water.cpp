#include <algorithm>
#include <cmath>

#include "data/landscape/scene.h"
#include "data/paint/noise.h"

namespace figment::data::landscape {

void paint_water(Scene& scene) {
  Canvas& canvas = scene.canvas;
  const Palette& palette = scene.palette;
  const int n = canvas.side();
  const float side = static_cast<float>(n);
  const float line = scene.water_line();
  NoiseSheet ripples(scene.random, n, 3, 5.0f, 16.0f), glitter(scene.random, n, 2, 8.0f, 24.0f),
      bands(scene.random, n, 3, 6.0f, 18.0f);
  const Canvas& source = scene.terrain == Terrain::sea ? scene.reflected : canvas;
  const int shore = std::max(canvas.pixel(line), 1);
  const Color deep = mix(mix(palette.top, palette.middle, 0.35f), palette.shadow, 0.35f);
  const Color glint = palette.sun * 0.75f;
  const float sparkle = scene.is_day() ? 0.45f : 0.9f;
  std::vector<float> path(static_cast<std::size_t>(n)), waves(static_cast<std::size_t>(n));
  for (int y = shore; y < n; ++y) {
    const float depth = canvas.center(y) - line;
    // Waves look flatter and closer together towards the horizon.
    const float v = std::pow(std::max(depth, 0.0f) / (1.0f - line), 0.6f);
    const float* ripple = ripples.row(v);
    const float* spark = glitter.row(v);
    const float* band = bands.row(v);
    const float swell = std::min(depth * 8.0f, 1.0f) * 0.03f;
    const float veil = std::clamp(0.18f + depth * 1.3f, 0.0f, 0.75f);
    const float width = 1.0f / (0.035f + depth * 0.35f);
    const float gain = sparkle * std::clamp(depth * 20.0f, 0.0f, 1.0f);
    for (int x = 0; x < n; ++x) {
      const float across = ((static_cast<float>(x) + 0.5f) / side - scene.sun_x) * width;
      path[static_cast<std::size_t>(x)] = fast_exp(-across * across) * clamp01(spark[x] * 2.2f - 0.9f) * gain;
      waves[static_cast<std::size_t>(x)] = 1.0f + 0.2f * (band[x] - 0.5f);
    }
    float* r = canvas.row(0, y);
    float* g = canvas.row(1, y);
    float* b = canvas.row(2, y);
    for (int x = 0; x < n; ++x) {
      const float shift = (ripple[x] - 0.5f) * swell;
      const int from_y = std::clamp(static_cast<int>((line - depth + shift) * side), 0, shore - 1);
      const int from_x = std::clamp(x + static_cast<int>(shift * 0.6f * side), 0, n - 1);
      const float light = path[static_cast<std::size_t>(x)], wave = waves[static_cast<std::size_t>(x)];
      r[x] = (mix(source.row(0, from_y)[from_x] * 0.92f, deep.r, veil) + light * glint.r) * wave;
      g[x] = (mix(source.row(1, from_y)[from_x] * 0.92f, deep.g, veil) + light * glint.g) * wave;
      b[x] = (mix(source.row(2, from_y)[from_x] * 0.92f, deep.b, veil) + light * glint.b) * wave;
    }
  }
}

}  // namespace figment::data::landscape
