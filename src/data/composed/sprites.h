#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "data/paint/color.h"

namespace figment::data::composed {

/// RGBA of pixels, f32 in [0, 1], colours premultiplied by alpha: [height, width, 4].
struct Layer {
  int width = 0, height = 0;
  std::vector<float> values;

  float* pixel(int x, int y) { return &values[(static_cast<std::size_t>(y) * width + x) * 4]; }
  const float* pixel(int x, int y) const { return &values[(static_cast<std::size_t>(y) * width + x) * 4]; }
};

/// A sign of the emoji font, cut down to what is painted of it.
struct Sprite {
  std::array<Layer, 2> levels;       ///< as in the font (up to 136x128), and half as large
  std::array<float, 256> lightness;  ///< by luminance: where it lies from the darkest (0) to the lightest (1) tone

  float width() const { return static_cast<float>(levels[0].width); }
  float height() const { return static_cast<float>(levels[0].height); }
};

/// Whether the font's file is there.
bool has_font();
/// The sprite of a noun; the first call reads all of them. From any thread. Throws core::Error if the font is missing
/// or cannot be read.
const Sprite& sprite_of(int noun);

/// A sprite of `width` x `height` pixels with its left upper corner at (left, top), which need not be whole numbers, as
/// a layer whose pixel (0, 0) lies at (x, y).
struct Placed {
  int x = 0, y = 0;
  Layer layer;
};
Placed place(const Sprite& sprite, float left, float top, float width, float height);

/// Paints a layer of the sprite in tones of one colour, by its luminance.
void tint(Layer& layer, const Sprite& sprite, paint::Color color);

}  // namespace figment::data::composed
