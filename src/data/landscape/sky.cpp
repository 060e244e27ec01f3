#include <algorithm>
#include <cmath>

#include "data/landscape/scene.h"
#include "data/paint/noise.h"

namespace figment::data::landscape {
namespace {

// Ground begins above this height in every column, so nothing of the sky shows beneath it.
float sky_bottom(const Scene& scene) { return scene.horizon + 0.08f; }

void paint_aurora(Scene& scene) {
  static constexpr Color colors[] = {hex(0x4dffb8), hex(0x6fd0ff), hex(0xc58bff)};
  Canvas& canvas = scene.canvas;
  const int n = canvas.side();
  const std::vector<float> edge = noise_line(scene.random, n, 3, 3.0f);
  const std::vector<float> rays = noise_line(scene.random, n, 4, 9.0f);
  const Color color = colors[scene.random.below(3)];
  const float base = scene.random.uniform(0.12f, 0.2f);
  const int end = canvas.pixel(std::min(sky_bottom(scene), 0.75f));
  for (int y = 0; y < end; ++y) {
    float* r = canvas.row(0, y);
    float* g = canvas.row(1, y);
    float* b = canvas.row(2, y);
    for (int x = 0; x < n; ++x) {
      // A curtain hangs upwards from its sharp lower edge.
      const float below = canvas.center(y) - (base + edge[static_cast<std::size_t>(x)] * 0.3f);
      const float fade = fast_exp(below > 0.0f ? below * -45.0f : below * 7.5f);
      const float a = fade * (0.1f + 0.4f * rays[static_cast<std::size_t>(x)]);
      r[x] += a * color.r;
      g[x] += a * color.g;
      b[x] += a * color.b;
    }
  }
}

}  // namespace

void paint_sky(Scene& scene) {
  Canvas& canvas = scene.canvas;
  const Palette& palette = scene.palette;
  const int n = canvas.side();
  const float middle = scene.random.uniform(0.5f, 0.68f);
  const bool low_sun = scene.time == TimeOfDay::sunset || scene.time == TimeOfDay::dawn;
  const float reach = -1.0f / (low_sun ? 0.16f : 0.09f);
  const float strength = scene.is_night() ? 0.35f : (scene.time == TimeOfDay::dawn ? 0.66f : 0.75f);
  const bool crescent = scene.is_night() && scene.random.chance(0.5f);
  const Color disc_color = palette.sun * 1.03f;
  const int end = canvas.pixel(sky_bottom(scene));
  for (int y = 0; y < n; ++y) {
    const float t = std::min(canvas.center(y) / scene.horizon, 1.0f);
    const Color sky = t < middle ? mix(palette.top, palette.middle, std::pow(t / middle, 1.3f))
                                 : mix(palette.middle, palette.horizon, (t - middle) / (1.0f - middle));
    canvas.fill(y, sky);
    if (y >= end) continue;
    const Color light = palette.sun + sky * -0.35f;
    const float dy = canvas.center(y) - scene.sun_y;
    const float side = static_cast<float>(n);
    const float bite_y = dy + scene.sun_radius * 0.15f;
    const float bite_x = crescent ? scene.sun_radius * 0.55f : 100.0f;
    float* r = canvas.row(0, y);
    float* g = canvas.row(1, y);
    float* b = canvas.row(2, y);
    for (int x = 0; x < n; ++x) {
      const float dx = (static_cast<float>(x) + 0.5f) / side - scene.sun_x;
      const float distance = std::sqrt(dx * dx + dy * dy);
      const float glow = fast_exp(distance * reach) * strength;
      const float bite = std::sqrt((dx - bite_x) * (dx - bite_x) + bite_y * bite_y);
      const float disc =
          coverage((scene.sun_radius - distance) * side) * (1.0f - coverage((scene.sun_radius * 0.95f - bite) * side));
      // Channels saturate before the disc goes on, so that it stays visible in a bright dawn.
      const float red = std::min(r[x] + glow * light.r, 0.985f);
      const float green = std::min(g[x] + glow * light.g, 0.965f);
      const float blue = std::min(b[x] + glow * light.b, 0.95f);
      r[x] = red + (disc_color.r - red) * disc;
      g[x] = green + (disc_color.g - green) * disc;
      b[x] = blue + (disc_color.b - blue) * disc;
    }
  }
}

void paint_stars(Scene& scene) {
  Canvas& canvas = scene.canvas;
  const auto count = static_cast<int>(scene.random.uniform(25.0f, 70.0f));
  for (int star = 0; star < count; ++star) {
    const float sx = scene.random.uniform(), sy = scene.random.uniform() * scene.horizon * 0.9f;
    const float size = scene.random.uniform(0.003f, 0.006f), brightness = scene.random.uniform(0.35f, 1.0f);
    const float apart = std::hypot(sx - scene.sun_x, sy - scene.sun_y);
    if (apart < scene.sun_radius * 1.6f) continue;  // no star shines through the moon
    const float radius = size * 3.0f;
    for (int y = canvas.pixel(sy - radius); y < canvas.pixel(sy + radius); ++y) {
      for (int x = canvas.pixel(sx - radius); x < canvas.pixel(sx + radius); ++x) {
        const float dx = canvas.center(x) - sx, dy = canvas.center(y) - sy;
        const float light = fast_exp((dx * dx + dy * dy) / (-size * size)) * brightness;
        canvas.row(0, y)[x] += light * 0.95f;
        canvas.row(1, y)[x] += light * 0.97f;
        canvas.row(2, y)[x] += light;
      }
    }
  }
  if (scene.random.chance(0.35f)) paint_aurora(scene);
}

void paint_clouds(Scene& scene) {
  const float cover = scene.random.uniform();
  if (cover < 0.22f) return;
  Canvas& canvas = scene.canvas;
  const Palette& palette = scene.palette;
  const int n = canvas.side();
  const float side = static_cast<float>(n);
  const float frequency_x = scene.random.uniform(1.5f, 3.0f), frequency_y = scene.random.uniform(5.0f, 9.0f);
  NoiseSheet noise(scene.random, n, 5, frequency_x, frequency_y);
  const bool day = scene.is_day();
  const Color shade = day ? Color{0.78f, 0.85f, 0.92f} : palette.middle * 0.8f + palette.horizon * 0.2f;
  const Color lit = day ? Color{1, 1, 1} : clamp01(palette.horizon * 0.5f + palette.sun * 0.55f);
  const float threshold = 0.74f - 0.30f * cover;
  std::vector<float> alpha(static_cast<std::size_t>(n)), light(static_cast<std::size_t>(n));
  for (int y = 0; y < canvas.pixel(scene.horizon); ++y) {
    const float fade = std::min((scene.horizon - canvas.center(y)) / scene.horizon * 2.2f, 1.0f) * 0.85f;
    const float* density = noise.row(canvas.center(y));
    const float dy = canvas.center(y) - scene.sun_y;
    for (int x = 0; x < n; ++x) {
      const float dx = (static_cast<float>(x) + 0.5f) / side - scene.sun_x;
      const float near_sun = day ? 0.0f : 0.35f + 0.9f * fast_exp(std::sqrt(dx * dx + dy * dy) * (-1.0f / 0.35f));
      alpha[static_cast<std::size_t>(x)] = clamp01((density[x] - threshold) * 4.2f) * fade;
      light[static_cast<std::size_t>(x)] =
          day ? clamp01((density[x] - 0.5f) * 4.0f) : clamp01(near_sun + (density[x] - 0.55f) * 2.0f);
    }
    const Color base = shade, gain = lit + shade * -1.0f;
    float* r = canvas.row(0, y);
    float* g = canvas.row(1, y);
    float* b = canvas.row(2, y);
    const float* a = alpha.data();
    const float* l = light.data();
    for (int x = 0; x < n; ++x) {
      r[x] += (base.r + gain.r * l[x] - r[x]) * a[x];
      g[x] += (base.g + gain.g * l[x] - g[x]) * a[x];
      b[x] += (base.b + gain.b * l[x] - b[x]) * a[x];
    }
  }
}

}  // namespace figment::data::landscape
