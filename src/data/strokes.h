#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace figment::data {

/// A position in a drawing, y down.
struct Point {
  float x = 0, y = 0;
};

/// What the pen draws between touching the paper and leaving it. One point alone is a dot.
using Stroke = std::vector<Point>;

/// The look that digits and letters share, so that what a person draws looks like the data.
inline constexpr int glyph_size = 32;             ///< pixels along each side
inline constexpr float glyph_extent = 24.0f;      ///< pixels along the longer side of a drawing, pen included
inline constexpr float glyph_pen_radius = 1.45f;  ///< half the mean thickness of a line, in pixels

/// A pen of round tip. The radius runs from `radius * (1 - taper)` at the start of a stroke to `(1 + taper)` at its
/// end.
struct Pen {
  float radius = glyph_pen_radius;  ///< pixels
  float taper = 0;
  float ink = 1;  ///< brightness of the line, clipped to white
};

/// Draws strokes with positions in pixels (pixel i covers i to i + 1) as white lines with soft edges on black;
/// replaces `picture`, [height, width]. Points outside are clipped.
void draw_strokes(std::span<const Stroke> strokes, const Pen& pen, int width, int height,
                  std::span<std::uint8_t> picture);

/// Scales strokes in any unit so that they fill glyph_extent, and puts their centre of mass in the middle of a
/// glyph_size picture, as all digits and letters are. A tiny drawing (a dot) is not enlarged beyond the pen.
std::vector<Stroke> fit_strokes(std::span<const Stroke> strokes, float pen_radius = glyph_pen_radius);

/// A person's drawing as a picture in the style of the data: [32, 32, 1] in [-1, 1], white on black. Positions are in
/// any unit. With `fit`, it is scaled and centred as the data are, else positions are fractions of the canvas, 0 to 1.
/// No strokes give a black picture; positions that are not finite are left out.
void draw_glyph(std::span<const Stroke> strokes, std::span<float> pixels, bool fit = true,
                float pen_radius = glyph_pen_radius);

}  // namespace figment::data
