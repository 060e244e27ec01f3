#include "studio/input_picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/error.h"
#include "studio/digits.h"
#include "studio/sketch_painter.h"

namespace figment::studio {
namespace {

using Fit = InputFormat::Fit;
using Background = InputFormat::Background;

formats::Picture picture_of(int width, int height, std::vector<std::uint8_t> pixel) {
  formats::Picture picture{width, height, static_cast<int>(pixel.size()), {}};
  for (int i = 0; i < width * height; ++i) picture.pixels.insert(picture.pixels.end(), pixel.begin(), pixel.end());
  return picture;
}

std::string refusal(int width, int height) {
  try {
    fit_input(picture_of(width, height, {0}), {});
  } catch (const core::Error& error) {
    return error.what();
  }
  return "";
}

TEST(InputPicture, EverySizeAndKindBecomesWhatTheModelTakes) {
  for (const auto& [width, height] : {std::pair{8, 8}, {64, 64}, {63, 200}, {500, 9}, {1000, 1000}}) {
    for (const Fit fit : {Fit::crop, Fit::letterbox}) {
      for (const std::vector<std::uint8_t>& white :
           {std::vector<std::uint8_t>{255}, {255, 255}, {255, 255, 255}, {255, 255, 255, 255}}) {
        for (const int channels : {1, 3}) {
          const std::vector<float> fitted = fit_input(picture_of(width, height, white),
                                                      {.width = 40, .height = 24, .channels = channels, .fit = fit});
          ASSERT_EQ(fitted.size(), static_cast<std::size_t>(40 * 24 * channels));
          for (const float value : fitted) ASSERT_NEAR(value, 1, 1e-4F) << width << "x" << height;
        }
      }
    }
  }
}

TEST(InputPicture, TooSmallOnesAreRefusedInOneSentence) {
  EXPECT_THAT(refusal(1, 1), testing::HasSubstr("only 1x1 pixels"));
  EXPECT_THAT(refusal(300, 7), testing::HasSubstr("at least 8"));
  EXPECT_EQ(refusal(8, 8), "");
  EXPECT_THROW(fit_input(formats::Picture{}, {}), core::Error);
  EXPECT_THROW(sign_of_picture(picture_of(1, 1, {0})), core::Error);
}

TEST(InputPicture, CropsTheMiddleOrShowsAll) {
  formats::Picture wide = picture_of(64, 32, {0});
  for (int y = 0; y < 32; ++y) {
    for (int x = 16; x < 48; ++x) wide.pixels[static_cast<std::size_t>(y * 64 + x)] = 255;
  }
  for (const float value : fit_input(wide, {.width = 16, .height = 16})) ASSERT_NEAR(value, 1, 1e-4F);
  const std::vector<float> all = fit_input(wide, {.width = 16, .height = 16, .channels = 1, .fit = Fit::letterbox});
  EXPECT_NEAR(all[0], 1, 1e-4F) << "paper above";
  EXPECT_NEAR(all[8 * 16], -1, 1e-4F) << "the left end";
  EXPECT_NEAR(all[8 * 16 + 8], 1, 1e-4F);
}

TEST(InputPicture, TransparentPartsLieOnTheBackground) {
  const formats::Picture none = picture_of(16, 16, {90, 20, 200, 0});
  const auto first = [&](Background background) {
    return fit_input(none, {.width = 8, .height = 8, .background = background}).front();
  };
  EXPECT_NEAR(first(Background::white), 1, 1e-4F);
  EXPECT_NEAR(first(Background::black), -1, 1e-4F);
  // Ink on nothing: the paper is what it can be seen on.
  for (const std::uint8_t ink : {0, 255}) {
    formats::Picture drawn = picture_of(16, 16, {77, 0});
    for (std::size_t i = 0; i < 32; i += 2) {
      drawn.pixels[2 * (8 * 16 + i / 2)] = ink;
      drawn.pixels[2 * (8 * 16 + i / 2) + 1] = 255;
    }
    const std::vector<float> seen =
        fit_input(drawn, {.width = 16, .height = 16, .channels = 1, .background = Background::contrasting});
    EXPECT_NEAR(seen[0], ink == 0 ? 1 : -1, 1e-4F);
    EXPECT_NEAR(seen[8 * 16 + 4], ink == 0 ? -1 : 1, 1e-4F);
  }
}

TEST(InputPicture, MasksAreWhiteWhereTheyCount) {
  formats::Picture mask = picture_of(32, 32, {255, 255, 255, 255});
  for (std::size_t i = 0; i < mask.pixels.size() / 2; i += 4) mask.pixels[i + 3] = 0;
  const std::vector<float> values = fit_mask(mask, 8, 8);
  ASSERT_EQ(values.size(), 64U);
  EXPECT_NEAR(values[0], 0, 1e-4F);
  EXPECT_NEAR(values[63], 1, 1e-4F);
}

TEST(InputPicture, LinesOnPaperBecomeStrokes) {
  for (const bool is_inverted : {false, true}) {
    formats::Picture paper = picture_of(256, 256, {static_cast<std::uint8_t>(is_inverted ? 10 : 250)});
    for (int y = 126; y < 132; ++y) {
      for (int x = 40; x < 200; ++x) {
        paper.pixels[static_cast<std::size_t>(y * 256 + x)] = static_cast<std::uint8_t>(is_inverted ? 240 : 20);
      }
    }
    const std::vector<data::Stroke> strokes = strokes_of_picture(paper);
    ASSERT_EQ(strokes.size(), 1U);
    EXPECT_GT(strokes[0].size(), 35U);
    for (const data::Point p : strokes[0]) EXPECT_NEAR(p.y, 32, 1.5F);
  }
  EXPECT_TRUE(strokes_of_picture(picture_of(64, 64, {255, 255, 255})).empty());
}

}  // namespace
}  // namespace figment::studio
