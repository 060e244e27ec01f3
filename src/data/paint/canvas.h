#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "data/paint/color.h"

namespace figment::data::paint {

/// e^x for x <= 0, to about 1e-4; branch-free, so that loops over it vectorise.
inline float fast_exp(float x) {
  float t = x * 1.44269504f;
  t = t < -80.0f ? -80.0f : t;
  const auto whole = static_cast<std::int32_t>(t - 0.5f);
  const float f = (t - static_cast<float>(whole)) * 0.69314718f;
  const float p = 1.0f + f * (1.0f + f * (0.5f + f * (0.16666667f + f * 0.04166667f)));
  return p * std::bit_cast<float>((whole + 127) << 23);
}

/// Coverage of a pixel by a shape, from the signed distance to its edge (positive inside) in pixels.
constexpr float coverage(float distance_pixels) { return clamp01(distance_pixels * (1.0f / 1.2f) + 0.5f); }

/// A square picture of three float planes. Positions in scenes are fractions of the side; `center(i)`
/// is the fraction at the middle of pixel i.
class Canvas {
 public:
  explicit Canvas(int side) : side_(side), planes_(3 * static_cast<std::size_t>(side) * side) {}

  int side() const { return side_; }
  float center(int index) const { return (static_cast<float>(index) + 0.5f) / static_cast<float>(side_); }
  /// First pixel whose centre is at or after `fraction`, clamped to the picture.
  int pixel(float fraction) const {
    return std::clamp(static_cast<int>(fraction * static_cast<float>(side_) + 0.5f), 0, side_);
  }
  float* row(int channel, int y) { return planes_.data() + (static_cast<std::size_t>(channel) * side_ + y) * side_; }
  const float* row(int channel, int y) const { return const_cast<Canvas*>(this)->row(channel, y); }

  /// Mixes `color` into pixels [begin, end) of row y; `alpha` is indexed by x.
  void blend(int y, int begin, int end, const float* alpha, Color color) {
    float* r = row(0, y);
    float* g = row(1, y);
    float* b = row(2, y);
    for (int x = begin; x < end; ++x) {
      r[x] += (color.r - r[x]) * alpha[x];
      g[x] += (color.g - g[x]) * alpha[x];
      b[x] += (color.b - b[x]) * alpha[x];
    }
  }
  void fill(int y, Color color) {
    std::fill_n(row(0, y), side_, color.r);
    std::fill_n(row(1, y), side_, color.g);
    std::fill_n(row(2, y), side_, color.b);
  }

 private:
  int side_;
  std::vector<float> planes_;
};

/// Averages the canvas down to `size` pixels a side (a divisor of its own), lifts the contrast about the mean by a
/// share of `contrast`, and rounds to bytes: RGB8 [size, size, 3].
std::vector<std::uint8_t> develop(const Canvas& canvas, int size, float contrast);

}  // namespace figment::data::paint
