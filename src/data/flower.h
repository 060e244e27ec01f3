#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/random.h"
#include "data/creatures.h"

namespace figment::data {

inline constexpr std::string_view flower_version = "flowers-1";

/// The values are the class ids that models are trained on; never reorder them. Few is 5 or 6, several 7 to 9, many
/// 10 to 13.
inline constexpr std::array<std::string_view, 3> petal_names = {"few", "several", "many"};

/// A flower on its stem before a blurred garden: RGB8 [size, size, 3], size 16 to 256. `hue` is one of hue_names,
/// `petals` one of petal_names. A function of the state of `random` and the arguments alone. Throws core::Error for
/// arguments out of range.
void draw_flower(core::Random& random, int hue, int petals, int size, std::span<std::uint8_t> pixels);

}  // namespace figment::data
