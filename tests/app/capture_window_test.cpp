// What the window keeps beside pictures and films: a script of what is done in it, and short clips of the stage.
#include <gtest/gtest.h>

#include <fstream>

#include "app/driven_window.h"
#include "app/fake_families.h"
#include "app/film/script.h"
#include "formats/film_probe.h"

namespace figment::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Kind = ScriptEvent::Kind;

/// The file that the message tells of, once it is saved.
fs::path saved_file(WindowDriver& driver, const std::string& extension) {
  fs::path path;
  driver.wait_until("a file " + extension + " is saved", [&](const json& state) {
    const auto text = state.at("message").get<std::string>();
    const std::size_t end = text.find(extension);
    if (!text.starts_with("Saved ") || end == std::string::npos) return false;
    path = text.substr(6, end + extension.size() - 6);
    return true;
  });
  return path;
}

void check_script(WindowDriver& driver) {
  driver.press("F9");
  driver.wait_until("it writes down", [](const json& state) { return state.at("script").get<bool>(); });
  driver.press("s");
  driver.press("space");
  driver.press("r");
  driver.press("F9");
  const fs::path path = saved_file(driver, ".json");
  const Script script = parse_script(core::read_text(path), fake_families());
  std::vector<Kind> kinds;
  for (const ScriptEvent& event : script.events) kinds.push_back(event.kind);
  EXPECT_EQ(kinds, (std::vector<Kind>{Kind::select, Kind::select, Kind::request, Kind::pause, Kind::restart}))
      << core::read_text(path);
  EXPECT_EQ(script.events.front().text, "diffusion");
  EXPECT_EQ(script.width, 900);
  driver.press("space");
}

void check_clip(WindowDriver& driver) {
  driver.press("shift+F10");
  const formats::FilmProbe probe = formats::probe_film(saved_file(driver, ".gif"));
  EXPECT_TRUE(probe.is_whole);
  EXPECT_EQ(probe.codec, "gif");
  EXPECT_EQ(probe.frames, 60);
  EXPECT_NEAR(probe.seconds, 4, 0.011);
  EXPECT_LE(std::max(probe.width, probe.height), 720);
}

TEST(CaptureWindow, WritesScriptsAndClips) {
  DrivenWindow window("capture_window_test");
  window.options.width = 900;
  window.options.height = 640;
  const pid_t gone = fork();
  if (gone == 0) _exit(0);
  waitpid(gone, nullptr, 0);
  const fs::path leftover = window.folder() / fmt::format("figment-2024-05-31-142355.mp4.{}.tmp", gone);
  std::ofstream(leftover) << "half a film";
  window.run(fake_families(), [&](WindowDriver& driver) {
    const auto is_ready = [](const json& state) { return !state.at("loading").get<bool>(); };
    if (!driver.wait_until("the models are there", is_ready)) return;
    EXPECT_FALSE(fs::exists(leftover)) << "what a killed writer has left goes with the next start";
    check_script(driver);
    check_clip(driver);
  });
}

}  // namespace
}  // namespace figment::app
