#include "app/commands/film_canvas.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace figment::app {
namespace {

std::uint8_t mix_byte(std::uint8_t from, std::uint8_t to, float share) {
  return static_cast<std::uint8_t>(static_cast<float>(from) +
                                   (static_cast<float>(to) - static_cast<float>(from)) * share + 0.5F);
}

/// Distance of a pixel's middle from the edge of a box with round corners; negative inside.
float distance_to(const FilmBox& box, float radius, int x, int y) {
  const float half_width = 0.5F * box.width;
  const float half_height = 0.5F * box.height;
  radius = std::min({radius, half_width, half_height});
  const float dx = std::abs(static_cast<float>(x) + 0.5F - box.left - half_width) - (half_width - radius);
  const float dy = std::abs(static_cast<float>(y) + 0.5F - box.top - half_height) - (half_height - radius);
  return std::hypot(std::max(dx, 0.0F), std::max(dy, 0.0F)) + std::min(std::max(dx, dy), 0.0F) - radius;
}

/// Share of a pixel at this distance that is covered.
float coverage(float distance) { return std::clamp(0.5F - distance, 0.0F, 1.0F); }

float distance_to_segment(float x, float y, std::pair<float, float> a, std::pair<float, float> b) {
  const float dx = b.first - a.first;
  const float dy = b.second - a.second;
  const float square = dx * dx + dy * dy;
  const float t = square > 0 ? std::clamp(((x - a.first) * dx + (y - a.second) * dy) / square, 0.0F, 1.0F) : 0.0F;
  return std::hypot(x - a.first - t * dx, y - a.second - t * dy);
}

struct PixelRange {
  int left, top, right, bottom;
};

PixelRange range_of(const FilmBox& box, int width, int height) {
  const auto low = [](float value) { return std::max(0, static_cast<int>(std::floor(value)) - 1); };
  return {low(box.left), low(box.top), std::min(width, static_cast<int>(std::ceil(box.left + box.width)) + 1),
          std::min(height, static_cast<int>(std::ceil(box.top + box.height)) + 1)};
}

/// Catmull-Rom: for each target sample the first of four source samples and their weights.
struct CubicTap {
  int first = 0;
  std::array<float, 4> weights{};
};

std::vector<CubicTap> cubic_taps(int sources, int targets) {
  std::vector<CubicTap> taps;
  for (int i = 0; i < targets; ++i) {
    const float place =
        (static_cast<float>(i) + 0.5F) * static_cast<float>(sources) / static_cast<float>(targets) - 0.5F;
    const float whole = std::floor(place);
    const float t = place - whole;
    taps.push_back({static_cast<int>(whole) - 1,
                    {((-0.5F * t + 1.0F) * t - 0.5F) * t, (1.5F * t - 2.5F) * t * t + 1.0F,
                     ((-1.5F * t + 2.0F) * t + 0.5F) * t, (0.5F * t - 0.5F) * t * t}});
  }
  return taps;
}

}  // namespace

FilmColor mix(FilmColor from, FilmColor to, float share) {
  return {mix_byte(from.red, to.red, share), mix_byte(from.green, to.green, share),
          mix_byte(from.blue, to.blue, share)};
}

FilmCanvas::FilmCanvas(int width, int height)
    : width_(width),
      height_(height),
      pixels_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4, 255) {}

void FilmCanvas::clear(FilmColor color) {
  for (std::size_t i = 0; i < pixels_.size(); i += 4) {
    pixels_[i] = color.red;
    pixels_[i + 1] = color.green;
    pixels_[i + 2] = color.blue;
  }
}

void FilmCanvas::blend(int x, int y, FilmColor color, float alpha) {
  if (x < 0 || y < 0 || x >= width_ || y >= height_ || alpha <= 0) return;
  std::uint8_t* pixel =
      pixels_.data() +
      (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)) * 4;
  alpha = std::min(alpha, 1.0F);
  pixel[0] = mix_byte(pixel[0], color.red, alpha);
  pixel[1] = mix_byte(pixel[1], color.green, alpha);
  pixel[2] = mix_byte(pixel[2], color.blue, alpha);
}

void FilmCanvas::box(const FilmBox& box, FilmColor color, float radius, float alpha) {
  const PixelRange range = range_of(box, width_, height_);
  for (int y = range.top; y < range.bottom; ++y) {
    for (int x = range.left; x < range.right; ++x) blend(x, y, color, alpha * coverage(distance_to(box, radius, x, y)));
  }
}

void FilmCanvas::outline(const FilmBox& box, FilmColor color, float radius, float thickness) {
  const PixelRange range = range_of(box.grown(thickness), width_, height_);
  for (int y = range.top; y < range.bottom; ++y) {
    for (int x = range.left; x < range.right; ++x) {
      blend(x, y, color, coverage(std::abs(distance_to(box, radius, x, y)) - 0.5F * thickness));
    }
  }
}

void FilmCanvas::disc(float x, float y, float radius, FilmColor color) {
  box({x - radius, y - radius, 2 * radius, 2 * radius}, color, radius);
}

void FilmCanvas::line(std::span<const std::pair<float, float>> points, FilmColor color, float thickness) {
  if (points.size() < 2) return;
  FilmBox bounds{points[0].first, points[0].second, 0, 0};
  float right = bounds.left;
  float bottom = bounds.top;
  for (const auto& [x, y] : points) {
    bounds.left = std::min(bounds.left, x);
    bounds.top = std::min(bounds.top, y);
    right = std::max(right, x);
    bottom = std::max(bottom, y);
  }
  bounds.width = right - bounds.left;
  bounds.height = bottom - bounds.top;
  const PixelRange range = range_of(bounds.grown(thickness), width_, height_);
  for (int y = range.top; y < range.bottom; ++y) {
    for (int x = range.left; x < range.right; ++x) {
      float nearest = 1e9F;
      for (std::size_t i = 0; i + 1 < points.size(); ++i) {
        nearest = std::min(nearest, distance_to_segment(static_cast<float>(x) + 0.5F, static_cast<float>(y) + 0.5F,
                                                        points[i], points[i + 1]));
      }
      blend(x, y, color, coverage(nearest - 0.5F * thickness));
    }
  }
}

void FilmCanvas::picture(std::span<const std::uint8_t> rgb, int side, float left, float top, float radius,
                         float alpha) {
  const int x0 = static_cast<int>(std::lround(left));
  const int y0 = static_cast<int>(std::lround(top));
  const FilmBox shape{static_cast<float>(x0), static_cast<float>(y0), static_cast<float>(side),
                      static_cast<float>(side)};
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const std::size_t at =
          (static_cast<std::size_t>(y) * static_cast<std::size_t>(side) + static_cast<std::size_t>(x)) * 3;
      const bool at_corner = (static_cast<float>(x) < radius || static_cast<float>(x) >= shape.width - radius) &&
                             (static_cast<float>(y) < radius || static_cast<float>(y) >= shape.height - radius);
      const float share = at_corner ? coverage(distance_to(shape, radius, x0 + x, y0 + y)) : 1.0F;
      blend(x0 + x, y0 + y, {rgb[at], rgb[at + 1], rgb[at + 2]}, alpha * share);
    }
  }
}

std::vector<std::uint8_t> enlarge(std::span<const float> pixels, int side, int size) {
  const std::vector<CubicTap> taps = cubic_taps(side, size);
  const auto clamp_index = [side](int index) { return static_cast<std::size_t>(std::clamp(index, 0, side - 1)); };
  const auto width = static_cast<std::size_t>(side);
  const auto wide = static_cast<std::size_t>(size);
  std::vector<float> rows(width * wide * 3);  // [side, size, 3]
  for (std::size_t y = 0; y < width; ++y) {
    for (std::size_t x = 0; x < wide; ++x) {
      for (std::size_t c = 0; c < 3; ++c) {
        float sum = 0;
        for (std::size_t k = 0; k < 4; ++k) {
          sum += taps[x].weights[k] * pixels[(y * width + clamp_index(taps[x].first + static_cast<int>(k))) * 3 + c];
        }
        rows[(y * wide + x) * 3 + c] = sum;
      }
    }
  }
  std::vector<std::uint8_t> result(wide * wide * 3);
  for (std::size_t y = 0; y < wide; ++y) {
    for (std::size_t i = 0; i < wide * 3; ++i) {
      float sum = 0;
      for (std::size_t k = 0; k < 4; ++k) {
        sum += taps[y].weights[k] * rows[clamp_index(taps[y].first + static_cast<int>(k)) * wide * 3 + i];
      }
      result[y * wide * 3 + i] =
          static_cast<std::uint8_t>(std::lround(std::clamp(0.5F * sum + 0.5F, 0.0F, 1.0F) * 255.0F));
    }
  }
  return result;
}

}  // namespace figment::app
