// figment film --script: the same frames whatever the machine is busy with, and refusals in one sentence.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "core/files.h"
#include "core/run_command.h"
#include "formats/png.h"

namespace figment {
namespace {

namespace fs = std::filesystem;

class FilmScriptTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_);
    core::write_atomically(folder_ / "script.json", std::string_view(R"({"figment_script": 1, "size": "640x400",
      "fps": 8, "seconds": 1.5, "model": "vae", "seed": 5, "events": [
        {"at": 0, "title": "VAE", "seconds": 1},
        {"at": 0.3, "drag": "part manifold", "path": [[0.2, 0.2], [0.8, 0.7]], "seconds": 0.5},
        {"at": 1, "set": {"vae.beta": 4}}, {"at": 1.2, "capture": "digits.png"}]})"));
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  core::Outcome film(const std::string& options, const std::string& environment = "") const {
    return core::run_command(environment + " " + FIGMENT_PROGRAM + " film --script " + options);
  }
  fs::path folder_ = fs::temp_directory_path() / ("figment-film-script-" + std::to_string(::getpid()));
};

TEST_F(FilmScriptTest, GivesTheSameFramesWithOneThreadAndWithTwo) {
  const std::string script = path("script.json") + " --validation";
  for (const char* threads : {"1", "2"}) {
    const core::Outcome outcome = film(script + " --hashes " + path(threads), std::string("LP_NUM_THREADS=") + threads);
    ASSERT_EQ(outcome.status, 0) << outcome.text;
    EXPECT_EQ(outcome.text.find("VUID"), std::string::npos) << outcome.text;
  }
  const std::string hashes = core::read_text(path("1"));
  EXPECT_EQ(hashes, core::read_text(path("2")));
  EXPECT_EQ(std::count(hashes.begin(), hashes.end(), '\n'), 13) << "12 frames and all of them";
  EXPECT_GT(formats::read_png(folder_ / "digits.png").width, 32);
}

TEST_F(FilmScriptTest, MakesASheet) {
  const core::Outcome outcome = film(path("script.json") + " --fps 4 --sheet 4 --out " + path("sheet.png"));
  ASSERT_EQ(outcome.status, 0) << outcome.text;
  EXPECT_EQ(formats::read_png(folder_ / "sheet.png").width, 2 * 640 + 24);
}

TEST_F(FilmScriptTest, RefusesWithOneSentence) {
  core::write_atomically(
      folder_ / "bad.json",
      std::string_view(R"({"figment_script": 1, "seconds": 1, "events": [{"at": 0, "selct": "vae"}]})"));
  const auto expect_refusal = [&](const std::string& options, const char* part) {
    const core::Outcome outcome = film(options);
    EXPECT_NE(outcome.status, 0) << options;
    EXPECT_LT(outcome.status, 128) << options;
    EXPECT_NE(outcome.text.find(part), std::string::npos) << options << " said: " << outcome.text;
  };
  expect_refusal(path("none.json") + " --out x.mp4", "none.json");
  expect_refusal(path("bad.json") + " --out x.mp4", "event 1 of the script does nothing");
  expect_refusal(path("script.json"), "--out");
  expect_refusal(path("script.json") + " --model vae --out x.mp4", "leave --model out");
  expect_refusal(path("script.json") + " --sheet 4 --out x.mp4", "a contact sheet is a PNG");
  expect_refusal(path("script.json") + " --out x.avi", ".gif");
  expect_refusal(path("script.json") + " --fps 60 --out x.gif", "at most 50");
}

}  // namespace
}  // namespace figment
