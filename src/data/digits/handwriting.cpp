#include <algorithm>
#include <array>
#include <cmath>

#include "data/digits.h"

namespace figment::data {
namespace {

constexpr int curve_steps = 6;  // pieces of line between two points of a skeleton

/// A normal number without the tails that would spoil a sign.
float bounded_normal(core::Random& random, float mean, float deviation) {
  return mean + deviation * std::clamp(random.normal(), -2.1f, 2.1f);
}

/// Moves the points; those that are one point in the skeleton (joints) move together.
std::vector<Stroke> jitter(core::Random& random, const Skeleton& skeleton) {
  const float deviation = random.uniform(0.008f, 0.034f);
  struct Joint {
    Point at, moved;
  };
  std::array<Joint, 48> joints;
  std::size_t count = 0;
  std::vector<Stroke> strokes = skeleton.strokes;
  for (Stroke& stroke : strokes) {
    for (Point& p : stroke) {
      const auto* end = joints.data() + count;
      const auto* known = std::find_if(joints.data(), joints.data() + count, [&](const Joint& joint) {
        return std::abs(joint.at.x - p.x) + std::abs(joint.at.y - p.y) < 1e-3f;
      });
      if (known != end) {
        p = known->moved;
        continue;
      }
      const float dx = bounded_normal(random, 0, deviation), dy = bounded_normal(random, 0, deviation);
      const Point moved{p.x + dx, p.y + dy};
      if (count < joints.size()) joints[count++] = {p, moved};
      p = moved;
    }
  }
  return strokes;
}

/// A Catmull-Rom curve through the points.
Stroke smooth(const Stroke& points) {
  const std::size_t last = points.size() - 1;
  Stroke curve;
  curve.reserve(last * curve_steps + 1);
  const auto beyond = [](Point a, Point b) { return Point{2 * a.x - b.x, 2 * a.y - b.y}; };
  for (std::size_t i = 0; i < last; ++i) {
    const Point b = points[i], c = points[i + 1];
    const Point a = i > 0 ? points[i - 1] : beyond(b, c), d = i + 2 <= last ? points[i + 2] : beyond(c, b);
    for (int step = 0; step < curve_steps; ++step) {
      const float t = static_cast<float>(step) / curve_steps, t2 = t * t, t3 = t2 * t;
      const auto at = [&](float p, float q, float r, float s) {
        return 0.5f * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t2 + (3 * q - p - 3 * r + s) * t3);
      };
      curve.push_back({at(a.x, b.x, c.x, d.x), at(a.y, b.y, c.y, d.y)});
    }
  }
  curve.push_back(points[last]);
  return curve;
}

}  // namespace

void write_by_hand(core::Random& random, char sign, std::span<std::uint8_t> picture, Hand hand) {
  const std::span<const Skeleton> ways = skeletons_of(sign, hand);
  std::array<float, 8> weights{};
  for (std::size_t i = 0; i < ways.size(); ++i) weights[i] = ways[i].weight;
  std::vector<Stroke> strokes = jitter(random, ways[random.weighted(std::span(weights).first(ways.size()))]);

  const float aspect = std::exp(bounded_normal(random, sign == '1' ? 0.0f : -0.1f, 0.2f));
  const float turn = bounded_normal(random, 0, 0.11f), shear = bounded_normal(random, 0.15f, 0.18f);
  const float cosine = std::cos(turn), sine = std::sin(turn);
  const float bend_x = random.uniform(0, 0.045f), bend_y = random.uniform(0, 0.045f);
  const float wave_x = random.uniform(3, 8), wave_y = random.uniform(3, 8);
  const float phase_x = random.uniform(0, 6.2832f), phase_y = random.uniform(0, 6.2832f);
  for (Stroke& stroke : strokes) {
    stroke = smooth(stroke);
    for (Point& p : stroke) {
      const float x = p.x - 0.5f, y = p.y - 0.5f;
      const float bent_x = x + bend_x * std::sin(wave_x * y + phase_x);
      const float bent_y = y + bend_y * std::sin(wave_y * x + phase_y);
      const float slanted = aspect * bent_x - shear * bent_y;
      p = {cosine * slanted - sine * bent_y, sine * slanted + cosine * bent_y};
    }
  }
  Pen pen;
  pen.radius = std::clamp(bounded_normal(random, glyph_pen_radius, 0.42f), 0.7f, 2.6f);
  pen.taper = random.uniform(-0.25f, 0.25f);
  pen.ink = random.uniform(0.85f, 1.15f);
  draw_strokes(fit_strokes(strokes, pen.radius), pen, glyph_size, glyph_size, picture);
}

}  // namespace figment::data
