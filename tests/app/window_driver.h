#pragma once
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>

#include "core/files.h"

namespace figment::app {

/// Runs the window on this thread; what it throws fails the test, and does not end the thread that drives it.
template <typename Run>
int run_reporting(Run run) {
  try {
    return run();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "the window ended with: " << error.what();
    return -1;
  }
}

/// A display of its own for the time of a test.
class VirtualDisplay {
 public:
  VirtualDisplay() {
    int ends[2];
    if (pipe(ends) != 0) return;
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGTERM);  // a test that crashes leaves no display behind
      close(ends[0]);
      const std::string descriptor = std::to_string(ends[1]);
      execlp("Xvfb", "Xvfb", "-displayfd", descriptor.c_str(), "-screen", "0", "1280x1024x24", "-nolisten", "tcp",
             "-noreset", static_cast<char*>(nullptr));  // it would start anew when a client goes before the next comes
      _exit(127);
    }
    close(ends[1]);
    char text[16] = {};
    std::size_t length = 0;
    while (length + 1 < sizeof(text) && read(ends[0], text + length, 1) == 1 && text[length] != '\n') ++length;
    close(ends[0]);
    if (length == 0) return;
    setenv("DISPLAY", fmt::format(":{}", std::string_view(text, length)).c_str(), 1);
    is_running_ = true;
  }
  ~VirtualDisplay() {
    if (pid_ <= 0) return;
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
    unsetenv("DISPLAY");
  }
  VirtualDisplay(const VirtualDisplay&) = delete;
  VirtualDisplay& operator=(const VirtualDisplay&) = delete;
  bool is_running() const { return is_running_; }

 private:
  pid_t pid_ = -1;
  bool is_running_ = false;
};

/// Drives the window from outside, as a person would: mouse and keys through xdotool, and what is to be seen through
/// the file of controls.
class WindowDriver {
 public:
  explicit WindowDriver(std::filesystem::path controls_file) : file_(std::move(controls_file)) {}

  /// The window's state, at least two frames younger than now: it has seen what was done before.
  nlohmann::json look() {
    refresh();
    const int now = frames_;
    wait_until("the window goes on",
               [&](const nlohmann::json& state) { return state.at("frames").get<int>() > now + 2; });
    return state_;
  }

  /// Waits until `holds`, at most a minute (a test machine may be slow).
  bool wait_until(const std::string& what, const std::function<bool(const nlohmann::json&)>& holds) {
    for (int i = 0; i < 1200; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      if (refresh() && holds(state_)) return true;
    }
    ADD_FAILURE() << "waited in vain until " << what
                  << "; message: " << (state_.is_object() ? state_.value("message", "") : "the window never came");
    return false;
  }

  std::optional<nlohmann::json> find(const std::string& name) const {
    for (const auto& control : state_.at("controls")) {
      if (control.at("name") == name) return control;
    }
    return std::nullopt;
  }

  /// The control, its surroundings scrolled by the mouse wheel until it is to be seen.
  std::optional<nlohmann::json> find_scrolled(const std::string& name) {
    for (int turns = 0; turns < 60; ++turns) {
      const auto control = find(name);
      if (!control || control->at("visible").get<bool>()) return control;
      const double top = control->at("top").get<double>();
      const double bottom = control->at("bottom").get<double>();
      const double middle = control->at("y").get<double>() + 0.5 * control->at("height").get<double>();
      tool(fmt::format("mousemove {} {}",
                       static_cast<int>(control->at("x").get<double>() + 0.5 * control->at("width").get<double>()),
                       static_cast<int>(0.5 * (top + bottom))));
      look();
      tool(middle < top ? "click 4" : "click 5");
      look();
    }
    return std::nullopt;
  }

  /// Clicks at a share of the control's width, with Control held if asked.
  void click(const std::string& name, double share = 0.5, bool with_control = false) {
    const auto control = find_scrolled(name);
    if (!control) {
      ADD_FAILURE() << "there is no control called " << name << " that can be clicked";
      return;
    }
    if (with_control) tool("keydown ctrl");
    click_at(control->at("x").get<double>() + share * control->at("width").get<double>(),
             control->at("y").get<double>() + 0.5 * control->at("height").get<double>());
    if (with_control) tool("keyup ctrl");
    look();
  }
  /// Clicks at a place of the window.
  void click_at(double x, double y) {
    tool(fmt::format("mousemove {} {}", static_cast<int>(x), static_cast<int>(y)));
    hold("mousedown 1", "mouseup 1");
    look();
  }

  /// Moves the mouse to a share of the control's width and height.
  void move_to(const std::string& name, double across, double down) {
    const auto control = find(name);
    if (!control) {
      ADD_FAILURE() << "there is no control called " << name;
      return;
    }
    const auto place = [&](const char* from, const char* length, double share) {
      return static_cast<int>(control->at(from).get<double>() + share * control->at(length).get<double>());
    };
    tool(fmt::format("mousemove {} {}", place("x", "width", across), place("y", "height", down)));
  }

  /// Drags with a mouse button along a straight line, in `moves` moves of which no frame waits for.
  void drag(const std::string& name, std::pair<double, double> from, std::pair<double, double> to, int button = 1,
            int moves = 12) {
    move_to(name, from.first, from.second);
    look();
    tool(fmt::format("mousedown {}", button));
    look();
    for (int i = 1; i <= moves; ++i) {
      const double share = static_cast<double>(i) / moves;
      move_to(name, from.first + share * (to.first - from.first), from.second + share * (to.second - from.second));
    }
    look();
    tool(fmt::format("mouseup {}", button));
    look();
  }

  void press(const std::string& key) {
    hold("keydown " + key, "keyup " + key);
    look();
  }
  void type(const std::string& text) {
    tool("type --delay 60 '" + text + "'");
    look();
  }
  static void tool(const std::string& arguments) {
    const int code = std::system(("xdotool " + arguments).c_str());
    EXPECT_EQ(code, 0) << "xdotool " << arguments;
  }
  static void tool_for_window(const std::string& command, const std::string& arguments = "") {
    tool("search --name '^figment$' " + command + " " + arguments);
  }
  const nlohmann::json& state() const { return state_; }

 private:
  /// Whether there is a state yet.
  bool refresh() {
    std::error_code error;
    if (!std::filesystem::exists(file_, error)) return false;
    state_ = nlohmann::json::parse(core::read_text(file_));
    frames_ = state_.at("frames").get<int>();
    return true;
  }

  /// ImGui 1.86 looks at mouse and keys once a frame: what is pressed must stay so until frames have seen it.
  void hold(const std::string& down, const std::string& up) {
    look();
    tool(down);
    look();
    tool(up);
  }

  std::filesystem::path file_;
  nlohmann::json state_;
  int frames_ = -1;
};

}  // namespace figment::app
