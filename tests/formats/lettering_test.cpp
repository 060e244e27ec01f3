#include "formats/lettering.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"

namespace figment::formats {
namespace {

Picture black(int width, int height) {
  return {width, height, 3, std::vector<std::uint8_t>(static_cast<std::size_t>(width * height * 3), 0)};
}

bool is_black(const Picture& picture) {
  return std::ranges::all_of(picture.pixels, [](auto byte) { return byte == 0; });
}

class LetteringTest : public testing::Test {
 protected:
  void SetUp() override {
    try {
      lettering_font();
    } catch (const core::Error&) {
      GTEST_SKIP() << "no typeface";
    }
  }
};

TEST_F(LetteringTest, DrawsWithinItsWidth) {
  Lettering letters;
  const int width = letters.width_of("Sampler \u00d7 steps", 20);
  EXPECT_GT(width, 80);
  Picture picture = black(width + 40, 30);
  letters.draw(picture, "Sampler \u00d7 steps", 10, 2, 20, {255, 200, 100});
  EXPECT_FALSE(is_black(picture));
  for (int y = 0; y < picture.height; ++y) {
    for (int x = width + 20; x < picture.width; ++x) {
      EXPECT_EQ(picture.pixels[static_cast<std::size_t>((y * picture.width + x) * 3)], 0);
    }
  }
}

TEST_F(LetteringTest, LeavesOutWhatIsOutside) {
  Lettering letters;
  Picture picture = black(20, 10);
  letters.draw(picture, "far too long for this", -5, -8, 24, {255, 255, 255});
  letters.draw(picture, "below", 0, 500, 24, {255, 255, 255});
  letters.draw(picture, "\xff\xfe broken \n bytes", 0, 0, 8, {255, 255, 255});
  EXPECT_FALSE(is_black(picture));
}

TEST_F(LetteringTest, CutsWhatIsTooLong) {
  Lettering letters;
  Picture picture = black(100, 20);
  letters.draw_centered(picture, "a text that is much too long for its place", 30, 2, 40, 12, {255, 255, 255});
  for (int x = 0; x < 100; ++x) {
    if (x >= 28 && x < 72) continue;
    for (int y = 0; y < 20; ++y) EXPECT_EQ(picture.pixels[static_cast<std::size_t>((y * 100 + x) * 3)], 0) << x;
  }
}

TEST_F(LetteringTest, SaysWhatIsWrong) {
  EXPECT_THROW(Lettering("/dev/null"), core::Error);
  Lettering letters;
  EXPECT_THROW(letters.width_of("x", 0), core::Error);
}

}  // namespace
}  // namespace figment::formats
