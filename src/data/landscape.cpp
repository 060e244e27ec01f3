#include "data/landscape.h"

#include <fmt/ranges.h>

#include "core/error.h"
#include "core/quote.h"
#include "data/landscape/scene.h"

namespace figment::data {
namespace {

using landscape::Scene;

template <typename Enum, std::size_t count>
Enum parse(std::string_view text, const std::array<std::string_view, count>& names, std::string_view what) {
  for (std::size_t i = 0; i < count; ++i)
    if (names[i] == text) return static_cast<Enum>(i);
  core::fail("There is no {} called '{}'; choose one of {}.", what, core::quotable(text), fmt::join(names, ", "));
}

void place_sun(Scene& scene) {
  core::Random& random = scene.random;
  scene.horizon = scene.has_water() ? random.uniform(0.52f, 0.66f) : random.uniform(0.6f, 0.74f);
  scene.sun_x = random.uniform(0.15f, 0.85f);
  switch (scene.time) {
    case TimeOfDay::sunset:
      scene.sun_y = random.uniform(scene.horizon - 0.16f, scene.horizon - 0.02f);
      scene.sun_radius = random.uniform(0.055f, 0.11f);
      break;
    case TimeOfDay::dawn:
      scene.sun_y = random.uniform(scene.horizon - 0.22f, scene.horizon - 0.05f);
      scene.sun_radius = random.uniform(0.045f, 0.08f);
      break;
    case TimeOfDay::day:
      scene.sun_y = random.uniform(0.1f, 0.3f);
      scene.sun_radius = random.uniform(0.045f, 0.07f);
      break;
    case TimeOfDay::night:
      scene.sun_y = random.uniform(0.1f, 0.34f);
      scene.sun_radius = random.uniform(0.045f, 0.075f);
      break;
  }
}

}  // namespace

std::string_view name_of(TimeOfDay time) { return time_of_day_names[static_cast<std::size_t>(time)]; }
std::string_view name_of(Terrain terrain) { return terrain_names[static_cast<std::size_t>(terrain)]; }

TimeOfDay parse_time_of_day(std::string_view text) { return parse<TimeOfDay>(text, time_of_day_names, "time of day"); }
Terrain parse_terrain(std::string_view text) { return parse<Terrain>(text, terrain_names, "terrain"); }

std::string Landscape::caption() const {
  static constexpr std::array<std::string_view, 6> places = {"mountains", "a lake",   "the sea",
                                                             "a desert",  "a forest", "snowy peaks"};
  static constexpr std::array<std::string_view, 4> times = {"at sunset", "at dawn", "by day", "at night"};
  return fmt::format("{} {}", places[static_cast<std::size_t>(terrain)], times[static_cast<std::size_t>(time)]);
}

Landscape draw_landscape(core::Random& random, const LandscapeOptions& options) {
  core::require(options.size >= 16 && options.size <= 512,
                "A landscape of {0}x{0} pixels cannot be drawn; choose a size from 16 to 512.", options.size);
  static constexpr float time_weights[] = {0.3f, 0.22f, 0.26f, 0.22f};
  constexpr int supersampling = 3;
  Scene scene(random, options.size * supersampling);
  // Both are always drawn, so that asking for one attribute leaves the rest of the picture's luck alone.
  const auto time = static_cast<TimeOfDay>(random.weighted(time_weights));
  const auto terrain = static_cast<Terrain>(random.below(terrain_names.size()));
  scene.time = options.time.value_or(time);
  scene.terrain = options.terrain.value_or(terrain);
  scene.palette = landscape::choose_palette(random, scene.time, scene.terrain);
  place_sun(scene);

  landscape::paint_sky(scene);
  if (scene.is_night())
    landscape::paint_stars(scene);
  else
    landscape::paint_clouds(scene);
  if (scene.terrain == Terrain::sea) scene.reflected = scene.canvas;
  landscape::paint_ground(scene);
  if (scene.has_water()) landscape::paint_water(scene);
  landscape::paint_foreground(scene);
  return {options.size, paint::develop(scene.canvas, options.size, 0.05f), scene.time, scene.terrain};
}

}  // namespace figment::data
