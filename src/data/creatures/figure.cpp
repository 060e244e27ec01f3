#include "data/creatures/figure.h"

#include <algorithm>
#include <cmath>

namespace figment::data::creatures {
namespace {

constexpr int half = cells / 2;

struct Frame {
  int top = cells, bottom = 0;
  explicit Frame(const Mask& mask) {
    for (int y = 0; y < cells; ++y)
      for (const bool is_filled : mask[static_cast<std::size_t>(y)])
        if (is_filled) top = std::min(top, y), bottom = y;
  }
  float middle() const { return 0.5f * static_cast<float>(top + bottom); }
};

Part& cell(Figure& figure, int y, int x) {
  return figure[static_cast<std::size_t>(std::clamp(y, 0, cells - 1))]
               [static_cast<std::size_t>(std::clamp(x, 0, cells - 1))];
}

void put_both(Figure& figure, int y, int x, Part part) {
  cell(figure, y, x) = part;
  cell(figure, y, cells - 1 - x) = part;
}

/// Four shades of a ball lit from the upper left, with a pattern over it.
void paint_body(core::Random& random, Figure& figure, const Mask& mask, const Frame& frame) {
  enum Pattern { belly, spots, stripes, plain };
  const auto pattern = static_cast<Pattern>(random.below(4));
  constexpr float center = 0.5f * (cells - 1);
  for (int y = 0; y < cells; ++y) {
    std::array<float, half> grain;
    for (float& value : grain) value = random.uniform();
    for (int x = 0; x < cells; ++x) {
      if (!mask[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)]) continue;
      const float noise = grain[static_cast<std::size_t>(x < half ? x : cells - 1 - x)];
      const float u = (static_cast<float>(x) - center + cells * 0.12f) / half;
      const float v = (static_cast<float>(y) - frame.middle() + cells * 0.14f) / half;
      const float light = 1.0f - u * u - v * v + 0.12f * (noise - 0.5f);
      Part part = light < 0.30f   ? Part::shade0
                  : light < 0.62f ? Part::shade1
                  : light < 0.90f ? Part::shade2
                  : light < 0.96f ? Part::shade3
                                  : Part::highlight;
      const float below = static_cast<float>(y) - frame.middle();
      if (pattern == belly && std::abs(static_cast<float>(x) - center) < cells * 0.16f && below > 1 && y < frame.bottom)
        part = Part::accent_light;
      if (pattern == spots && noise > 0.86f) part = Part::accent_dark;
      if (pattern == stripes && (y - frame.top) % 4 == 2 && below > 0) part = Part::accent_dark;
      cell(figure, y, x) = part;
    }
  }
}

void paint_outline(Figure& figure, const Mask& mask) {
  const auto is_filled = [&](int y, int x) {
    return y >= 0 && y < cells && x >= 0 && x < cells && mask[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)];
  };
  for (int y = 0; y < cells; ++y)
    for (int x = 0; x < cells; ++x)
      if (!is_filled(y, x) &&
          (is_filled(y - 1, x) || is_filled(y + 1, x) || is_filled(y, x - 1) || is_filled(y, x + 1)))
        cell(figure, y, x) = Part::outline;
}

void paint_one_eye(Figure& figure, int y) {
  for (int dy = -1; dy < 3; ++dy)
    for (int dx = -2; dx < 0; ++dx) put_both(figure, y + dy, half + dx, Part::white);
  for (int dy = 0; dy < 2; ++dy) put_both(figure, y + dy, half - 1, Part::pupil);
}

/// Two eyes `apart` cells from the middle: round ones with the pupil low, or narrow ones with a glint.
void paint_two_eyes(Figure& figure, int y, int apart, int kind) {
  const int x = half - 1 - apart;
  if (kind == 3) {
    put_both(figure, y, x, Part::glint);
    put_both(figure, y + 1, x, Part::pupil);
    return;
  }
  const int height = kind == 2 ? 3 : 2;
  for (int dy = 0; dy < height; ++dy)
    for (int dx = -1; dx <= 0; ++dx) put_both(figure, y + dy, x + dx, Part::white);
  put_both(figure, y + height - 1, x, Part::pupil);
  put_both(figure, y + height - 2, x, Part::pupil);
}

void paint_mouth(core::Random& random, Figure& figure, int y) {
  const int width = 1 + static_cast<int>(random.below(3));
  const auto kind = random.below(3);  // with corners, with teeth, plain
  for (int x = half - width; x < half; ++x) put_both(figure, y, x, Part::mouth);
  if (kind == 0) put_both(figure, y - 1, half - width - 1, Part::mouth);
  if (kind == 1) put_both(figure, y + 1, half - width, Part::white);
}

}  // namespace

Figure draw_figure(core::Random& random, Body body) {
  const Mask mask = grow_body(random, body);
  const Frame frame(mask);
  Figure figure{};
  paint_body(random, figure, mask, frame);
  paint_outline(figure, mask);
  // A bug's feelers stand above its head.
  const int top = frame.top + (body == Body::bug ? 2 : 0);
  const auto span = static_cast<float>(frame.bottom - top);
  const int eyes = top + static_cast<int>(std::lround(span * random.uniform(0.28f, 0.42f)));
  const auto kind = static_cast<int>(random.below(4));
  const int apart = static_cast<int>(random.below(2)) + (body == Body::wide ? 2 : body == Body::tall ? 0 : 1);
  if (kind == 0)
    paint_one_eye(figure, eyes);
  else
    paint_two_eyes(figure, eyes, apart, kind);
  const int mouth = eyes + 4;
  if (mouth < frame.bottom) paint_mouth(random, figure, mouth);
  return figure;
}

}  // namespace figment::data::creatures
