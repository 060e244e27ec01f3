#include <algorithm>
#include <cmath>
#include <utility>

#include "data/creatures/figure.h"

namespace figment::data::creatures {
namespace {

constexpr int half = cells / 2;

struct Ellipse {
  float x, y;  // half axes as shares of half the picture
};
constexpr std::array<Ellipse, 5> shapes = {
    {{0.62f, 0.62f}, {0.42f, 0.84f}, {0.84f, 0.44f}, {0.58f, 0.70f}, {0.48f, 0.50f}}};

/// Sets a cell and its mirror image; the border is left free for the outline.
void put(Mask& mask, int y, int x) {
  if (y < 1 || y >= cells - 1 || x < 1 || x >= cells - 1) return;
  mask[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] = true;
  mask[static_cast<std::size_t>(y)][static_cast<std::size_t>(cells - 1 - x)] = true;
}

bool at(const Mask& mask, int y, int x) {
  return y >= 0 && y < cells && x >= 0 && x < cells && mask[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)];
}

/// Cells at random, the likelier the nearer to the middle.
Mask sow(core::Random& random, Body body) {
  Mask mask{};
  const Ellipse shape = shapes[static_cast<std::size_t>(body)];
  for (int y = 0; y < cells; ++y) {
    for (int x = 0; x < half; ++x) {
      const float u = (static_cast<float>(half) - 0.5f - static_cast<float>(x)) / half / shape.x;
      float v = (static_cast<float>(y) - 0.5f * (cells - 1)) / half;
      if (body == Body::ghost && v > 0) v = v < 0.62f ? 0.0f : 9.0f;  // a skirt that ends at a line
      v /= shape.y;
      const float chance = std::clamp(1.45f - 1.1f * (u * u + v * v), 0.0f, 1.0f);
      if (random.uniform() < chance) put(mask, y, x);
    }
  }
  return mask;
}

/// A cell follows the majority of its eight neighbours; a near tie leaves it as it is.
Mask settle(const Mask& before) {
  Mask after{};
  for (int y = 0; y < cells; ++y) {
    for (int x = 0; x < half; ++x) {
      int neighbours = 0;
      for (int dy = -1; dy <= 1; ++dy)
        for (int dx = -1; dx <= 1; ++dx) neighbours += (dy != 0 || dx != 0) && at(before, y + dy, x + dx);
      if (neighbours >= 5 || (neighbours > 2 && at(before, y, x))) put(after, y, x);
    }
  }
  return after;
}

/// The piece that holds the middle of the picture, which is filled if it was empty.
Mask central_piece(Mask mask) {
  for (int y = half - 2; y <= half; ++y)
    for (int x = half - 2; x < half; ++x) put(mask, y, x);
  Mask piece{};
  std::array<std::pair<int, int>, cells * cells> waiting;
  std::size_t count = 0;
  const auto visit = [&](int y, int x) {
    if (!at(mask, y, x) || at(piece, y, x)) return;
    piece[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] = true;
    waiting[count++] = {y, x};
  };
  visit(half, half);
  while (count > 0) {
    const auto [y, x] = waiting[--count];
    visit(y + 1, x), visit(y - 1, x), visit(y, x + 1), visit(y, x - 1);
  }
  return piece;
}

/// First filled cell of a row; the middle if it is empty.
int left_of(const Mask& mask, int y) {
  for (int x = 0; x < half; ++x)
    if (at(mask, y, x)) return x;
  return half - 1;
}

struct Span {
  int top, bottom;
};
Span span_of(const Mask& mask) {
  Span span{cells, 0};
  for (int y = 0; y < cells; ++y) {
    if (left_of(mask, y) == half - 1 && !at(mask, y, half - 1)) continue;
    span.top = std::min(span.top, y), span.bottom = y;
  }
  return span;
}

void add_horns(core::Random& random, Mask& mask, Span span) {
  const int left = std::max(left_of(mask, span.top + 1), 1);
  const int lean = static_cast<int>(random.below(3)) - 1;  // outwards, upright, inwards
  const int length = static_cast<int>(random.below(2)) + 1 + (lean == 0);
  for (int i = 0; i < length; ++i) {
    put(mask, span.top - i, left + lean * i);
    put(mask, span.top - i + 1, left + lean * i);
  }
}

/// Thin feelers and legs to the sides, which make a bug.
void add_bug_limbs(core::Random& random, Mask& mask, Span span) {
  const int root = half - 2 - static_cast<int>(random.below(2));
  for (int i = 1; i <= 3; ++i) put(mask, span.top - i + 1, root - i + 1);
  const int pairs = 3, first = (span.top + span.bottom) / 2 - 1;
  for (int pair = 0; pair < pairs; ++pair) {
    const int y = first + 2 * pair, reach = 2 + static_cast<int>(random.below(2));
    if (y > span.bottom) break;
    const int left = left_of(mask, y);
    for (int i = 0; i <= reach; ++i) put(mask, y + (i == reach && random.chance(0.6f) ? 1 : 0), std::max(left - i, 1));
  }
}

void add_feet(core::Random& random, Mask& mask, Body body, Span span) {
  if (span.bottom >= cells - 2) return;
  const float width = shapes[static_cast<std::size_t>(body)].x * half;
  const int least = half - std::max(2, static_cast<int>(width * 0.7f));
  const int x = least + static_cast<int>(random.below(static_cast<std::uint32_t>(half - 1 - least)));
  for (int i = 1; i <= 2; ++i) put(mask, span.bottom + i - 1, x), put(mask, std::min(span.bottom + i, cells - 2), x);
  if (random.chance(0.5f)) put(mask, std::min(span.bottom + 2, cells - 2), x - 1);
}

void add_arms(core::Random& random, Mask& mask, Span span) {
  const int y = (span.top + span.bottom) / 2 + static_cast<int>(random.below(3)) - 1;
  const int length = 1 + static_cast<int>(random.below(3)), left = left_of(mask, y);
  const bool is_raised = random.chance(0.5f);
  for (int i = 0; i < length; ++i) put(mask, y - (is_raised ? i : 0), std::max(left - i, 1));
}

/// Cuts notches into the skirt of a ghost.
void fray(core::Random& random, Mask& mask, Span span) {
  const int offset = static_cast<int>(random.below(3));
  for (int x = 0; x < half; ++x) {
    if ((x + offset) % 3 != 0) continue;
    auto& row = mask[static_cast<std::size_t>(span.bottom)];
    row[static_cast<std::size_t>(x)] = row[static_cast<std::size_t>(cells - 1 - x)] = false;
  }
}

}  // namespace

Mask grow_body(core::Random& random, Body body) {
  Mask mask = sow(random, body);
  for (int round = 0; round < 3; ++round) mask = settle(mask);
  mask = central_piece(mask);
  const Span span = span_of(mask);
  if (body == Body::bug) {
    add_bug_limbs(random, mask, span);
    return mask;
  }
  if (random.chance(0.5f) && span.top >= 2) add_horns(random, mask, span);
  if (body == Body::ghost)
    fray(random, mask, span);
  else
    add_feet(random, mask, body, span);
  if (random.chance(body == Body::tall ? 0.3f : 0.4f)) add_arms(random, mask, span);
  return mask;
}

}  // namespace figment::data::creatures
