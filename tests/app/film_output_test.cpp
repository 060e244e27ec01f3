// Where frames go: contact sheets, hashes, and clips of a part of the window.
#include "app/film/film_output.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "app/capture.h"
#include "core/error.h"
#include "core/files.h"
#include "formats/film_probe.h"

namespace figment::app {
namespace {

namespace fs = std::filesystem;

formats::Picture frame_of(int width, int height, int level) {
  formats::Picture frame{width, height, 4, {}};
  frame.pixels.assign(static_cast<std::size_t>(width * height * 4), static_cast<std::uint8_t>(level));
  return frame;
}

std::shared_ptr<const FramePixels> pixels_of(const formats::Picture& frame) {
  return std::make_shared<FramePixels>(FramePixels{frame.width, frame.height, false, frame.pixels});
}

class FilmOutputTest : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }
  FilmOutputOptions options(const char* name, int frames) const {
    FilmOutputOptions made;
    made.out = folder_ / name;
    made.width = 640;
    made.height = 400;
    made.frames = frames;
    return made;
  }
  fs::path folder_ = fs::temp_directory_path() / ("figment_film_output_test_" + std::to_string(::getpid()));
};

TEST_F(FilmOutputTest, AShortFilmIsAsLongAsItsFramesSay) {
  for (const char* name : {"a.mp4", "a.gif", "a.png"}) {
    FilmOutputOptions made = options(name, 11);
    made.frames_per_second = 20;
    FilmOutput output(made);
    for (int i = 0; i < 11; ++i) output.add(frame_of(640, 400, 20 * i));
    output.finish();
    const formats::FilmProbe probe = formats::probe_film(folder_ / name);
    EXPECT_TRUE(probe.is_whole) << name;
    EXPECT_EQ(probe.frames, 11) << name;
    EXPECT_NEAR(probe.seconds, 11 / 20.0, 1e-4) << name;
  }
}

TEST_F(FilmOutputTest, ASheetHasFramesFromTheFirstToTheLast) {
  FilmOutputOptions made = options("sheet.png", 10);
  made.sheet = 4;
  FilmOutput output(made);
  for (int i = 0; i < 10; ++i) output.add(frame_of(640, 400, 25 * i));
  output.finish();
  const formats::Picture sheet = formats::read_png(folder_ / "sheet.png");
  EXPECT_TRUE(is_capture(folder_ / "sheet.png"));
  const auto level_at = [&](int column, int row) {
    const int x = 8 + column * (640 + 8) + 320;
    const int y = 8 + row * (400 + 8) + 200;
    return static_cast<int>(sheet.pixels[static_cast<std::size_t>((y * sheet.width + x) * 3)]);
  };
  ASSERT_EQ(sheet.width, 8 + 2 * 648);
  ASSERT_EQ(sheet.height, 8 + 2 * 408);
  EXPECT_EQ(level_at(0, 0), 0);
  EXPECT_EQ(level_at(1, 0), 75);
  EXPECT_EQ(level_at(0, 1), 150);
  EXPECT_EQ(level_at(1, 1), 225);
  made.out = folder_ / "sheet.mp4";
  EXPECT_THROW(FilmOutput{made}, core::Error);
}

TEST_F(FilmOutputTest, EveryFrameHasAHash) {
  FilmOutputOptions made = options("", 3);
  made.out.clear();
  made.hashes = folder_ / "hashes.txt";
  FilmOutput output(made);
  for (const int level : {1, 2, 1}) output.add(frame_of(640, 400, level));
  EXPECT_FALSE(fs::exists(made.hashes));
  output.finish();
  const std::string text = core::read_text(made.hashes);
  ASSERT_EQ(std::count(text.begin(), text.end(), '\n'), 4);
  const auto hash = [&](std::size_t line) { return text.substr(line * 24 + 7, 16); };
  EXPECT_EQ(hash(0), hash(2));
  EXPECT_NE(hash(0), hash(1));
  EXPECT_NE(text.find("all 3 frames "), std::string::npos);
}

TEST_F(FilmOutputTest, ShrinkingKeepsTheMean) {
  formats::Picture picture{3, 3, 1 + 2, {}};
  for (int i = 0; i < 9; ++i) picture.pixels.insert(picture.pixels.end(), 3, static_cast<std::uint8_t>(20 * i));
  const formats::Picture one = shrunk_to(picture, 1, 1);
  EXPECT_EQ(one.pixels[0], 80);
  const formats::Picture two = shrunk_to(picture, 2, 2);
  EXPECT_NEAR((two.pixels[0] + two.pixels[3] + two.pixels[6] + two.pixels[9]) / 4.0, 80, 1);
}

TEST_F(FilmOutputTest, WhoDrawsDoesNotWaitForTheEncoder) {
  fs::create_directories(folder_ / "frames");
  Film film(folder_ / "frames", {});
  int noted = 0;
  double now = 1;
  for (; film.wants_frame(now); now += 0.1) {
    film.note_frame(now);
    ++noted;
  }
  EXPECT_EQ(noted, 8) << "so many may wait";
  for (int i = 0; i < noted; ++i) film.add(pixels_of(frame_of(64, 48, 10 * i)));
  for (int i = 0; i < 1000 && !film.wants_frame(now); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(film.wants_frame(now));
  film.stop();
  EXPECT_FALSE(film.wants_frame(now + 1));
  EXPECT_FALSE(film.awaits_frames());
  film.finish();
  const auto frames = std::distance(fs::directory_iterator(folder_ / "frames"), fs::directory_iterator());
  EXPECT_EQ(frames, 22) << "0.7 s at 30 frames a second, and the first: what is late is shown for longer";
}

TEST_F(FilmOutputTest, AClipOfTheStageEndsByItself) {
  FilmShape shape;
  shape.frames_per_second = 10;
  shape.seconds_most = 1.5;
  shape.area = {100, 50, 400, 300};
  shape.side_most = 200;
  Film film(folder_ / "clip.gif", {}, shape);
  int noted = 0;
  for (double now = 5; now < 1000 && !film.is_full(); now += 0.04) {
    if (!film.wants_frame(now)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      continue;
    }
    film.note_frame(now);
    film.add(pixels_of(frame_of(640, 400, 10 * noted++)));
  }
  EXPECT_TRUE(film.is_full());
  film.end();
  for (int i = 0; i < 500 && !film.is_done(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(film.finish(), folder_ / "clip.gif");
  const formats::FilmProbe probe = formats::probe_film(folder_ / "clip.gif");
  EXPECT_TRUE(probe.is_whole);
  EXPECT_EQ(probe.width, 200);
  EXPECT_EQ(probe.height, 150);
  EXPECT_EQ(probe.frames, 15);
  EXPECT_NEAR(probe.seconds, 1.5, 0.001);
}

}  // namespace
}  // namespace figment::app
