#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "core/random.h"
#include "data/strokes.h"

namespace figment::data {

/// The pen that sketches are drawn with: half the thickness of a line in pixels.
inline constexpr float sketch_pen_radius = 0.65F;

/// How a hand differs from a machine that follows outlines.
struct HandOptions {
  float chance = 0.75F;   ///< of a drawing that differs at all
  float dropped = 0.12F;  ///< of a stroke that is left out; some drawings leave out far more
  float shift = 0.35F;    ///< deviation of the place of a stroke, in pixels
  float wobble = 0.3F;    ///< of its points, changing slowly along it
  float empty = 0.03F;    ///< chance of a paper without any line
};

/// Draws the strokes again as a hurried person would: some are left out or broken, none is where it was exactly.
std::vector<Stroke> draw_by_hand(std::span<const Stroke> strokes, core::Random& random,
                                 const HandOptions& options = {});

/// Strokes in pixels as ink: [height, width] from 0 (paper) to 1.
void ink_strokes(std::span<const Stroke> strokes, float radius, int width, int height, std::span<float> ink);

}  // namespace figment::data
