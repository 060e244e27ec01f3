#include "data/edges.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/error.h"

namespace figment::data {
namespace {

using Lines = std::span<std::uint8_t>;
using ConstLines = std::span<const std::uint8_t>;

/// The eight neighbours, clockwise from the one above.
constexpr std::array<std::array<int, 2>, 8> around = {
    {{0, -1}, {1, -1}, {1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}, {-1, -1}}};

/// What strong edges of a picture are: this share of its ridges is weaker.
constexpr float strong_quantile = 0.9F;

/// A picture of one value a pixel that repeats its border outside.
class Field {
 public:
  Field(int width, int height) : width_(width), height_(height), values_(static_cast<std::size_t>(width * height)) {}
  float& operator()(int x, int y) { return values_[static_cast<std::size_t>(y * width_ + x)]; }
  float at(int x, int y) const {
    return values_[static_cast<std::size_t>(std::clamp(y, 0, height_ - 1) * width_ + std::clamp(x, 0, width_ - 1))];
  }
  int width() const { return width_; }
  int height() const { return height_; }

 private:
  int width_, height_;
  std::vector<float> values_;
};

template <typename Function>
void each_pixel(int width, int height, Function function) {
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) function(x, y);
  }
}

/// A blur by the normal distribution along one axis.
Field blur(const Field& from, float deviation, int dx, int dy) {
  const int reach = static_cast<int>(std::ceil(2.5F * deviation));
  std::vector<float> weights;
  float sum = 0;
  for (int i = -reach; i <= reach; ++i) {
    const float z = static_cast<float>(i) / deviation;
    weights.push_back(std::exp(-0.5F * z * z));
    sum += weights.back();
  }
  Field to(from.width(), from.height());
  each_pixel(from.width(), from.height(), [&](int x, int y) {
    float value = 0;
    for (int i = -reach; i <= reach; ++i) {
      value += weights[static_cast<std::size_t>(i + reach)] * from.at(x + i * dx, y + i * dy);
    }
    to(x, y) = value / sum;
  });
  return to;
}

/// The strength of the colour's change at each pixel, and the direction of steepest change.
struct Slope {
  Field strength, along_x, along_y;
};

Slope slope_of(std::span<const float> pixels, int width, int height, float smoothing) {
  Field xx(width, height), yy(width, height), xy(width, height);
  for (int channel = 0; channel < 3; ++channel) {
    Field plane(width, height);
    each_pixel(width, height,
               [&](int x, int y) { plane(x, y) = pixels[static_cast<std::size_t>(3 * (y * width + x) + channel)]; });
    plane = blur(blur(plane, smoothing, 1, 0), smoothing, 0, 1);
    each_pixel(width, height, [&](int x, int y) {
      const auto difference = [&](int dx, int dy) {  // Scharr's kernel
        const float middle = plane.at(x + dx, y + dy) - plane.at(x - dx, y - dy);
        const float sides = plane.at(x + dx + dy, y + dy + dx) - plane.at(x - dx + dy, y - dy + dx) +
                            plane.at(x + dx - dy, y + dy - dx) - plane.at(x - dx - dy, y - dy - dx);
        return (10 * middle + 3 * sides) / 32;
      };
      const float gx = difference(1, 0);
      const float gy = difference(0, 1);
      xx(x, y) += gx * gx;
      yy(x, y) += gy * gy;
      xy(x, y) += gx * gy;
    });
  }
  Slope slope{Field(width, height), Field(width, height), Field(width, height)};
  each_pixel(width, height, [&](int x, int y) {
    const float a = xx(x, y), b = yy(x, y), c = xy(x, y);
    const float root = std::sqrt((a - b) * (a - b) + 4 * c * c);
    const float angle = 0.5F * std::atan2(2 * c, a - b);
    slope.strength(x, y) = std::sqrt(std::max(0.5F * (a + b + root), 0.0F));
    slope.along_x(x, y) = std::cos(angle);
    slope.along_y(x, y) = std::sin(angle);
  });
  return slope;
}

/// What lies between pixels.
float between(const Field& field, float x, float y) {
  const float left = std::floor(x), top = std::floor(y);
  const int ix = static_cast<int>(left), iy = static_cast<int>(top);
  const float fx = x - left, fy = y - top;
  const float above = field.at(ix, iy) + fx * (field.at(ix + 1, iy) - field.at(ix, iy));
  const float below = field.at(ix, iy + 1) + fx * (field.at(ix + 1, iy + 1) - field.at(ix, iy + 1));
  return above + fy * (below - above);
}

/// The strength where it is largest across the edge, else 0.
Field ridges(Slope& slope) {
  Field result(slope.strength.width(), slope.strength.height());
  each_pixel(result.width(), result.height(), [&](int x, int y) {
    const float strength = slope.strength(x, y);
    const float dx = slope.along_x(x, y), dy = slope.along_y(x, y);
    const float fx = static_cast<float>(x), fy = static_cast<float>(y);
    const bool is_ridge =
        strength >= between(slope.strength, fx + dx, fy + dy) && strength > between(slope.strength, fx - dx, fy - dy);
    result(x, y) = is_ridge ? strength : 0;
  });
  return result;
}

float quantile_of(const Field& ridge, float least) {
  std::vector<float> found;
  each_pixel(ridge.width(), ridge.height(), [&](int x, int y) {
    if (ridge.at(x, y) >= least) found.push_back(ridge.at(x, y));
  });
  if (found.empty()) return 0;
  const auto at = found.begin() + static_cast<std::ptrdiff_t>(strong_quantile * static_cast<float>(found.size() - 1));
  std::nth_element(found.begin(), at, found.end());
  return *at;
}

/// The pixels that hang together with (x, y), among those that `lines` has; takes them out of it.
std::vector<std::array<int, 2>> take_connected(Lines lines, int width, int height, int x, int y) {
  std::vector<std::array<int, 2>> found = {{x, y}};
  lines[static_cast<std::size_t>(y * width + x)] = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const auto& [dx, dy] : around) {
      const int nx = found[i][0] + dx, ny = found[i][1] + dy;
      if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
      std::uint8_t& next = lines[static_cast<std::size_t>(ny * width + nx)];
      if (next == 0) continue;
      next = 0;
      found.push_back({nx, ny});
    }
  }
  return found;
}

/// Calls `function` with the pixels of each connected line.
template <typename Function>
void each_connected(ConstLines lines, int width, int height, Function function) {
  std::vector<std::uint8_t> left(lines.begin(), lines.end());
  each_pixel(width, height, [&](int x, int y) {
    if (left[static_cast<std::size_t>(y * width + x)] != 0) function(take_connected(left, width, height, x, y));
  });
}

void check(std::size_t values, int width, int height) {
  core::require(width > 0 && height > 0 && values == static_cast<std::size_t>(width) * static_cast<std::size_t>(height),
                "Lines of {}x{} pixels do not have {} values.", width, height, values);
}

/// One turn of thinning: takes away the pixels of one kind that hold nothing together.
bool wear(Lines lines, int width, int height, int turn) {
  std::vector<std::size_t> gone;
  each_pixel(width, height, [&](int x, int y) {
    const auto here = static_cast<std::size_t>(y * width + x);
    if (lines[here] == 0) return;
    std::array<bool, 8> p{};
    for (std::size_t i = 0; i < 8; ++i) {
      const int nx = x + around[i][0], ny = y + around[i][1];
      p[i] = nx >= 0 && ny >= 0 && nx < width && ny < height && lines[static_cast<std::size_t>(ny * width + nx)] != 0;
    }
    const int parts =
        (!p[0] && (p[1] || p[2])) + (!p[2] && (p[3] || p[4])) + (!p[4] && (p[5] || p[6])) + (!p[6] && (p[7] || p[0]));
    const int odd = (p[7] || p[0]) + (p[1] || p[2]) + (p[3] || p[4]) + (p[5] || p[6]);
    const int even = (p[0] || p[1]) + (p[2] || p[3]) + (p[4] || p[5]) + (p[6] || p[7]);
    const int neighbours = std::min(odd, even);
    const bool is_held = turn == 0 ? (p[4] || p[5] || !p[7]) && p[6] : (p[0] || p[1] || !p[3]) && p[2];
    if (parts == 1 && neighbours >= 2 && neighbours <= 3 && !is_held) gone.push_back(here);
  });
  for (const std::size_t pixel : gone) lines[pixel] = 0;
  return !gone.empty();
}

}  // namespace

std::vector<std::uint8_t> find_edges(std::span<const float> pixels, int width, int height, const EdgeOptions& options) {
  core::require(pixels.size() % 3 == 0, "A picture of {} values is not one of three colours.", pixels.size());
  check(pixels.size() / 3, width, height);
  Slope slope = slope_of(pixels, width, height, options.smoothing);
  const Field ridge = ridges(slope);
  const float begins = std::max(options.least, options.share * quantile_of(ridge, 0.5F * options.least));
  std::vector<std::uint8_t> candidates(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  each_pixel(width, height, [&](int x, int y) {
    candidates[static_cast<std::size_t>(y * width + x)] = ridge.at(x, y) >= options.continuation * begins ? 1 : 0;
  });
  std::vector<std::uint8_t> lines(candidates.size());
  const auto keep = [&](const std::vector<std::array<int, 2>>& line) {
    for (const auto& [x, y] : line) lines[static_cast<std::size_t>(y * width + x)] = 1;
  };
  each_connected(candidates, width, height, [&](const std::vector<std::array<int, 2>>& line) {
    if (std::any_of(line.begin(), line.end(), [&](const auto& p) { return ridge.at(p[0], p[1]) >= begins; }))
      keep(line);
  });
  thin_lines(lines, width, height);
  candidates = std::exchange(lines, std::vector<std::uint8_t>(lines.size()));
  each_connected(candidates, width, height, [&](const std::vector<std::array<int, 2>>& line) {
    if (static_cast<int>(line.size()) >= options.shortest) keep(line);
  });
  return lines;
}

void thin_lines(std::span<std::uint8_t> lines, int width, int height) {
  check(lines.size(), width, height);
  bool goes_on = true;
  while (goes_on) {
    const bool first = wear(lines, width, height, 0);
    goes_on = wear(lines, width, height, 1) || first;
  }
}

LineAgreement compare_lines(std::span<const std::uint8_t> found, std::span<const std::uint8_t> asked, int width,
                            int height, int tolerance) {
  check(found.size(), width, height);
  check(asked.size(), width, height);
  const auto share = [&](ConstLines these, ConstLines those) {
    std::int64_t all = 0, near = 0;
    each_pixel(width, height, [&](int x, int y) {
      if (these[static_cast<std::size_t>(y * width + x)] == 0) return;
      ++all;
      bool is_near = false;
      for (int ny = std::max(0, y - tolerance); ny <= std::min(height - 1, y + tolerance); ++ny) {
        for (int nx = std::max(0, x - tolerance); nx <= std::min(width - 1, x + tolerance); ++nx) {
          is_near = is_near || those[static_cast<std::size_t>(ny * width + nx)] != 0;
        }
      }
      near += is_near ? 1 : 0;
    });
    return all > 0 ? static_cast<double>(near) / static_cast<double>(all) : 1.0;
  };
  return {share(found, asked), share(asked, found)};
}

}  // namespace figment::data
