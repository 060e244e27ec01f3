#include <gtest/gtest.h>

#include "studio/picture_generator.h"

namespace figment::studio {
namespace {

std::vector<float> flat_pictures(const std::vector<float>& values, int side) {
  std::vector<float> pixels;
  for (const float value : values) {
    pixels.insert(pixels.end(), static_cast<std::size_t>(side * side * 3), value);
  }
  return pixels;
}

std::uint8_t at(const formats::Picture& picture, int x, int y) {
  return picture.pixels[static_cast<std::size_t>((y * picture.width + x) * 3)];
}

TEST(ContactSheet, LaysPicturesInRows) {
  constexpr int side = 4;
  const auto pixels = flat_pictures({-1, 0, 1, -1, 1}, side);
  const formats::Picture sheet = contact_sheet(pixels, 5, side, 3, 2, 5);
  EXPECT_EQ(sheet.width, 3 * 8 + 2 * 5);
  EXPECT_EQ(sheet.height, 2 * 8 + 5);
  EXPECT_EQ(sheet.channels, 3);
  EXPECT_EQ(sheet.pixels.size(), static_cast<std::size_t>(sheet.width * sheet.height * 3));
  EXPECT_EQ(at(sheet, 4, 4), 0);
  EXPECT_EQ(at(sheet, 13 + 4, 4), 128);
  EXPECT_EQ(at(sheet, 26 + 4, 4), 255);
  EXPECT_EQ(at(sheet, 4, 13 + 4), 0);
  EXPECT_EQ(at(sheet, 13 + 4, 13 + 4), 255);
  EXPECT_EQ(at(sheet, 10, 4), 16) << "the gap";
  EXPECT_EQ(at(sheet, 26 + 4, 13 + 4), 16) << "the place without a picture";
}

TEST(ContactSheet, EnlargingKeepsPicturesAtZoomOne) {
  constexpr int side = 8;
  std::vector<float> pixels;
  for (int i = 0; i < side * side * 3; ++i) pixels.push_back(static_cast<float>(i) / (0.5F * side * side * 3) - 1);
  const formats::Picture sheet = contact_sheet(pixels, 1, side, 1, 1, 0);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    EXPECT_NEAR(static_cast<float>(sheet.pixels[i]) / 127.5F - 1, pixels[i], 0.005F) << i;
  }
}

TEST(ContactSheet, ValuesBeyondTheRangeAreCut) {
  const formats::Picture sheet = contact_sheet(flat_pictures({-3, 3}, 4), 2, 4, 2, 3, 0);
  EXPECT_EQ(at(sheet, 5, 5), 0);
  EXPECT_EQ(at(sheet, 17, 5), 255);
}

TEST(ContactSheet, MoreColumnsThanPictures) {
  const formats::Picture sheet = contact_sheet(flat_pictures({0, 0}, 4), 2, 4, 10, 1, 2);
  EXPECT_EQ(sheet.width, 10);
  EXPECT_EQ(sheet.height, 4);
}

}  // namespace
}  // namespace figment::studio
