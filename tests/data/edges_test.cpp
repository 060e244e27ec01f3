#include "data/edges.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/error.h"
#include "data/hand.h"
#include "data/picture_source.h"

namespace figment::data {
namespace {

constexpr int side = 48;

/// A yellow disc on a blue ground.
std::vector<float> disc(float radius) {
  std::vector<float> pixels;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const float distance = std::hypot(static_cast<float>(x) - 23.5F, static_cast<float>(y) - 23.5F);
      const float inside = std::clamp(radius - distance + 0.5F, 0.0F, 1.0F);
      pixels.insert(pixels.end(), {2 * inside - 1, 2 * inside - 1, 1 - 2 * inside});
    }
  }
  return pixels;
}

int count(const std::vector<std::uint8_t>& lines) { return std::accumulate(lines.begin(), lines.end(), 0); }

float length(const Stroke& stroke) {
  float sum = 0;
  for (std::size_t i = 1; i < stroke.size(); ++i) {
    sum += std::hypot(stroke[i].x - stroke[i - 1].x, stroke[i].y - stroke[i - 1].y);
  }
  return sum;
}

TEST(Edges, ADiscHasOneRound) {
  const std::vector<std::uint8_t> lines = find_edges(disc(12), side, side);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      if (lines[static_cast<std::size_t>(y * side + x)] == 0) continue;
      EXPECT_NEAR(std::hypot(static_cast<float>(x) - 23.5F, static_cast<float>(y) - 23.5F), 12, 1.2F);
    }
  }
  const std::vector<Stroke> strokes = trace_lines(lines, side, side);
  ASSERT_EQ(strokes.size(), 1U);
  EXPECT_NEAR(length(strokes[0]), 2 * 3.14159F * 12, 8);
}

TEST(Edges, PlainPicturesAndGrainHaveNone) {
  EXPECT_EQ(count(find_edges(std::vector<float>(side * side * 3, 0.3F), side, side)), 0);
  std::vector<float> stars(side * side * 3, -1);
  for (int i = 5; i < side * side; i += 397) stars[static_cast<std::size_t>(3 * i)] = 1;
  EXPECT_EQ(count(find_edges(stars, side, side)), 0);
  EXPECT_THROW(find_edges(stars, side, side + 1), core::Error);
}

TEST(Edges, ThickLinesAreWornToOnePixel) {
  std::vector<std::uint8_t> lines(side * side);
  for (int y = 20; y < 25; ++y) {
    for (int x = 5; x < 40; ++x) lines[static_cast<std::size_t>(y * side + x)] = 1;
  }
  thin_lines(lines, side, side);
  for (int x = 10; x < 35; ++x) {
    int column = 0;
    for (int y = 0; y < side; ++y) column += lines[static_cast<std::size_t>(y * side + x)];
    EXPECT_EQ(column, 1) << x;
  }
}

TEST(Edges, TracingKeepsAllLines) {
  const PictureSource source("landscapes");
  std::vector<float> pixels(source.picture_size());
  std::array<std::int32_t, 2> classes = {-1, -1};
  for (std::uint64_t i = 0; i < 4; ++i) {
    source.draw(i, held_out_seed, pixels, classes);
    classes = {-1, -1};
    const std::vector<std::uint8_t> lines = find_edges(pixels, 64, 64);
    EXPECT_GT(count(lines), 40);
    const std::vector<Stroke> strokes = trace_lines(lines, 64, 64);
    std::vector<float> ink(64 * 64);
    ink_strokes(strokes, sketch_pen_radius, 64, 64, ink);
    std::vector<std::uint8_t> drawn;
    for (const float value : ink) drawn.push_back(value > 0.5F ? 1 : 0);
    thin_lines(drawn, 64, 64);
    EXPECT_GT(compare_lines(drawn, lines, 64, 64).f1(), 0.97);
  }
}

TEST(Edges, AgreementCountsNearPixels) {
  std::vector<std::uint8_t> a(side * side), b(side * side);
  for (int x = 0; x < 40; ++x) {
    a[static_cast<std::size_t>(10 * side + x)] = 1;
    if (x < 20) b[static_cast<std::size_t>(11 * side + x)] = 1;
  }
  const LineAgreement agreed = compare_lines(a, b, side, side);
  EXPECT_NEAR(agreed.precision, 21.0 / 40, 1e-9);
  EXPECT_DOUBLE_EQ(agreed.recall, 1);
  EXPECT_NEAR(agreed.f1(), 2 * 0.525 / 1.525, 1e-9);
  EXPECT_DOUBLE_EQ(compare_lines(a, b, side, side, 0).f1(), 0);
}

TEST(Hand, LeavesOutAndShakesTheSameWayAgain) {
  const std::vector<Stroke> strokes = trace_lines(find_edges(disc(12), side, side), side, side);
  const std::vector<Stroke> many(20, strokes[0]);
  const HandOptions always = {.chance = 1, .dropped = 0.5F, .empty = 0};
  core::Random first(3), second(3);
  const std::vector<Stroke> drawn = draw_by_hand(many, first, always);
  EXPECT_LT(drawn.size(), 20U);
  EXPECT_GT(drawn.size(), 2U);
  const std::vector<Stroke> again = draw_by_hand(many, second, always);
  ASSERT_EQ(again.size(), drawn.size());
  EXPECT_EQ(again[0][0].x, drawn[0][0].x);
  for (const Stroke& stroke : drawn) {
    for (const Point p : stroke) EXPECT_NEAR(std::hypot(p.x - 24, p.y - 24), 12, 5);
  }
  EXPECT_TRUE(draw_by_hand(many, first, {.empty = 1}).empty());
}

}  // namespace
}  // namespace figment::data
