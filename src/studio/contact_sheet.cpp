#include <algorithm>
#include <array>
#include <cmath>

#include "studio/picture_generator.h"

namespace figment::studio {
namespace {

/// Catmull-Rom weights of the four samples around a point `t` of the way from the second to the third.
std::array<float, 4> cubic_weights(float t) {
  return {((-0.5F * t + 1.0F) * t - 0.5F) * t, (1.5F * t - 2.5F) * t * t + 1.0F, ((-1.5F * t + 2.0F) * t + 0.5F) * t,
          (0.5F * t - 0.5F) * t * t};
}

std::uint8_t to_byte(float value) {
  return static_cast<std::uint8_t>(std::lround(std::clamp(0.5F * value + 0.5F, 0.0F, 1.0F) * 255.0F));
}

/// One picture [side, side, 3], enlarged, written into the sheet at (left, top).
void paste(std::span<const float> pixels, int side, int zoom, formats::Picture& sheet, int left, int top) {
  const auto at = [&](int y, int x, int c) {
    y = std::clamp(y, 0, side - 1);
    x = std::clamp(x, 0, side - 1);
    return pixels[static_cast<std::size_t>((y * side + x) * 3 + c)];
  };
  for (int row = 0; row < side * zoom; ++row) {
    const float v = (static_cast<float>(row) + 0.5F) / static_cast<float>(zoom) - 0.5F;
    const int y = static_cast<int>(std::floor(v));
    const auto wy = cubic_weights(v - static_cast<float>(y));
    for (int column = 0; column < side * zoom; ++column) {
      const float u = (static_cast<float>(column) + 0.5F) / static_cast<float>(zoom) - 0.5F;
      const int x = static_cast<int>(std::floor(u));
      const auto wx = cubic_weights(u - static_cast<float>(x));
      for (int c = 0; c < 3; ++c) {
        float sum = 0;
        for (int j = 0; j < 4; ++j) {
          for (int i = 0; i < 4; ++i) {
            sum += wy[static_cast<std::size_t>(j)] * wx[static_cast<std::size_t>(i)] * at(y - 1 + j, x - 1 + i, c);
          }
        }
        sheet.pixels[static_cast<std::size_t>(((top + row) * sheet.width + left + column) * 3 + c)] = to_byte(sum);
      }
    }
  }
}

}  // namespace

formats::Picture contact_sheet(std::span<const float> pixels, int count, int side, int columns, int zoom, int gap) {
  columns = std::clamp(columns, 1, std::max(1, count));
  const int rows = (count + columns - 1) / columns;
  const int cell = side * zoom + gap;
  formats::Picture sheet;
  sheet.width = columns * cell - gap;
  sheet.height = rows * cell - gap;
  sheet.channels = 3;
  sheet.pixels.assign(static_cast<std::size_t>(sheet.width) * static_cast<std::size_t>(sheet.height) * 3, 16);
  const auto size = static_cast<std::size_t>(side * side * 3);
  for (int i = 0; i < count; ++i) {
    paste(pixels.subspan(static_cast<std::size_t>(i) * size, size), side, zoom, sheet, (i % columns) * cell,
          (i / columns) * cell);
  }
  return sheet;
}

}  // namespace figment::studio
