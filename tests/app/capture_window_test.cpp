// What the window keeps beside pictures and films: a script of what is done in it, and short clips of the stage.
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "app/fake_families.h"
#include "app/film/script.h"
#include "app/window.h"
#include "app/window_command.h"
#include "app/window_driver.h"
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
  const VirtualDisplay display;
  ASSERT_TRUE(display.is_running()) << "Xvfb does not start; install xvfb";
  const fs::path folder = fs::temp_directory_path() / fmt::format("figment_capture_window_test_{}", getpid());
  fs::create_directories(folder);
  const fs::path controls = folder / "controls.state";
  setenv("FIGMENT_CONTROLS_FILE", controls.c_str(), 1);
  const pid_t gone = fork();
  if (gone == 0) _exit(0);
  waitpid(gone, nullptr, 0);
  const fs::path leftover = folder / fmt::format("figment-2024-05-31-142355.mp4.{}.tmp", gone);
  std::ofstream(leftover) << "half a film";

  std::atomic<bool> is_over = false;
  WindowOptions options;
  options.width = 900;
  options.height = 640;
  options.validation = true;
  options.capture_dir = folder;
  options.each_frame = [&](Window& window) {
    if (is_over) window.close();
  };
  std::thread person([&] {
    WindowDriver driver(controls);
    const auto is_ready = [](const json& state) { return !state.at("loading").get<bool>(); };
    if (driver.wait_until("the models are there", is_ready)) {
      EXPECT_FALSE(fs::exists(leftover)) << "what a killed writer has left goes with the next start";
      check_script(driver);
      check_clip(driver);
    }
    is_over = true;
  });
  WindowReport report;
  EXPECT_EQ(run_window(options, fake_families(), &report), 0);
  person.join();
  unsetenv("FIGMENT_CONTROLS_FILE");
  EXPECT_TRUE(report.validation_messages.empty()) << report.validation_messages.front();
  fs::remove_all(folder);
}

}  // namespace
}  // namespace figment::app
