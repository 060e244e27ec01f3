#include <algorithm>
#include <cmath>
#include <numbers>

#include "data/landscape/scene.h"

namespace figment::data::landscape {
namespace {

Color silhouette(const Scene& scene) {
  return scene.is_day() ? scene.palette.ground_near * (scene.terrain == Terrain::snow ? 0.34f : 0.42f)
                        : scene.palette.shadow * 0.55f;
}

void blend_pixel(Canvas& canvas, int x, int y, Color color, float alpha) {
  for (int channel = 0; channel < 3; ++channel) {
    float& value = canvas.row(channel, y)[x];
    const float target = channel == 0 ? color.r : (channel == 1 ? color.g : color.b);
    value += (target - value) * alpha;
  }
}

// One conifer: tiers that narrow towards the tip, lit from the side of the sun.
void paint_pine(Scene& scene, float cx, float foot, float height, Color color) {
  Canvas& canvas = scene.canvas;
  const float side = static_cast<float>(canvas.side());
  const auto tiers = static_cast<float>(5 + scene.random.below(3));
  const float lit_side = scene.sun_x > cx ? 1.0f : -1.0f;
  for (int y = canvas.pixel(foot - height); y < canvas.side(); ++y) {
    const float u = (foot - canvas.center(y)) / height;  // 0 at the foot, 1 at the tip
    if (u >= 1.0f || u <= -0.1f) continue;
    const float tier = u * tiers - std::floor(u * tiers);
    const float half = u > 0.08f ? 0.3875f * height * (1.0f - u) * (0.70f + 0.30f * (1.0f - tier)) : 0.009f;
    for (int x = canvas.pixel(cx - half - 0.01f); x < canvas.pixel(cx + half + 0.01f); ++x) {
      const float dx = canvas.center(x) - cx;
      const Color shaded = color * (dx * lit_side > 0.0f ? 1.25f : 1.0f);
      blend_pixel(canvas, x, y, shaded, coverage((half - std::abs(dx)) * side));
    }
  }
}

void paint_pines(Scene& scene) {
  core::Random& random = scene.random;
  const std::uint32_t count = 2 + random.below(5), where = random.below(3);
  const Color color = silhouette(scene);
  for (std::uint32_t i = 0; i < count; ++i) {
    const bool left = where == 0 || (where == 2 && random.chance(0.5f));
    const float reach = where == 2 ? 0.2f : 0.3f;
    const float cx = left ? random.uniform(-0.02f, reach) : random.uniform(1.0f - reach, 1.02f);
    const float height = random.uniform(0.2f, 0.5f), foot = random.uniform(0.96f, 1.06f);
    paint_pine(scene, cx, foot, height, color * random.uniform(0.9f, 1.15f));
  }
}

struct Limb {
  float x0, y0, x1, y1, radius;
};

void paint_cactus(Scene& scene, float cx, float foot, float height, Color color) {
  core::Random& random = scene.random;
  Canvas& canvas = scene.canvas;
  const float side = static_cast<float>(canvas.side()), radius = height * 0.095f;
  std::vector<Limb> limbs = {{cx, foot, cx, foot - height, radius}};
  for (const float direction : {-1.0f, 1.0f}) {
    const float elbow = foot - random.uniform(0.3f, 0.6f) * height, x = cx + direction * height * 0.3f;
    limbs.push_back({cx, elbow, x, elbow, radius * 0.75f});
    limbs.push_back({x, elbow, x, elbow - height * random.uniform(0.2f, 0.4f), radius * 0.75f});
  }
  const float reach = height * 0.3f + radius + 0.01f;
  for (int y = canvas.pixel(foot - height * 1.1f - radius); y < canvas.pixel(foot + radius + 0.01f); ++y) {
    for (int x = canvas.pixel(cx - reach); x < canvas.pixel(cx + reach); ++x) {
      float inside = -1.0f;
      for (const Limb& limb : limbs) {
        const float px = canvas.center(x) - limb.x0, py = canvas.center(y) - limb.y0;
        const float dx = limb.x1 - limb.x0, dy = limb.y1 - limb.y0;
        const float along = clamp01((px * dx + py * dy) / (dx * dx + dy * dy + 1e-9f));
        inside = std::max(inside, limb.radius - std::hypot(px - along * dx, py - along * dy));
      }
      const float lit = (canvas.center(x) - cx) * (scene.sun_x > cx ? 1.0f : -1.0f) > 0.0f ? 1.15f : 0.95f;
      blend_pixel(canvas, x, y, color * lit, coverage(inside * side));
    }
  }
}

void paint_cacti(Scene& scene) {
  core::Random& random = scene.random;
  const std::uint32_t count = 1 + random.below(3);
  const Color color = scene.is_day() ? hex(0x2f6b3c) : silhouette(scene);
  std::vector<float> taken;
  for (std::uint32_t i = 0; i < count; ++i) {
    const float cx = random.uniform(0.08f, 0.92f), foot = random.uniform(0.84f, 0.98f);
    const float height = random.uniform(0.14f, 0.28f);
    const bool crowded = std::any_of(taken.begin(), taken.end(), [&](float x) { return std::abs(x - cx) < 0.19f; });
    if (crowded) continue;
    taken.push_back(cx);
    paint_cactus(scene, cx, foot, height, color);
  }
}

void paint_boat(Scene& scene) {
  core::Random& random = scene.random;
  Canvas& canvas = scene.canvas;
  const float cx = random.uniform(0.2f, 0.8f), cy = scene.horizon + random.uniform(0.03f, 0.1f);
  const float s = random.uniform(0.06f, 0.1f), side = static_cast<float>(canvas.side());
  const Color hull = silhouette(scene);
  const Color sail = mix(scene.palette.sun, Color{1, 1, 1}, 0.3f) * (scene.is_night() ? 0.6f : 0.98f);
  for (int y = canvas.pixel(cy - s * 1.7f); y < canvas.pixel(cy + s * 1.3f); ++y) {
    const float py = canvas.center(y) - cy;
    for (int x = canvas.pixel(cx - s * 1.2f); x < canvas.pixel(cx + s * 1.2f); ++x) {
      const float px = canvas.center(x) - cx;
      const float deck = std::min({s * (1.0f - 0.4f * clamp01(py / (s * 0.28f))) - std::abs(px), py, s * 0.28f - py});
      const float right = std::min({-0.004f - py, px - 0.004f, ((py + s * 1.6f) * 0.48f - px) * 0.9f});
      const float left = std::min({-0.004f - py, -px - 0.004f, ((py + s * 1.25f) * 0.4f + px) * 0.9f});
      blend_pixel(canvas, x, y, sail, coverage(std::max(left, right) * side));
      blend_pixel(canvas, x, y, hull, coverage(deck * side));
      // Its shadow on the water: the hull again, mirrored, fading with depth.
      const float mirrored = s * 0.56f - py;
      const float shadow = std::min(s * 0.9f - std::abs(px), std::min(mirrored, py - s * 0.28f));
      blend_pixel(canvas, x, y, hull, coverage(shadow * side) * 0.35f);
    }
  }
}

void paint_birds(Scene& scene) {
  core::Random& random = scene.random;
  Canvas& canvas = scene.canvas;
  const std::uint32_t count = 2 + random.below(4);
  const Color color = silhouette(scene);
  const float flock_x = random.uniform(0.2f, 0.8f), flock_y = random.uniform(0.14f, scene.horizon - 0.24f);
  for (std::uint32_t i = 0; i < count; ++i) {
    const float cx = flock_x + random.uniform(-0.2f, 0.2f), cy = flock_y + random.uniform(-0.07f, 0.07f);
    const float s = random.uniform(0.014f, 0.028f);
    for (int y = canvas.pixel(cy - s); y < canvas.pixel(cy + s); ++y) {
      for (int x = canvas.pixel(cx - s); x < canvas.pixel(cx + s); ++x) {
        const float u = std::min(std::abs(canvas.center(x) - cx) / s, 1.0f);
        const float off = (canvas.center(y) - (cy - s * 0.55f * std::sin(u * 2.6f))) / (s * 0.18f);
        blend_pixel(canvas, x, y, color, fast_exp(-off * off) * 0.85f);
      }
    }
  }
}

}  // namespace

void paint_foreground(Scene& scene) {
  core::Random& random = scene.random;
  const bool wooded = scene.is_rocky() || scene.terrain == Terrain::forest;
  if (wooded && random.chance(0.75f)) paint_pines(scene);
  if (scene.terrain == Terrain::desert && random.chance(0.7f)) paint_cacti(scene);
  if (scene.terrain == Terrain::sea && random.chance(0.55f)) paint_boat(scene);
  if (!scene.is_night() && random.chance(0.35f)) paint_birds(scene);
}

}  // namespace figment::data::landscape
