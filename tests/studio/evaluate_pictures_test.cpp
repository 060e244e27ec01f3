#include "studio/evaluate_pictures.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "core/error.h"
#include "core/files.h"
#include "core/random.h"
#include "data/landscape.h"
#include "runtime/test_device.h"

namespace figment::studio {
namespace {

formats::Picture picture_of(int width, int height, int channels, std::uint8_t value) {
  formats::Picture picture{width, height, channels, {}};
  picture.pixels.assign(static_cast<std::size_t>(width * height * channels), value);
  return picture;
}

class PictureFolder : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("figment_pictures_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, int width, int height, std::uint8_t value = 100) {
    formats::write_png(folder_ / name, picture_of(width, height, 3, value));
  }
  std::string message(const std::filesystem::path& path) {
    try {
      load_pictures(path, 100);
    } catch (const core::Error& error) {
      return error.what();
    }
    return {};
  }

  std::filesystem::path folder_;
};

TEST(FitPicture, FlatPicturesOfAnySizeStayFlat) {
  for (const auto& [width, height] : {std::pair{64, 64}, {1, 1}, {3, 900}, {100, 37}, {65, 63}, {128, 128}}) {
    for (const int channels : {1, 3}) {
      const std::vector<float> fitted = fit_picture(picture_of(width, height, channels, 255));
      ASSERT_EQ(fitted.size(), 64U * 64 * 3);
      for (const float value : fitted) ASSERT_NEAR(value, 1, 1e-5F) << width << "x" << height;
    }
  }
}

TEST(FitPicture, TransparentPartsAreBlack) {
  formats::Picture picture = picture_of(64, 64, 4, 255);
  for (std::size_t i = 3; i < picture.pixels.size(); i += 4) picture.pixels[i] = 0;
  EXPECT_NEAR(fit_picture(picture)[100], -1, 1e-5F);
}

TEST(FitPicture, TakesTheMiddleAndAveragesAreas) {
  // Black, but for a white square in the middle of a wide picture.
  formats::Picture picture = picture_of(256, 128, 1, 0);
  for (int y = 0; y < 128; ++y) {
    for (int x = 64; x < 192; ++x) picture.pixels[static_cast<std::size_t>(y * 256 + x)] = 255;
  }
  for (const float value : fit_picture(picture)) ASSERT_NEAR(value, 1, 1e-5F);
  // A fine chequerboard becomes grey.
  formats::Picture board = picture_of(128, 128, 1, 0);
  for (std::size_t i = 0; i < board.pixels.size(); ++i) board.pixels[i] = (i + i / 128) % 2 == 0 ? 0 : 255;
  for (const float value : fit_picture(board)) ASSERT_NEAR(value, 0, 1e-5F);
}

TEST_F(PictureFolder, LoadsAllSizesInOrder) {
  for (int i = 0; i < 10; ++i) write(fmt::format("p{}.PNG", i), 10 + 20 * i, 50, static_cast<std::uint8_t>(25 * i));
  core::write_atomically(folder_ / "notes.txt", std::string_view("no picture"));
  const PictureSet set = load_pictures(folder_, 100);
  EXPECT_EQ(set.count(), 10);
  EXPECT_TRUE(set.terrain.empty());
  EXPECT_NEAR(set.pixels[0], -1, 1e-5F);
  EXPECT_NEAR(set.pixels.back(), 225 / 127.5 - 1, 1e-5F);
  EXPECT_EQ(load_pictures(folder_, 8).count(), 8);
}

TEST_F(PictureFolder, BadFoldersGiveOneSentence) {
  EXPECT_NE(message(folder_ / "missing").find("there is no folder"), std::string::npos);
  EXPECT_NE(message(folder_).find("holds 0 PNG"), std::string::npos);
  core::write_atomically(folder_ / "a.txt", std::string_view("x"));
  EXPECT_NE(message(folder_ / "a.txt").find("not a folder"), std::string::npos);
  for (int i = 0; i < 8; ++i) write(fmt::format("p{}.png", i), 8, 8);
  EXPECT_EQ(message(folder_), "");
  core::write_atomically(folder_ / "p3.png", std::string_view("this is no picture"));
  EXPECT_NE(message(folder_).find("p3.png"), std::string::npos);
}

TEST(HeldOutLandscapes, AreRepeatableBalancedAndNotThoseOfTraining) {
  const PictureSet set = held_out_landscapes(48, 1);
  EXPECT_EQ(set.count(), 48);
  EXPECT_EQ(set.pixels, held_out_landscapes(48, 1).pixels);
  EXPECT_NE(set.pixels, held_out_landscapes(48, 2).pixels);
  std::vector<int> seen(24);
  for (std::size_t i = 0; i < 48; ++i) ++seen[static_cast<std::size_t>(set.time_of_day[i] * 6 + set.terrain[i])];
  for (const int count : seen) EXPECT_EQ(count, 2);
  for (const float value : set.pixels) ASSERT_TRUE(value >= -1 && value <= 1);
}

using PictureJudgeTest = runtime::DeviceTest;

TEST_F(PictureJudgeTest, VerdictsDoNotDependOnNeighbours) {
  const auto network = std::make_shared<models::Judge>(std::vector<std::int64_t>{4, 6}, 3);
  PictureJudge judge(context(), network);
  const PictureSet all = held_out_landscapes(35, 1);  // more than a batch
  const PictureJudge::Verdict whole = judge.judge(all);
  EXPECT_EQ(whole.features.count(), 35);
  EXPECT_EQ(whole.terrain.size(), 35U);
  PictureSet last;
  constexpr std::int64_t floats = 64 * 64 * 3;
  last.pixels.assign(all.pixels.end() - floats, all.pixels.end());
  const PictureJudge::Verdict single = judge.judge(last);
  EXPECT_EQ(single.terrain[0], whole.terrain.back());
  EXPECT_EQ(single.time_of_day[0], whole.time_of_day.back());
  for (std::int64_t d = 0; d < single.features.dimensions; ++d) {
    EXPECT_NEAR(single.features.values[static_cast<std::size_t>(d)],
                whole.features.values[static_cast<std::size_t>(34 * single.features.dimensions + d)], 1e-5F);
  }
}

TEST(Agreement, CountsBothAndEach) {
  PictureSet labels;
  labels.time_of_day = {0, 1, 2, 3};
  labels.terrain = {0, 1, 2, 3};
  PictureJudge::Verdict verdict;
  verdict.time_of_day = {0, 1, 2, 0};
  verdict.terrain = {0, 1, 0, 3};
  const Agreement result = agreement(verdict, labels);
  EXPECT_DOUBLE_EQ(result.both, 0.5);
  EXPECT_DOUBLE_EQ(result.time_of_day, 0.75);
  EXPECT_DOUBLE_EQ(result.terrain, 0.75);
}

}  // namespace
}  // namespace figment::studio
