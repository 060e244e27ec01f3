#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "data/strokes.h"

namespace figment::data {

/// How strong and long a line must be to be drawn.
struct EdgeOptions {
  float smoothing = 0.8F;     ///< deviation of the blur before, in pixels
  float least = 0.05F;        ///< change of colour a pixel, of values in [-1, 1], below which nothing begins a line
  float share = 0.45F;        ///< of the strength that the strong edges of this picture have, that begins a line
  float continuation = 0.5F;  ///< of what begins a line, that goes on with it
  int shortest = 7;           ///< pixels of a line that is kept: grain and stars are no lines
};

/// The outlines of a picture as a person would draw them with a thin pen: [height, width] of 1 on a line of one pixel,
/// else 0. `pixels` [height, width, 3] in [-1, 1]. Edges of colour (Di Zenzo, 1986), thinned to their ridges and
/// followed from strong to weak (Canny, 1986). Throws core::Error if the sizes do not agree.
std::vector<std::uint8_t> find_edges(std::span<const float> pixels, int width, int height,
                                     const EdgeOptions& options = {});

/// Wears lines [height, width] of 0 and 1 down to one pixel (Guo and Hall, 1989).
void thin_lines(std::span<std::uint8_t> lines, int width, int height);

/// Lines of one pixel as strokes of a pen, in pixels (the middle of the first is 0.5), long ones first.
std::vector<Stroke> trace_lines(std::span<const std::uint8_t> lines, int width, int height);

/// How well found lines agree with asked ones: a pixel agrees if one of the others lies at most `tolerance` pixels
/// from it, along each axis.
struct LineAgreement {
  double precision = 0;  ///< share of the found ones that were asked for
  double recall = 0;     ///< share of the asked ones that were found
  double f1() const { return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0; }
};
LineAgreement compare_lines(std::span<const std::uint8_t> found, std::span<const std::uint8_t> asked, int width,
                            int height, int tolerance = 1);

}  // namespace figment::data
