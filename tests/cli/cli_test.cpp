// The program as a person runs it: what it prints, what it leaves behind, how it refuses.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>

#include "core/files.h"
#include "formats/png.h"
#include "studio/request.h"

namespace figment {
namespace {

namespace fs = std::filesystem;

struct Outcome {
  int status = -1;
  std::string text;  ///< stdout and stderr
};

Outcome run(const std::string& arguments) {
  Outcome outcome;
  FILE* pipe = ::popen((std::string(FIGMENT_PROGRAM) + " " + arguments + " 2>&1 </dev/null").c_str(), "r");
  if (pipe == nullptr) return outcome;
  std::array<char, 4096> block{};
  for (std::size_t got = 0; (got = std::fread(block.data(), 1, block.size(), pipe)) > 0;) {
    outcome.text.append(block.data(), got);
  }
  const int status = ::pclose(pipe);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return outcome;
}

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
  for (const char* word : {"diffusion", "gpt", "dpmpp_2m", "karras", "landscapes", "devices"}) {
    EXPECT_NE(outcome.text.find(word), std::string::npos) << word;
  }
}

TEST_F(CliTest, HelpIsEverywhere) {
  for (const char* command : {"", "film", "generate", "train", "eval", "bench", "data", "list"}) {
    EXPECT_EQ(run(std::string(command) + " --help").status, 0) << command;
  }
}

TEST_F(CliTest, PaintsTheSamePictureTwiceAndKeepsItsSettings) {
  const std::string settings = "generate diffusion --validation --steps 2 --count 2 --seed 3 --class time=sunset --out ";
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

TEST_F(CliTest, OpensTheWindow) {
  if (std::getenv("DISPLAY") == nullptr) GTEST_SKIP() << "no display";
  const Outcome outcome = run("--frames 40 --validation --screenshot " + path("shot.png"));
  ASSERT_EQ(outcome.status, 0) << outcome.text;
  const formats::Picture shot = formats::read_png(path("shot.png"));
  EXPECT_EQ(shot.width, 1280);
  EXPECT_EQ(shot.height, 720);
}

TEST_F(CliTest, RefusesWithOneSentence) {
  expect_refusal("generate nothing", "no model named");
  expect_refusal("generate diffusion --sampler nothing", "nothing");
  expect_refusal("generate diffusion --steps 0", "steps");
  expect_refusal("generate diffusion --guidance 99", "guidance");
  expect_refusal("generate diffusion --class time", "--class");
  expect_refusal("generate diffusion --class time=noon", "noon");
  expect_refusal("generate diffusion --class size=big", "attribute");
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
