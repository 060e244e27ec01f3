#pragma once
#include <array>
#include <cstdint>

#include "core/random.h"
#include "data/creatures.h"

namespace figment::data::creatures {

/// What a cell of a creature is painted as; the shades run from the side in shadow to the one in light.
enum class Part : std::uint8_t {
  background,
  outline,
  shade0,
  shade1,
  shade2,
  shade3,
  highlight,
  accent_dark,
  accent_light,
  white,
  pupil,
  glint,
  mouth,
  count
};

enum class Body : std::uint8_t { round, tall, wide, ghost, bug };

inline constexpr int cells = creature_cells;
using Mask = std::array<std::array<bool, cells>, cells>;  // [y][x]
using Figure = std::array<std::array<Part, cells>, cells>;

/// A body grown by a cellular rule, with limbs; symmetric, with a free cell on each side for its outline.
Mask grow_body(core::Random& random, Body body);

/// The whole creature: body, shading from the upper left, pattern, outline, eyes and mouth.
Figure draw_figure(core::Random& random, Body body);

}  // namespace figment::data::creatures
