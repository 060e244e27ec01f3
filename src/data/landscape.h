#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"

namespace figment::data {

/// The light of a landscape. The values are the class ids that models are trained on; never reorder them.
enum class TimeOfDay : std::uint8_t { sunset, dawn, day, night };
/// The land of a landscape. The values are the class ids that models are trained on; never reorder them.
enum class Terrain : std::uint8_t { mountains, lake, sea, desert, forest, snow };

inline constexpr std::array<std::string_view, 4> time_of_day_names = {"sunset", "dawn", "day", "night"};
inline constexpr std::array<std::string_view, 6> terrain_names = {"mountains", "lake",   "sea",
                                                                  "desert",    "forest", "snow"};

/// "sunset", "dawn", "day" or "night".
std::string_view name_of(TimeOfDay time);
/// "mountains", "lake", "sea", "desert", "forest" or "snow".
std::string_view name_of(Terrain terrain);

/// The inverse of name_of(); throws core::Error that lists the names for anything else.
TimeOfDay parse_time_of_day(std::string_view text);
Terrain parse_terrain(std::string_view text);

struct LandscapeOptions {
  int size = 64;                  ///< pixels along each side, 16 to 512
  std::optional<TimeOfDay> time;  ///< drawn at random if empty
  std::optional<Terrain> terrain;
};

struct Landscape {
  int size = 0;
  std::vector<std::uint8_t> pixels;  ///< RGB8, [size, size, 3]
  TimeOfDay time{};
  Terrain terrain{};

  /// One line in plain words: "a lake at sunset".
  std::string caption() const;
};

/// Draws one landscape. The picture is a function of the state of `random` and of `options` alone.
/// Throws core::Error if the size is out of range.
Landscape draw_landscape(core::Random& random, const LandscapeOptions& options = {});

/// Names the look of the pictures; changes whenever draw_landscape() gives other pixels for a seed.
inline constexpr std::string_view landscape_version = "landscapes-1";

}  // namespace figment::data
