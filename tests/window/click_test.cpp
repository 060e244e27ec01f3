// The window as a person uses it, with the shipped models: the program itself under Xvfb, mouse and keys from xdotool.
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "app/window_driver.h"
#include "formats/png.h"
#include "studio/request.h"

namespace figment {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// The program with a window.
class WindowClickTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(display_.is_running()) << "Xvfb does not start; install xvfb";
    ASSERT_EQ(std::system("xdotool version > /dev/null"), 0) << "install xdotool";
    fs::create_directories(folder_);
    controls_ = folder_ / "controls.json";
  }
  void TearDown() override {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    std::error_code error;
    fs::remove_all(folder_, error);
  }

  void start(const std::vector<std::string>& arguments,
             const std::vector<std::pair<std::string, std::string>>& environment) {
    pid_ = fork();
    if (pid_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    setenv("FIGMENT_CONTROLS_FILE", controls_.c_str(), 1);
    setenv("XDG_CONFIG_HOME", (folder_ / "config").c_str(), 1);
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    if (std::freopen(log_path().c_str(), "w", stderr) == nullptr) _exit(126);
    std::vector<char*> list = {const_cast<char*>(FIGMENT_PROGRAM)};
    if (!remembers_) list.push_back(const_cast<char*>("--forget"));
    for (const std::string& argument : arguments) list.push_back(const_cast<char*>(argument.c_str()));
    list.push_back(nullptr);
    execv(FIGMENT_PROGRAM, list.data());
    _exit(127);
  }
  /// What it comes to: the exit code; -1 if a signal ended it.
  int finish() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string log_path() const { return (folder_ / "stderr.txt").string(); }
  std::string log() const { return core::read_text(log_path()); }
  std::vector<fs::path> files(const std::string& extension) const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      if (entry.path().extension() == extension) found.push_back(entry.path());
    }
    return found;
  }

  app::VirtualDisplay display_;
  fs::path folder_ = fs::temp_directory_path() / ("figment-click-" + std::to_string(::getpid()));
  fs::path controls_;
  pid_t pid_ = -1;
  bool remembers_ = false;  ///< what was set the last time
};

std::size_t token_count(const json& state) {
  return state.contains("writer") ? state["writer"].value("tokens", 0U) : 0U;
}
std::string story(const json& state) { return state.contains("writer") ? state["writer"].value("text", "") : ""; }
double fraction(const json& state) { return state.contains("painter") ? state["painter"].value("fraction", 0.0) : 0.0; }
std::string progress(const json& state) {
  return state.contains("painter") ? state["painter"].value("progress", "") : "";
}
bool is_ready(const json& state) { return !state.at("loading").get<bool>(); }

void click_words(app::WindowDriver& driver) {
  driver.wait_until("a story is on its way", [](const json& state) { return token_count(state) > 24; });
  driver.press("space");
  driver.wait_until("it rests", [](const json& state) { return state.at("paused").get<bool>(); });
  const std::string before = story(driver.look());
  const std::size_t count = token_count(driver.state());
  // In the first line, behind the prompt.
  const json area = *driver.find("words");
  driver.click_at(area.at("x").get<double>() + 0.55 * area.at("width").get<double>(), area.at("y").get<double>() + 8);
  driver.wait_until("the story is shorter", [&](const json& state) { return token_count(state) < count; });
  EXPECT_TRUE(before.starts_with(story(driver.state())));
  const std::size_t kept = token_count(driver.state());
  const std::string kept_text = story(driver.state());
  ASSERT_TRUE(driver.find("bars"));
  // The second of the bars, in place of the last word.
  const json bars = *driver.find("bars");
  driver.click_at(bars.at("x").get<double>() + 20, bars.at("y").get<double>() + 0.19 * bars.at("height").get<double>());
  driver.wait_until("another word is chosen", [&](const json& state) { return story(state) != kept_text; });
  EXPECT_LE(token_count(driver.state()), kept);
  const std::string chosen = story(driver.state());
  driver.press("space");
  driver.wait_until("the story goes on", [&](const json& state) { return token_count(state) > kept + 2; });
  EXPECT_TRUE(story(driver.state()).starts_with(chosen));
}

void scrub(app::WindowDriver& driver) {
  driver.wait_until("pictures are half done", [](const json& state) { return fraction(state) > 0.5; });
  driver.click("progress", 0.2);
  driver.wait_until("it is paused at an early step", [](const json& state) {
    return state.at("paused").get<bool>() && std::abs(fraction(state) - 0.2) < 0.07 && is_ready(state);
  });
  const std::string there = progress(driver.state());
  driver.click("strip", 0.5);
  driver.wait_until("it is at a stage", [&](const json& state) { return progress(state) != there && is_ready(state); });
  driver.click("progress", 0.2);
  driver.wait_until("it is back", [&](const json& state) { return progress(state) == there; });
  driver.press("period");
  driver.wait_until("one step further", [&](const json& state) { return progress(state) != there; });
  // Another sampler branches from here.
  driver.click("Sampler");
  driver.click("Sampler: Heun");
  driver.wait_until("it is a branch",
                    [](const json& state) { return progress(state).find("branched") != std::string::npos; });
  driver.press("space");
  driver.wait_until("it goes on", [](const json& state) { return !state.at("paused").get<bool>(); });
}

/// Sets each slider and choice to something else.
void set_controls(app::WindowDriver& driver) {
  for (const char* slider : {"Steps", "Guidance", "Temperature", "Top-k", "Top-p", "Min-p", "Speed"}) {
    driver.click(slider, 0.7);
  }
  for (const auto& [combo, choice] :
       {std::pair{"Schedule", "Schedule: Cosine"}, {"Time of day", "Time of day: Sunset"}}) {
    driver.click(combo);
    if (driver.find(choice)) driver.click(choice);
  }
  driver.click("Seed: dice");
  const json request = driver.look().at("request");
  EXPECT_NE(request, json::parse(studio::to_json({})));
  driver.click("Restart");
  driver.press("h");
  driver.press("F1");
  driver.press("Escape");
}

TEST_F(WindowClickTest, EverythingWithTheShippedModels) {
  start({"--validation", "--size", "1280x900", "--capture-dir", folder_.string()}, {});
  app::WindowDriver driver(controls_);
  ASSERT_TRUE(driver.wait_until("everything is loaded", [](const json& state) {
    return is_ready(state) && token_count(state) > 0 && fraction(state) > 0;
  }));
  // Few pictures and steps, so that the test is quick.
  driver.click("Pictures", 0.01);
  driver.wait_until("fewer pictures", [](const json& state) {
    return state.at("request").at("picture").at("count").get<int>() <= 2 && is_ready(state);
  });
  scrub(driver);
  click_words(driver);
  driver.press("F12");
  driver.wait_until("the capture is told",
                    [](const json& state) { return state.at("message").get<std::string>().starts_with("Saved"); });
  set_controls(driver);
  driver.press("F10");
  driver.wait_until("it films", [](const json& state) { return state.at("filming").get<bool>(); });
  driver.click("model gpt");
  driver.wait_until("words are off", [](const json& state) { return !state.contains("writer"); });
  driver.click("model gpt");
  driver.wait_until("words are back", [](const json& state) { return token_count(state) > 0 && is_ready(state); });
  driver.press("F10");
  driver.wait_until("the film is told", [](const json& state) { return !state.at("filming").get<bool>(); });
  app::WindowDriver::tool_for_window("windowsize", "900 640");
  driver.wait_until("the window is smaller", [](const json& state) { return state.at("width") == 900; });
  kill(pid_, SIGTERM);
  EXPECT_EQ(finish(), 0);
  EXPECT_EQ(log().find("alidation"), std::string::npos) << log();
  EXPECT_EQ(log().find("VUID"), std::string::npos) << log();
  ASSERT_EQ(files(".png").size(), 1U);
  EXPECT_GE(formats::read_png(files(".png").front()).width, 64);
  ASSERT_EQ(files(".mp4").size(), 1U);
  EXPECT_GT(fs::file_size(files(".mp4").front()), 1000U);
}

TEST_F(WindowClickTest, ClosesAtOnceWhileLoading) {
  start({}, {{"MESA_SHADER_CACHE_DISABLE", "true"}, {"XDG_CACHE_HOME", (folder_ / "cache").string()}});
  app::WindowDriver driver(controls_);
  ASSERT_TRUE(driver.wait_until("it loads", [](const json& state) { return state.at("frames").get<int>() > 3; }));
  EXPECT_FALSE(is_ready(driver.state()));
  kill(pid_, SIGTERM);
  EXPECT_EQ(finish(), 0);
}

TEST_F(WindowClickTest, EndsWithOneSentenceWhenTheDeviceIsLost) {
  for (const char* submissions : {"2", "40", "400"}) {
    start({"--capture-dir", folder_.string()}, {{"FIGMENT_LOSE_DEVICE_AFTER", submissions}});
    EXPECT_EQ(finish(), 1) << submissions;
    const std::string text = log();
    EXPECT_NE(text.find("device was lost"), std::string::npos) << text;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  }
}

TEST_F(WindowClickTest, HintsAtTheFirstStartAndSettingsAtTheNext) {
  remembers_ = true;
  const std::vector<std::string> arguments = {"--size", "1280x900", "--capture-dir", folder_.string()};
  start(arguments, {});
  app::WindowDriver driver(controls_);
  ASSERT_TRUE(driver.wait_until("a hint is there", [](const json& state) { return state.at("hint") == 0; }));
  driver.wait_until("all is ready", is_ready);
  driver.click("Next");
  EXPECT_EQ(driver.state().at("hint"), 1);
  driver.press("Escape");
  EXPECT_EQ(driver.state().at("hint"), -1);
  // The keyboard alone: down the list to the autoencoder.
  for (int i = 0; i < 60 && driver.state().at("focus") != "model autoencoder"; ++i) driver.press("Tab");
  driver.press("Return");
  driver.wait_until("the autoencoder is on show", [](const json& state) {
    return is_ready(state) && state.at("models").dump().find("autoencoder") != std::string::npos;
  });
  driver.press("F8");
  driver.wait_until("it is light", [](const json& state) { return state.at("theme") == "light"; });
  driver.press("ctrl+equal");
  driver.press("s");
  const json request = driver.look().at("request");
  const double zoom = driver.state().at("zoom").get<double>();
  EXPECT_GT(zoom, 1);
  kill(pid_, SIGTERM);
  EXPECT_EQ(finish(), 0) << log();

  fs::remove(controls_);
  start(arguments, {});
  app::WindowDriver next(controls_);
  ASSERT_TRUE(next.wait_until("all is ready", is_ready));
  EXPECT_EQ(next.state().at("theme"), "light");
  EXPECT_EQ(next.state().at("zoom").get<double>(), zoom);
  EXPECT_EQ(next.state().at("hint"), -1);
  EXPECT_EQ(next.state().at("request"), request);
  EXPECT_NE(next.state().at("models").dump().find("autoencoder"), std::string::npos);
  kill(pid_, SIGKILL);  // nothing was half-written
  finish();

  core::write_atomically(folder_ / "config" / "figment" / "settings.json", std::string_view("{\"settings\": 1"));
  fs::remove(controls_);
  start(arguments, {});
  app::WindowDriver last(controls_);
  last.wait_until("the damage is told", [](const json& state) {
    return state.at("message").get<std::string>().find("settings.json.damaged") != std::string::npos;
  });
  kill(pid_, SIGTERM);
  EXPECT_EQ(finish(), 0) << log();
}

}  // namespace
}  // namespace figment
