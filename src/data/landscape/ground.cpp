#include <algorithm>
#include <array>
#include <cmath>

#include "data/landscape/scene.h"
#include "data/paint/noise.h"

namespace figment::data::landscape {
namespace {

// One range of hills: its skyline, and how much each of its columns is turned towards the light.
struct Range {
  std::vector<float> line;   // [N] height of the skyline, as a fraction of the side
  std::vector<float> light;  // [N] in [-1, 1]
  float base = 0;            // where the land would be were it flat
  float height = 0;          // how far its peaks rise above base
  float nearness = 0;        // in (0, 1]
  bool is_last = false;
};

float rise_of(Terrain terrain) {
  static constexpr std::array<float, 6> rises = {0.35f, 0.22f, 0.07f, 0.10f, 0.14f, 0.31f};
  return rises[static_cast<std::size_t>(terrain)];
}

// Conifers along a skyline: a union of stepped triangles of uneven height and spacing.
void plant_woods(Scene& scene, Range& range) {
  core::Random& random = scene.random;
  const auto n = static_cast<int>(range.line.size());
  const float side = static_cast<float>(n);
  const std::vector<float> floor = range.line;
  const auto trees = static_cast<int>(random.uniform(17.0f, 28.0f) * (1.35f - 0.55f * range.nearness));
  const float tall = 0.06f + 0.07f * range.nearness, spacing = 1.0f / static_cast<float>(trees);
  for (int tree = -1; tree <= trees; ++tree) {
    const float cx = (static_cast<float>(tree) + random.uniform(0.2f, 0.8f)) * spacing;
    const float height = tall * random.uniform(0.55f, 1.15f), half = spacing * random.uniform(0.62f, 0.85f);
    const int at = std::clamp(static_cast<int>(cx * side), 0, n - 1);
    const float foot = floor[static_cast<std::size_t>(at)] + 0.01f;
    const int begin = std::clamp(static_cast<int>((cx - half) * side), 0, n);
    const int end = std::clamp(static_cast<int>((cx + half) * side) + 1, 0, n);
    for (int x = begin; x < end; ++x) {
      const float away = std::abs((static_cast<float>(x) + 0.5f) / side - cx) / half;
      float& line = range.line[static_cast<std::size_t>(x)];
      line = std::min(line, foot - height * std::max(1.0f - away, 0.0f));
    }
  }
}

// How steeply each column falls towards the sun, from the skyline smoothed over a few per cent of the width.
std::vector<float> slope_light(const Scene& scene, const std::vector<float>& line) {
  const auto n = static_cast<int>(line.size());
  const float side = static_cast<float>(n);
  const int reach = std::max(n / 40, 1);
  std::vector<float> light(line.size());
  for (int x = 0; x < n; ++x) {
    const int left = std::max(x - reach, 0), right = std::min(x + reach, n - 1);
    const float slope = (line[static_cast<std::size_t>(right)] - line[static_cast<std::size_t>(left)]) * side /
                        static_cast<float>(std::max(right - left, 1));
    const float towards_sun = std::clamp((scene.sun_x - (static_cast<float>(x) + 0.5f) / side) * 5.0f, -1.0f, 1.0f);
    light[static_cast<std::size_t>(x)] = std::clamp(slope * towards_sun, -1.0f, 1.0f);
  }
  return light;
}

Range make_range(Scene& scene, int index, int count) {
  core::Random& random = scene.random;
  const int n = scene.canvas.side();
  Range range;
  range.nearness = static_cast<float>(index + 1) / static_cast<float>(count);
  range.is_last = index == count - 1;
  range.height = rise_of(scene.terrain) * (1.0f - 0.55f * range.nearness) * random.uniform(0.7f, 1.15f);
  range.base = scene.horizon - 0.02f + (scene.has_water() ? 0.0f : range.nearness * 0.10f);
  const bool rocky = scene.is_rocky();
  range.line = noise_line(random, n, rocky ? 6 : 3, random.uniform(1.6f, 3.4f) + static_cast<float>(index),
                          rocky ? 0.48f : 0.32f);
  const bool ridged = rocky && random.chance(0.65f);
  const bool mesas = scene.terrain == Terrain::desert && index == 0 && random.chance(0.4f);
  for (float& value : range.line) {
    float h = value;
    if (ridged) h = 1.0f - std::abs(2.0f * h - 1.0f) * 1.15f;
    h = std::clamp((h - 0.25f) * 1.5f, 0.0f, 1.1f);
    if (mesas) h = clamp01((h - 0.42f) * 9.0f) * 1.25f + h * 0.2f;
    value = range.base - range.height * h;
  }
  range.light = slope_light(scene, range.line);
  if (scene.terrain == Terrain::forest && index >= count - 2) plant_woods(scene, range);
  return range;
}

// The colours of one range and how they vary over it.
struct Surface {
  Color crest, foot;  // body at the skyline and well below it
  float foot_reach;   // height over which crest turns into foot
  float relief;       // strength of the light on slopes
  float snow_line;    // snow lies above it; negative for none
};

Surface surface_of(const Scene& scene, const Range& range) {
  const Palette& palette = scene.palette;
  const float near = range.nearness;
  const Color color =
      mix(palette.haze, mix(palette.ground_far, palette.ground_near, 0.25f + 0.6f * near), 0.25f + 0.68f * near);
  Surface surface{color * 1.07f, color * 0.82f, 0.22f, 0.16f, -1.0f};
  // Snow stays bright in the shade, and so tells its scenes from bare mountains.
  if (!scene.is_day()) surface.foot = mix(color, palette.shadow, scene.terrain == Terrain::snow ? 0.2f : 0.45f);
  if (!range.is_last && !scene.is_night())  // mist gathers between the ranges
    surface.foot = mix(surface.foot, palette.haze, scene.time == TimeOfDay::dawn ? 0.6f : 0.3f);
  if (scene.is_rocky()) surface.relief = 0.34f;
  if (scene.terrain == Terrain::desert) {
    surface.relief = 0.5f;
    surface.foot_reach = 0.3f;
  }
  const bool peaks = scene.terrain == Terrain::snow || scene.terrain == Terrain::mountains;
  if (peaks && !range.is_last && range.height > 0.11f)
    surface.snow_line = range.base - range.height * (scene.terrain == Terrain::snow ? 0.35f : 0.55f);
  return surface;
}

void paint_range(Scene& scene, const Range& range, float bottom) {
  Canvas& canvas = scene.canvas;
  const int n = canvas.side();
  const float side = static_cast<float>(n);
  const Surface surface = surface_of(scene, range);
  const Color snow_light = scene.palette.snow_light, snow_shade = scene.palette.snow_shade;
  const float top = *std::min_element(range.line.begin(), range.line.end());
  NoiseSheet texture(scene.random, n, 4, 10.0f, scene.terrain == Terrain::desert ? 26.0f : 14.0f);
  NoiseSheet folds(scene.random, n, 3, 9.0f, 9.0f);
  const auto width = static_cast<std::size_t>(n);
  std::vector<float> mask(width), shade(width), depth(width), gain(width), snow(width);
  // Slopes are furrowed: the light of a column wanders sideways on its way down.
  const float wander = (scene.is_rocky() ? 1.1f : 0.35f) * side;
  for (int y = canvas.pixel(top - 1.0f / side); y < canvas.pixel(bottom + 1.0f / side); ++y) {
    const float height = canvas.center(y);
    const float* grain = texture.row(height);
    const float* fold = folds.row(height);
    const float* line = range.line.data();
    for (int x = 0; x < n; ++x) {
      const float below = height - line[x];
      mask[static_cast<std::size_t>(x)] = coverage(below * side);
      depth[static_cast<std::size_t>(x)] = clamp01(below / surface.foot_reach);
      const float shift = (fold[x] - 0.5f) * std::min(std::max(below, 0.0f), 0.15f) * wander;
      const int from = std::clamp(x + static_cast<int>(shift), 0, n - 1);
      shade[static_cast<std::size_t>(x)] = range.light[static_cast<std::size_t>(from)];
    }
    for (std::size_t x = 0; x < width; ++x) {
      const float fade = fast_exp(depth[x] * -2.2f);
      gain[x] = 1.0f + 0.16f * (grain[x] - 0.5f) + surface.relief * shade[x] * fade;
      snow[x] =
          clamp01((surface.snow_line + 0.12f * (fold[x] - 0.5f) + 0.05f * (grain[x] - 0.5f) - height) * 45.0f) * 0.9f;
    }
    float* r = canvas.row(0, y);
    float* g = canvas.row(1, y);
    float* b = canvas.row(2, y);
    for (std::size_t x = 0; x < width; ++x) {
      const float lit = clamp01(0.55f + 1.1f * shade[x]);
      float red = mix(surface.crest.r, surface.foot.r, depth[x]) * gain[x];
      float green = mix(surface.crest.g, surface.foot.g, depth[x]) * gain[x];
      float blue = mix(surface.crest.b, surface.foot.b, depth[x]) * gain[x];
      red = mix(red, mix(snow_shade.r, snow_light.r, lit), snow[x]);
      green = mix(green, mix(snow_shade.g, snow_light.g, lit), snow[x]);
      blue = mix(blue, mix(snow_shade.b, snow_light.b, lit), snow[x]);
      r[x] += (red - r[x]) * mask[x];
      g[x] += (green - g[x]) * mask[x];
      b[x] += (blue - b[x]) * mask[x];
    }
  }
}

}  // namespace

void paint_ground(Scene& scene) {
  const auto count = static_cast<int>(2 + scene.random.below(3));
  std::vector<Range> ranges;
  for (int i = 0; i < count; ++i) ranges.push_back(make_range(scene, i, count));
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    // A range shows down to the lowest point of the next one's skyline, the last down to the water or the edge.
    float bottom = scene.has_water() ? scene.water_line() + 0.02f : 1.0f;
    if (i + 1 < ranges.size()) bottom = *std::max_element(ranges[i + 1].line.begin(), ranges[i + 1].line.end()) + 0.01f;
    paint_range(scene, ranges[i], bottom);
  }
}

}  // namespace figment::data::landscape
