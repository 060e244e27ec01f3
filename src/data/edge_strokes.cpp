#include <algorithm>
#include <array>

#include "core/error.h"
#include "data/edges.h"

namespace figment::data {
namespace {

/// Follows lines of one pixel from pixel to pixel, each only once.
class Tracer {
 public:
  Tracer(std::span<const std::uint8_t> lines, int width, int height)
      : width_(width), height_(height), left_(lines.begin(), lines.end()), all_(lines) {}

  std::vector<Stroke> run() {
    // Ends first, so that an open line is one stroke; what is left then are rings.
    for (const int neighbours_most : {1, 8}) {
      for (int y = 0; y < height_; ++y) {
        for (int x = 0; x < width_; ++x) {
          if (is_left(x, y) && neighbours(x, y) <= neighbours_most) follow(x, y);
        }
      }
    }
    std::stable_sort(strokes_.begin(), strokes_.end(),
                     [](const Stroke& a, const Stroke& b) { return a.size() > b.size(); });
    return std::move(strokes_);
  }

 private:
  bool is_inside(int x, int y) const { return x >= 0 && y >= 0 && x < width_ && y < height_; }
  std::size_t index(int x, int y) const { return static_cast<std::size_t>(y * width_ + x); }
  bool is_left(int x, int y) const { return is_inside(x, y) && left_[index(x, y)] != 0; }

  int neighbours(int x, int y) const {
    int count = 0;
    for (int dy = -1; dy <= 1; ++dy) {
      for (int dx = -1; dx <= 1; ++dx) count += (dx != 0 || dy != 0) && is_left(x + dx, y + dy) ? 1 : 0;
    }
    return count;
  }

  /// The next pixel, straight on where there is a choice; false at the end.
  bool step(int& x, int& y, float& heading_x, float& heading_y) const {
    float best = -10;
    int best_x = 0, best_y = 0;
    for (int dy = -1; dy <= 1; ++dy) {
      for (int dx = -1; dx <= 1; ++dx) {
        if ((dx == 0 && dy == 0) || !is_left(x + dx, y + dy)) continue;
        const float length = dx != 0 && dy != 0 ? 1.5F : 1.0F;  // neighbours at the side come before the corners
        const float straight = (heading_x * static_cast<float>(dx) + heading_y * static_cast<float>(dy)) / length;
        const float value = straight - 0.2F * length;
        if (value <= best) continue;
        best = value;
        best_x = dx;
        best_y = dy;
      }
    }
    if (best_x == 0 && best_y == 0) return false;
    x += best_x;
    y += best_y;
    heading_x = 0.6F * heading_x + 0.4F * static_cast<float>(best_x);
    heading_y = 0.6F * heading_y + 0.4F * static_cast<float>(best_y);
    return true;
  }

  void follow(int x, int y) {
    Stroke stroke;
    float heading_x = 0, heading_y = 0;
    join(stroke, x, y, x, y);
    do {
      left_[index(x, y)] = 0;
      stroke.push_back({static_cast<float>(x) + 0.5F, static_cast<float>(y) + 0.5F});
    } while (step(x, y, heading_x, heading_y));
    const Point before = stroke[stroke.size() > 1 ? stroke.size() - 2 : 0];
    join(stroke, x, y, static_cast<int>(before.x), static_cast<int>(before.y));
    strokes_.push_back(smooth(stroke));
  }

  /// Adds a pixel of another line (or of this one's beginning) beside (x, y), so that lines meet.
  void join(Stroke& stroke, int x, int y, int except_x, int except_y) const {
    for (int dy = -1; dy <= 1; ++dy) {
      for (int dx = -1; dx <= 1; ++dx) {
        const int nx = x + dx, ny = y + dy;
        if (!is_inside(nx, ny) || (nx == x && ny == y) || (nx == except_x && ny == except_y)) continue;
        if (all_[index(nx, ny)] == 0 || left_[index(nx, ny)] != 0) continue;
        stroke.push_back({static_cast<float>(nx) + 0.5F, static_cast<float>(ny) + 0.5F});
        return;
      }
    }
  }

  /// Takes the stairs out of it.
  static Stroke smooth(const Stroke& stroke) {
    Stroke result = stroke;
    for (std::size_t i = 1; i + 1 < stroke.size(); ++i) {
      result[i].x = 0.25F * stroke[i - 1].x + 0.5F * stroke[i].x + 0.25F * stroke[i + 1].x;
      result[i].y = 0.25F * stroke[i - 1].y + 0.5F * stroke[i].y + 0.25F * stroke[i + 1].y;
    }
    return result;
  }

  int width_, height_;
  std::vector<std::uint8_t> left_;
  std::span<const std::uint8_t> all_;
  std::vector<Stroke> strokes_;
};

}  // namespace

std::vector<Stroke> trace_lines(std::span<const std::uint8_t> lines, int width, int height) {
  core::require(
      width > 0 && height > 0 && lines.size() == static_cast<std::size_t>(width) * static_cast<std::size_t>(height),
      "Lines of {}x{} pixels do not have {} values.", width, height, lines.size());
  return Tracer(lines, width, height).run();
}

}  // namespace figment::data
