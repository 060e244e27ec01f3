#include "data/strokes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "data/digits.h"

namespace figment::data {
namespace {

constexpr std::size_t size = glyph_size;

TEST(Strokes, AreWhiteAlongTheLineAndBlackAwayFromIt) {
  std::vector<std::uint8_t> picture(size * size);
  const std::vector<Stroke> line = {{{4, 16}, {28, 16}}};
  draw_strokes(line, {.radius = 2}, glyph_size, glyph_size, picture);
  EXPECT_EQ(picture[16 * size + 16], 255);
  EXPECT_EQ(picture[15 * size + 16], 255);
  EXPECT_EQ(picture[16 * size + 31], 0);
  EXPECT_EQ(picture[8 * size + 16], 0);
  double ink = 0;
  for (const std::uint8_t byte : picture) ink += byte / 255.0;
  EXPECT_NEAR(ink, 24 * 4 + 3.14159 * 4, 4);  // a bar and its round ends
}

TEST(Strokes, AreFittedWhateverTheirUnit) {
  const std::vector<Stroke> small = {{{0.1f, 0.1f}, {0.1f, 0.3f}, {0.2f, 0.3f}}};
  std::vector<Stroke> large = small;
  for (Point& p : large[0]) p = {p.x * 5000 + 700, p.y * 5000 - 900};
  const std::vector<Stroke> a = fit_strokes(small), b = fit_strokes(large);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(a[0][i].x, b[0][i].x, 1e-2);
    EXPECT_NEAR(a[0][i].y, b[0][i].y, 1e-2);
  }
  EXPECT_NEAR(a[0][1].y - a[0][0].y, glyph_extent - 2 * glyph_pen_radius, 1e-3);
  for (const Point p : a[0]) EXPECT_TRUE(p.x > 0 && p.x < size && p.y > 0 && p.y < size);
}

TEST(Strokes, OfAPersonAreDrawnLikeTheData) {
  const auto mean_ink = [](std::span<const float> pixels) {
    return (std::accumulate(pixels.begin(), pixels.end(), 0.0) / static_cast<double>(pixels.size()) + 1) / 2;
  };
  double data = 0, person = 0;
  std::vector<float> pixels(size * size);
  std::vector<std::uint8_t> bytes(size * size);
  for (std::uint64_t i = 0; i < 100; ++i) {
    core::Random random(1, i);
    const char digit = static_cast<char>('0' + i % 10);
    write_by_hand(random, digit, bytes);
    data += std::accumulate(bytes.begin(), bytes.end(), 0.0) / 255.0 / static_cast<double>(bytes.size());
    draw_glyph(skeletons_of(digit)[0].strokes, pixels);
    person += mean_ink(pixels);
  }
  EXPECT_NEAR(person / data, 1.0, 0.15);
}

TEST(Strokes, OddDrawingsAreHarmless) {
  std::vector<float> pixels(size * size);
  draw_glyph({}, pixels);
  EXPECT_TRUE(std::ranges::all_of(pixels, [](float value) { return value == -1.0f; }));
  const float nan = std::numeric_limits<float>::quiet_NaN(), huge = std::numeric_limits<float>::max();
  draw_glyph(std::vector<Stroke>{{{nan, 1}}, {}}, pixels);
  EXPECT_TRUE(std::ranges::all_of(pixels, [](float value) { return value == -1.0f; }));
  draw_glyph(std::vector<Stroke>{{{3, 3}}}, pixels);  // a dot comes to the middle
  EXPECT_EQ(pixels[16 * size + 16], 1.0f);
  draw_glyph(std::vector<Stroke>{{{-huge, huge}, {huge, -huge}}}, pixels);
  for (const float value : pixels) EXPECT_TRUE(value >= -1.0f && value <= 1.0f);
  draw_glyph(std::vector<Stroke>{{{-5, -5}, {5, 5}}}, pixels, false);
  EXPECT_EQ(pixels[9 * size + 9], 1.0f);
  EXPECT_THROW(draw_glyph({}, std::span(pixels).first(10)), core::Error);
  EXPECT_THROW(skeletons_of('O'), core::Error);
}

TEST(Strokes, SignsStayInsideAndInTheMiddle) {
  std::vector<std::uint8_t> picture(size * size);
  for (std::uint64_t i = 0; i < 520; ++i) {
    core::Random random(2, i);
    const char sign = i % 2 == 0 ? static_cast<char>('0' + i / 2 % 10) : letters[i / 2 % letters.size()];
    write_by_hand(random, sign, picture);
    double sum = 0, x = 0, y = 0;
    for (std::size_t at = 0; at < picture.size(); ++at) {
      sum += picture[at];
      x += picture[at] * (static_cast<double>(at % size) + 0.5);
      y += picture[at] * (static_cast<double>(at / size) + 0.5);
      const bool is_border = at % size == 0 || at % size == size - 1 || at / size == 0 || at / size == size - 1;
      EXPECT_FALSE(is_border && picture[at] == 255) << sign << i;
    }
    EXPECT_GT(sum, 20 * 255);
    EXPECT_NEAR(x / sum, 16, 3) << sign << i;
    EXPECT_NEAR(y / sum, 16, 3) << sign << i;
  }
}

}  // namespace
}  // namespace figment::data
