#pragma once
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace figment::app {

struct FilmColor {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
};

FilmColor mix(FilmColor from, FilmColor to, float share);

/// A rectangle in pixels.
struct FilmBox {
  float left = 0;
  float top = 0;
  float width = 0;
  float height = 0;

  FilmBox grown(float by) const { return {left - by, top - by, width + 2 * by, height + 2 * by}; }
};

/// A frame of a film, drawn on the CPU: smooth-edged shapes and pictures.
class FilmCanvas {
 public:
  FilmCanvas(int width, int height);

  int width() const { return width_; }
  int height() const { return height_; }
  std::span<const std::uint8_t> rgba() const { return pixels_; }  ///< [height, width, 4]

  void clear(FilmColor color);
  /// Mixes one pixel; outside the frame it does nothing.
  void blend(int x, int y, FilmColor color, float alpha);
  void box(const FilmBox& box, FilmColor color, float radius = 0, float alpha = 1);
  void outline(const FilmBox& box, FilmColor color, float radius, float thickness);
  void disc(float x, float y, float radius, FilmColor color);
  void line(std::span<const std::pair<float, float>> points, FilmColor color, float thickness);
  /// A picture made by enlarge(), with round corners. `alpha` mixes it with what is there.
  void picture(std::span<const std::uint8_t> rgb, int side, float left, float top, float radius, float alpha = 1);

 private:
  int width_;
  int height_;
  std::vector<std::uint8_t> pixels_;
};

/// A picture f32 [side, side, 3] in [-1, 1] as RGB8 [size, size, 3], by cubic (Catmull-Rom) interpolation.
std::vector<std::uint8_t> enlarge(std::span<const float> pixels, int side, int size);

}  // namespace figment::app
