#include <gtest/gtest.h>

#include <set>

#include "app/capture.h"
#include "app/driven_window.h"
#include "app/fake_families.h"

namespace figment::app {
namespace {

using nlohmann::json;

bool is_model(const std::string& name) { return name.starts_with("model "); }

std::set<std::string> names_of(const json& state) {
  std::set<std::string> names;
  for (const auto& control : state.at("controls")) names.insert(control.at("name").get<std::string>());
  return names;
}

/// Clicks every control that there is, and those that this brings to light; opens every combo and takes its last
/// choice.
void click_everything(WindowDriver& driver) {
  std::set<std::string> done;
  for (bool found = true; found;) {
    found = false;
    for (const std::string& name : names_of(driver.look())) {
      const bool is_left_for_later = is_model(name) || name.starts_with("Film") || name.starts_with("Stop film") ||
                                     name.starts_with("Capture") || name == "help" || name.starts_with("compare ") ||
                                     name.starts_with("close");
      if (is_left_for_later || done.contains(name) || !driver.find(name)) continue;
      done.insert(name);
      found = true;
      driver.click(name);
      std::string last_choice;
      for (const std::string& other : names_of(driver.state())) {
        if (other.starts_with(name + ": ") && !other.ends_with(": dice")) last_choice = other;
      }
      if (!last_choice.empty()) driver.click(last_choice);
    }
  }
  for (const char* name :
       {"Sampler", "Schedule", "Steps",     "Guidance",           "Seed",  "Seed: dice", "Time of day",
        "Terrain", "Pictures", "Prompt",    "Temperature",        "Top-k", "Top-p",      "Min-p",
        "Speed",   "More",     "Typical-p", "Repetition penalty", "Step",  "Restart"}) {
    EXPECT_TRUE(done.contains(name)) << name << " was not on the screen";
  }
}

void check_models(WindowDriver& driver) {
  driver.click("model broken");
  driver.wait_until("the failure is told", [](const json& state) {
    return state.at("message").get<std::string>().find("weights of the model are missing") != std::string::npos;
  });
  driver.click("model diffusion");
  driver.click("model gpt");
  driver.wait_until("words are off", [](const json& state) { return !names_of(state).contains("Prompt"); });
  driver.click("model diffusion");
  driver.wait_until("all is off", [](const json& state) { return !names_of(state).contains("Sampler"); });
  driver.click("model gpt");
  driver.click("model diffusion");
  driver.wait_until("both are back", [](const json& state) {
    return names_of(state).contains("Prompt") && names_of(state).contains("Sampler");
  });
}

void check_keys(WindowDriver& driver) {
  const bool was_paused = driver.look().at("paused").get<bool>();
  driver.press("space");
  driver.wait_until("space pauses or goes on", [&](const json& state) { return state.at("paused") != was_paused; });
  driver.press("period");
  driver.wait_until("a step pauses", [](const json& state) { return state.at("paused").get<bool>(); });
  driver.press("space");
  driver.press("h");
  driver.wait_until("the measurements are seen", [](const json& state) { return state.at("hud").get<bool>(); });
  driver.press("F1");
  driver.wait_until("help is seen", [](const json& state) { return state.at("help").get<bool>(); });
  driver.press("Escape");
  driver.wait_until("both are closed",
                    [](const json& state) { return !state.at("hud").get<bool>() && !state.at("help").get<bool>(); });
  const json before = driver.look().at("request");
  driver.press("ctrl+z");
  driver.wait_until("there is nothing to undo", [](const json& state) {
    return state.at("message").get<std::string>().find("nothing to undo") != std::string::npos;
  });
  driver.press("ctrl+c");
  const json seed = driver.state().at("request").at("picture").at("seed");
  driver.press("s");
  driver.wait_until("the seed is another",
                    [&](const json& state) { return state.at("request").at("picture").at("seed") != seed; });
  driver.press("ctrl+z");
  driver.wait_until("the seed is back", [&](const json& state) { return state.at("request") == before; });
  driver.press("ctrl+shift+z");
  driver.wait_until("the seed is another again", [&](const json& state) { return state.at("request") != before; });
  driver.press("ctrl+v");
  driver.wait_until("the copied settings are here", [&](const json& state) { return state.at("request") == before; });
  driver.press("r");
}

void check_typing(WindowDriver& driver) {
  driver.look();
  driver.click("Steps", 0.5, true);
  driver.type("17");
  driver.press("Return");
  driver.wait_until("the typed number counts",
                    [](const json& state) { return state.at("request").at("picture").at("steps") == 17; });
  const bool was_paused = driver.state().at("paused").get<bool>();
  driver.click("Prompt", 0.9);
  driver.press("End");
  driver.type(" far off");
  driver.wait_until("the prompt is longer", [](const json& state) {
    return state.at("request").at("text").at("prompt").get<std::string>().ends_with(" far off");
  });
  EXPECT_EQ(driver.state().at("paused"), was_paused) << "blanks of a text must not pause";
  driver.click("curve");
}

void check_sizes(WindowDriver& driver) {
  for (const auto& [width, height] : {std::pair{800, 600}, {1100, 700}, {480, 360}, {1280, 1000}}) {
    WindowDriver::tool_for_window("windowsize", fmt::format("{} {}", width, height));
    driver.wait_until(fmt::format("the window is {} wide", width),
                      [&, w = width](const json& state) { return state.at("width") == w; });
  }
  WindowDriver::tool_for_window("windowunmap");
  driver.look();
  WindowDriver::tool_for_window("windowmap");
  driver.look();
  driver.press("F11");
  driver.wait_until("the screen is full", [](const json& state) { return state.at("height") == 1024; });
  driver.press("F11");
  driver.wait_until("the window is back", [](const json& state) { return state.at("height") == 1000; });
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder, const std::string& extension) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  return files;
}

/// What the driver's thread asks the window's thread to drop.
struct DropBox {
  std::mutex mutex;
  std::vector<std::filesystem::path> paths;

  void put(std::filesystem::path path) {
    const std::scoped_lock lock(mutex);
    paths.push_back(std::move(path));
  }
  std::vector<std::filesystem::path> take() {
    const std::scoped_lock lock(mutex);
    return std::exchange(paths, {});
  }
};

void check_captures(WindowDriver& driver, const std::filesystem::path& folder, DropBox& drop) {
  driver.press("F12");
  driver.wait_until("the capture is told",
                    [](const json& state) { return state.at("message").get<std::string>().starts_with("Saved"); });
  const auto captures = files_in(folder, ".png");
  ASSERT_EQ(captures.size(), 1U);
  const studio::Request captured = read_capture(captures.front());
  const formats::Picture picture = formats::read_png(captures.front());
  EXPECT_GE(picture.width, 256);

  driver.click("Guidance", 0.9);
  driver.wait_until("the guidance is another", [&](const json& state) {
    return studio::request_from_json(state.at("request").dump()).picture.guidance != captured.picture.guidance;
  });
  drop.put(captures.front());
  driver.wait_until("the capture's settings are back", [&](const json& state) {
    return studio::request_from_json(state.at("request").dump()) == captured;
  });
  core::write_atomically(folder / "bad.txt", std::string_view("not a picture"));
  drop.put(folder / "bad.txt");
  driver.wait_until("the bad file is told", [](const json& state) {
    const auto text = state.at("message").get<std::string>();
    return !text.empty() && text.find("are back") == std::string::npos && !text.starts_with("Saved");
  });

  driver.press("F10");
  driver.wait_until("it films", [](const json& state) { return state.at("filming").get<bool>(); });
  std::this_thread::sleep_for(std::chrono::seconds(1));
  driver.press("F10");
  driver.wait_until("the film is told", [](const json& state) {
    return !state.at("filming").get<bool>() && state.at("message").get<std::string>().starts_with("Saved");
  });
  const auto films = files_in(folder, ".mp4");
  ASSERT_EQ(films.size(), 1U);
  EXPECT_GT(std::filesystem::file_size(films.front()), 1000U);
}

TEST(Window, EveryControlAndKeyWorks) {
  DropBox drop;
  DrivenWindow window("window_test");
  window.options.width = 1280;
  window.options.height = 1000;
  window.options.screenshot = window.folder() / "window" / "shot.png";
  window.options.each_frame = [&](Window& shown) {
    if (auto paths = drop.take(); !paths.empty()) shown.drop(std::move(paths));
  };
  const WindowReport report = window.run(fake_families(), [&](WindowDriver& driver) {
    const auto has_controls = [](const json& state) { return names_of(state).contains("Prompt"); };
    if (!driver.wait_until("there are controls", has_controls)) return;
    check_keys(driver);
    click_everything(driver);
    check_typing(driver);
    check_models(driver);
    check_captures(driver, window.folder(), drop);
    check_sizes(driver);
  });
  EXPECT_GT(report.drawn_frames, 10);
  EXPECT_TRUE(std::filesystem::exists(window.options.screenshot));
}

TEST(Window, ShowsEachKindAloneAndQuitsAfterItsFrames) {
  const VirtualDisplay display;
  ASSERT_TRUE(display.is_running()) << "Xvfb does not start; install xvfb";
  const auto shot = std::filesystem::temp_directory_path() / fmt::format("figment_shot_{}.png", getpid());
  for (const bool paints : {true, false}) {
    std::vector<studio::Family> families = fake_families();
    std::erase_if(families, [&](const studio::Family& family) { return family.paints != paints; });
    WindowOptions options;
    options.width = 800;
    options.height = 600;
    options.frames = 12;
    options.validation = true;
    options.screenshot = shot;
    WindowReport report;
    EXPECT_EQ(run_window(options, families, &report), 0);
    EXPECT_EQ(report.frames, 12);
    EXPECT_TRUE(report.validation_messages.empty()) << report.validation_messages.front();
    const formats::Picture picture = formats::read_png(shot);
    EXPECT_EQ(picture.width, 800);
    EXPECT_EQ(picture.height, 600);
  }
  std::filesystem::remove(shot);
  WindowOptions unknown;
  unknown.model = "nonsense";
  EXPECT_THROW(run_window(unknown, fake_families()), core::Error);
}

}  // namespace
}  // namespace figment::app
