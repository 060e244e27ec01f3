// The program as a person runs it: what it prints, what it leaves behind, how it refuses.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

#include "core/files.h"
#include "core/run_command.h"
#include "formats/png.h"
#include "studio/request.h"

namespace figment {
namespace {

namespace fs = std::filesystem;

using core::Outcome;

Outcome run(const std::string& arguments) { return core::run_command(std::string(FIGMENT_PROGRAM) + " " + arguments); }

class CliTest : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override {
    std::error_code error;
    fs::remove_all(folder_, error);
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  /// The command must fail with one line that says why.
  static void expect_refusal(const std::string& arguments, const std::string& part) {
    const Outcome outcome = run(arguments);
    EXPECT_NE(outcome.status, 0) << arguments;
    EXPECT_LT(outcome.status, 128) << arguments;
    EXPECT_NE(outcome.text.find(part), std::string::npos) << arguments << " said: " << outcome.text;
  }

  fs::path folder_ = fs::temp_directory_path() / ("figment-cli-" + std::to_string(::getpid()));
};

TEST_F(CliTest, ListsEverything) {
  const Outcome outcome = run("list");
  EXPECT_EQ(outcome.status, 0);
  for (const char* word :
       {"diffusion", "gpt", "dpmpp_2m", "dpmpp_3m_sde", "karras", "align_your_steps", "landscapes", "devices"}) {
    EXPECT_NE(outcome.text.find(word), std::string::npos) << word;
  }
}

TEST_F(CliTest, HelpIsEverywhere) {
  for (const char* command : {"", "film", "generate", "train", "eval", "bench", "data", "list"}) {
    EXPECT_EQ(run(std::string(command) + " --help").status, 0) << command;
  }
}

TEST_F(CliTest, PaintsTheSamePictureTwiceAndKeepsItsSettings) {
  const std::string settings =
      "generate diffusion --validation --steps 2 --count 2 --seed 3 --class time=sunset --out ";
  const Outcome first = run(settings + path("a.png"));
  ASSERT_EQ(first.status, 0) << first.text;
  ASSERT_EQ(run(settings + path("b.png")).status, 0);
  EXPECT_EQ(formats::read_png(path("a.png")).pixels, formats::read_png(path("b.png")).pixels);
  studio::Request request;
  for (const auto& [key, value] : formats::read_png_text(path("a.png"))) {
    if (key == "figment") request = studio::request_from_json(value);
  }
  EXPECT_EQ(request.picture.seed, 3U);
  EXPECT_EQ(request.picture.steps, 2);
  EXPECT_EQ(request.picture.time_of_day, 0);
}

TEST_F(CliTest, WritesAStory) {
  const Outcome outcome = run("generate gpt --validation --tokens 12 --seed 1 --prompt 'Once upon a time'");
  EXPECT_EQ(outcome.status, 0) << outcome.text;
  EXPECT_EQ(outcome.text.rfind("Once upon a time", 0), 0U) << outcome.text;
  EXPECT_GT(outcome.text.size(), 30U);
}

TEST_F(CliTest, TrainsALittle) {
  const Outcome outcome = run("train gpt --steps 2 --batch 1 --out " + path("w.safetensors"));
  ASSERT_EQ(outcome.status, 0) << outcome.text;
  EXPECT_TRUE(fs::exists(path("w.safetensors")));
  EXPECT_EQ(run("generate gpt --tokens 3 --weights " + path("w.safetensors")).status, 0);
  expect_refusal("train diffusion --steps 3 --batch 1 --resume " + path("w.safetensors"), "no checkpoint");
}

TEST_F(CliTest, MakesAFilm) {
  const Outcome outcome = run("film --seconds 0.2 --out " + path("film.mp4"));
  ASSERT_EQ(outcome.status, 0) << outcome.text;
  EXPECT_GT(fs::file_size(path("film.mp4")), 1000U);
}

TEST_F(CliTest, FilmsTheSameFramesTwice) {
  const std::string settings = "film --validation --model vae --seconds 0.5 --fps 8 --size 800x500 --seed 3 --out ";
  const Outcome first = run(settings + path("first"));
  ASSERT_EQ(first.status, 0) << first.text;
  ASSERT_EQ(first.text.find("VUID"), std::string::npos) << first.text;
  ASSERT_EQ(run(settings + path("second")).status, 0);
  for (const char* name : {"frame_000000.png", "frame_000003.png"}) {
    const formats::Picture frame = formats::read_png(path("first") + "/" + name);
    EXPECT_EQ(frame.width, 800);
    EXPECT_GT(*std::max_element(frame.pixels.begin(), frame.pixels.end()), 200) << name;
    EXPECT_TRUE(frame.pixels == formats::read_png(path("second") + "/" + name).pixels) << name;
  }
}

TEST_F(CliTest, TakesStills) {
  const Outcome outcome = run("film --model cgan --fps 4 --stills " + path("stills") + " --icons " + path("icons"));
  ASSERT_EQ(outcome.status, 0) << outcome.text;
  EXPECT_EQ(formats::read_png(path("stills") + "/cgan.png").height, 720);
  EXPECT_EQ(formats::read_png(path("icons") + "/cgan.png").width, 44);
}

TEST_F(CliTest, OpensTheWindow) {
  if (std::getenv("DISPLAY") == nullptr) GTEST_SKIP() << "no display";
  const Outcome outcome = run("--frames 40 --validation --screenshot " + path("shot.png"));
  ASSERT_EQ(outcome.status, 0) << outcome.text;
  const formats::Picture shot = formats::read_png(path("shot.png"));
  EXPECT_EQ(shot.width, 1280);
  EXPECT_EQ(shot.height, 720);
}

/// White paper with a line across and a ring, as a person would draw a hill and the sun.
formats::Picture drawn_lines(int side) {
  formats::Picture paper{side, side, 1, std::vector<std::uint8_t>(static_cast<std::size_t>(side * side), 255)};
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const double distance = std::hypot(x - 0.7 * side, y - 0.3 * side) / side;
      const bool is_hill = std::abs(y - 0.6 * side - 0.08 * side * std::sin(6.0 * x / side)) < 0.012 * side;
      if (is_hill || std::abs(distance - 0.1) < 0.012) paper.pixels[static_cast<std::size_t>(y * side + x)] = 0;
    }
  }
  return paper;
}

TEST_F(CliTest, PaintsDrawnLines) {
  formats::write_png(path("lines.png"), drawn_lines(300));
  const std::string command = "generate sketch --validation --count 1 --input " + path("lines.png") + " --set time=";
  for (const char* time : {"day", "night"}) {
    const Outcome outcome = run(command + time + " --out " + path(std::string(time) + ".png"));
    ASSERT_EQ(outcome.status, 0) << outcome.text;
  }
  const auto brightness = [&](const char* name) {
    const formats::Picture picture = formats::read_png(path(name));
    return std::accumulate(picture.pixels.begin(), picture.pixels.end(), 0.0) /
           static_cast<double>(picture.pixels.size());
  };
  EXPECT_GT(brightness("day.png"), brightness("night.png") + 30);
}

TEST_F(CliTest, RefusesBadPicturesWithOneSentence) {
  core::write_atomically(path("text.png"), std::string_view("this is no picture"));
  std::vector<std::uint8_t> good = formats::encode_png(drawn_lines(64));
  core::write_atomically(path("short.png"), std::span<const std::uint8_t>(good).first(good.size() / 2));
  good[18] = 0x4E;  // the width in the header: 20,000
  good[19] = 0x20;
  core::write_atomically(path("wide.png"), std::span<const std::uint8_t>(good));
  formats::write_png(path("dot.png"), {1, 1, 1, {0}});
  formats::write_png(path("empty.png"), {64, 64, 1, std::vector<std::uint8_t>(4096, 255)});
  for (const std::string model : {"sketch", "autoencoder", "pixelcnn"}) {
    const std::string command = "generate " + model + " --out " + path("x.png") + " --input ";
    expect_refusal(command + path("text.png"), "not a PNG file");
    expect_refusal(command + path("short.png"), "cut short");
    expect_refusal(command + path("wide.png"), "20000x64");
    expect_refusal(command + path("dot.png"), "only 1x1 pixels");
    expect_refusal(command + path("none.png"), "none.png");
  }
  expect_refusal("generate sketch --input " + path("empty.png"), "no line");
  expect_refusal("generate pixelcnn --mask " + path("empty.png"), "give --input");
  expect_refusal("generate pixelcnn --input " + path("empty.png") + " --mask " + path("dot.png"), "only 1x1 pixels");
}

TEST_F(CliTest, RefusesWithOneSentence) {
  expect_refusal("generate nothing", "no model named");
  expect_refusal("generate diffusion --sampler nothing", "nothing");
  expect_refusal("generate diffusion --steps 0", "steps");
  expect_refusal("generate diffusion --guidance 99", "guidance");
  expect_refusal("generate diffusion --class time", "--class");
  expect_refusal("generate diffusion --class time=noon", "noon");
  expect_refusal("generate diffusion --class size=big", "attribute");
  expect_refusal("film --out x.mp4 --seconds 0", "seconds");
  expect_refusal("film --out x.mp4 --fps 0", "frames a second");
  expect_refusal("film --out x.mp4 --model judge", "judge");
  expect_refusal("film", "--out");
  expect_refusal("generate gpt --top-p 7", "7");
  expect_refusal("generate gpt --prompt \"$(printf 'a\\377b')\"", "UTF-8");
  expect_refusal("generate gpt --weights /nonexistent/file", "/nonexistent/file");
  expect_refusal("eval gpt --data /nonexistent/file", "/nonexistent/file");
  expect_refusal("data nothing --out " + path("x"), "nothing");
  expect_refusal("generate gpt --device 99", "99");
  expect_refusal("--size banana --frames 1", "banana");
  core::write_atomically(path("bad.safetensors"), "this is no weight file at all");
  expect_refusal("generate gpt --weights " + path("bad.safetensors"), "bad.safetensors");
}

}  // namespace
}  // namespace figment
