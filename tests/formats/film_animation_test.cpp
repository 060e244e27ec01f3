// GIF and animated PNG: that every frame comes back, when it is shown, and how near the colours are.
#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>

#include "core/files.h"
#include "formats/damage.h"
#include "formats/film.h"
#include "formats/film_probe.h"
#include "formats/png.h"

namespace figment::formats {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class AnimationTest : public InFolder {
 protected:
  FilmProbe film(const std::string& name, int frames, int rate, int width = 97, int height = 61) {
    FilmWriter writer(folder_ / name, width, height, rate);
    for (int i = 0; i < frames; ++i) writer.add_frame(moving_frame(width, height, i));
    EXPECT_FALSE(fs::exists(folder_ / name)) << "the final name must not hold half a film";
    writer.finish();
    return probe_film(folder_ / name, true);
  }
};

TEST_F(AnimationTest, ApngIsWithoutLoss) {
  for (const char* name : {"a.png", "b.APNG"}) {
    const FilmProbe probe = film(name, 12, 30);
    ASSERT_TRUE(probe.is_whole);
    EXPECT_EQ(probe.codec, "apng");
    ASSERT_EQ(probe.frames, 12);
    EXPECT_NEAR(probe.seconds, 12 / 30.0, 2e-4);  // libav reads the exact delays as 1/100000 s
    for (int i = 0; i < 12; ++i) {
      EXPECT_EQ(mean_difference(probe.rgb[static_cast<std::size_t>(i)], moving_frame(97, 61, i)), 0) << i;
      EXPECT_NEAR(probe.times_s[static_cast<std::size_t>(i)], i / 30.0, 2e-4);
    }
  }
  const std::string bytes = core::read_text(folder_ / "a.png");
  for (std::size_t at = bytes.find("fcTL"); at != std::string::npos; at = bytes.find("fcTL", at + 1)) {
    EXPECT_EQ(bytes.substr(at + 24, 4), std::string("\0\1\0\36", 4)) << "a thirtieth of a second, exactly";
  }
  // Those who know no animation see the first frame.
  EXPECT_EQ(read_png(folder_ / "a.png").width, 97);
}

TEST_F(AnimationTest, GifIsNearAndKeepsTime) {
  const FilmProbe probe = film("a.gif", 15, 30);
  ASSERT_TRUE(probe.is_whole);
  EXPECT_EQ(probe.codec, "gif");
  ASSERT_EQ(probe.frames, 15);
  EXPECT_NEAR(probe.seconds, 15 / 30.0, 0.011);
  for (int i = 0; i < 15; ++i) {
    const Bytes& shown = probe.rgb[static_cast<std::size_t>(i)];
    EXPECT_LT(mean_difference(shown, moving_frame(97, 61, i)), 4) << i;
    EXPECT_GT(mean_difference(shown, moving_frame(97, 61, i + 2)),
              mean_difference(shown, moving_frame(97, 61, i)) + 0.5)
        << i;
    EXPECT_NEAR(probe.times_s[static_cast<std::size_t>(i)], i / 30.0, 0.0051) << "hundredths of a second";
  }
  const std::string bytes = core::read_text(folder_ / "a.gif");
  EXPECT_NE(bytes.find("NETSCAPE2.0"), std::string::npos) << "it is to be repeated";
}

TEST_F(AnimationTest, WhatStandsStillDoesNotFlicker) {
  const FilmProbe probe = film("a.gif", 6, 10);
  ASSERT_EQ(probe.frames, 6);
  // The right edge is not touched by the disc.
  for (int y = 0; y < 61; ++y) {
    const auto at = static_cast<std::size_t>((y * 97 + 90) * 3);
    for (int i = 1; i < 6; ++i) {
      ASSERT_EQ(probe.rgb[0][at], probe.rgb[static_cast<std::size_t>(i)][at]) << "row " << y << " of frame " << i;
    }
  }
}

TEST_F(AnimationTest, FewColorsAreExact) {
  Bytes rgba;
  const std::uint8_t colors[3][3] = {{15, 17, 21}, {122, 193, 255}, {220, 224, 232}};
  for (int i = 0; i < 32 * 32; ++i) {
    for (int c = 0; c < 3; ++c) rgba.push_back(colors[i % 7 % 3][c]);
    rgba.push_back(255);
  }
  FilmWriter writer(folder_ / "a.gif", 32, 32, 10);
  writer.add_frame(rgba);
  writer.finish();
  const FilmProbe probe = probe_film(folder_ / "a.gif", true);
  ASSERT_EQ(probe.frames, 1);
  EXPECT_EQ(mean_difference(probe.rgb[0], rgba), 0);
}

TEST_F(AnimationTest, MistakesAreSentences) {
  EXPECT_THAT(error_of([&] { FilmWriter(folder_ / "a.gif", 32, 32, 60); }), HasSubstr("at most 50"));
}

TEST_F(AnimationTest, AnUnfinishedOneLeavesNothing) {
  {
    FilmWriter gif(folder_ / "a.gif", 32, 32, 10);
    FilmWriter apng(folder_ / "a.png", 32, 32, 10);
    apng.add_frame(moving_frame(32, 32, 0));
  }
  EXPECT_TRUE(fs::is_empty(folder_));
}

}  // namespace
}  // namespace figment::formats
