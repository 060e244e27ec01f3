#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "app/capture.h"
#include "app/fake_families.h"
#include "app/frame_times.h"
#include "app/layout.h"
#include "app/window_command.h"
#include "core/error.h"
#include "core/files.h"

namespace figment::app {
namespace {

TEST(FrameTimes, PercentilesOfTheLastFrames) {
  FrameTimes times;
  EXPECT_EQ(times.percentile_ms(0.5), 0);
  for (int i = 1; i <= 1000; ++i) times.add(i);
  EXPECT_EQ(times.size(), FrameTimes::capacity);
  EXPECT_NEAR(times.percentile_ms(0), 1000 - 239, 0.1);
  EXPECT_NEAR(times.percentile_ms(1), 1000, 0.1);
  EXPECT_NEAR(times.percentile_ms(0.5), 880, 1.5);
  const auto recent = times.recent(3);
  ASSERT_EQ(recent.size(), 3U);
  EXPECT_EQ(recent.front(), 998.0F);
  EXPECT_EQ(recent.back(), 1000.0F);
}

TEST(Layout, PartsLieInTheWindowAndDoNotOverlap) {
  for (const auto& [width, height] :
       {std::pair{480.0F, 360.0F}, {800.0F, 600.0F}, {1280.0F, 720.0F}, {3840.0F, 2160.0F}}) {
    for (const int kinds : {0, 1, 2, 3}) {
      const Layout layout = make_layout({width, height}, Style{}, (kinds & 1) != 0, (kinds & 2) != 0);
      const std::array parts{layout.top_bar, layout.models,   layout.stage,
                             layout.words,   layout.controls, layout.transport};
      for (std::size_t i = 0; i < parts.size(); ++i) {
        const Rect& a = parts[i];
        if (a.is_empty()) continue;
        EXPECT_GE(a.x, 0);
        EXPECT_GE(a.y, 0);
        EXPECT_LE(a.x + a.width, width);
        EXPECT_LE(a.y + a.height, height);
        for (std::size_t j = 0; j < i; ++j) {
          const Rect& b = parts[j];
          if (b.is_empty()) continue;
          const bool apart =
              a.x >= b.x + b.width || b.x >= a.x + a.width || a.y >= b.y + b.height || b.y >= a.y + a.height;
          EXPECT_TRUE(apart) << width << "x" << height << " kinds " << kinds << ": parts " << i << " and " << j;
        }
      }
    }
  }
}

TEST(WindowCommand, ParsesSizes) {
  int width = 0;
  int height = 0;
  parse_size("1920x1080", width, height);
  EXPECT_EQ(width, 1920);
  EXPECT_EQ(height, 1080);
  for (const char* bad :
       {"", "x", "1280", "1280x", "x720", "1280x720x3", "100x100", "-1280x720", "99999x720", "12e3x720"}) {
    EXPECT_THROW(parse_size(bad, width, height), core::Error) << bad;
  }
}

TEST(WindowCommand, SaysWhatToDoWithoutADisplay) {
  const char* before = getenv("DISPLAY");
  const std::string saved = before == nullptr ? "" : before;
  setenv("DISPLAY", ":4321", 1);
  try {
    run_window({}, fake_families());
    FAIL() << "there is no such display";
  } catch (const core::Error& error) {
    EXPECT_NE(std::string(error.what()).find("figment film"), std::string::npos) << error.what();
  }
  before == nullptr ? unsetenv("DISPLAY") : setenv("DISPLAY", saved.c_str(), 1);
}

TEST(Capture, CarriesTheRequest) {
  const auto folder = std::filesystem::temp_directory_path() / "figment_capture_test";
  std::filesystem::remove_all(folder);
  studio::Request request;
  request.picture.seed = 42;
  request.picture.terrain = 2;
  request.text.prompt = "Es war einmal ein Bär";
  formats::Picture picture{4, 2, 3, std::vector<std::uint8_t>(24, 100)};
  const auto path = write_capture(folder, "diffusion", picture, request);
  EXPECT_EQ(read_capture(path), request);
  EXPECT_NE(write_capture(folder, "diffusion", picture, request), path) << "an earlier capture must not be overwritten";

  formats::write_png(folder / "plain.png", picture);
  EXPECT_THROW(read_capture(folder / "plain.png"), core::Error);
  core::write_atomically(folder / "no.png", std::string_view("this is no picture"));
  EXPECT_THROW(read_capture(folder / "no.png"), core::Error);
  formats::write_png(folder / "odd.png", picture, formats::PngText{{request_keyword, "{\"picture\": 3}"}});
  EXPECT_THROW(read_capture(folder / "odd.png"), core::Error);
  std::filesystem::remove_all(folder);
}

TEST(Film, KeepsTimeWhenFramesAreLate) {
  const auto folder = std::filesystem::temp_directory_path() / "figment_film_test";
  std::filesystem::remove_all(folder);
  {
    Film film(folder, studio::Request{});
    for (const double time_s : {0.0, 0.01, 0.1, 0.5}) {
      if (!film.wants_frame(time_s)) continue;
      film.note_frame(time_s);
      film.add(std::make_shared<FramePixels>(FramePixels{8, 8, false, std::vector<std::uint8_t>(256, 9)}));
    }
    EXPECT_EQ(film.finish(), folder);
  }
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++count;
  EXPECT_EQ(count, 16U);  // half a second at 30 frames a second, and the first
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace figment::app
