#pragma once
#include <atomic>
#include <thread>

#include "app/window.h"
#include "app/window_command.h"
#include "app/window_driver.h"

namespace figment::app {

/// A window on a display and with a folder of its own, driven by a person on another thread; with validation.
class DrivenWindow {
 public:
  explicit DrivenWindow(const std::string& name)
      : folder_(std::filesystem::temp_directory_path() / fmt::format("figment_{}_{}", name, getpid())) {
    std::filesystem::create_directories(folder_);
    options.validation = true;
    options.capture_dir = folder_;
  }
  ~DrivenWindow() { std::filesystem::remove_all(folder_); }
  DrivenWindow(const DrivenWindow&) = delete;
  DrivenWindow& operator=(const DrivenWindow&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  WindowOptions options;  ///< to be changed before run()

  /// Runs the window until `person` has done all; it must end well and without a validation message.
  WindowReport run(const std::vector<studio::Family>& families, const std::function<void(WindowDriver&)>& person) {
    WindowReport report;
    EXPECT_TRUE(display_.is_running()) << "Xvfb does not start; install xvfb";
    const bool has_xdotool = std::system("xdotool version > /dev/null") == 0;
    EXPECT_TRUE(has_xdotool) << "install xdotool";
    if (!display_.is_running() || !has_xdotool) return report;
    const auto controls = folder_ / "controls.state";
    setenv("FIGMENT_CONTROLS_FILE", controls.c_str(), 1);
    std::atomic<bool> is_over = false;
    options.each_frame = [&, each_frame = options.each_frame](Window& window) {
      if (each_frame) each_frame(window);
      if (is_over) window.close();
    };
    std::thread thread([&] {
      WindowDriver driver(controls);
      person(driver);
      is_over = true;
    });
    EXPECT_EQ(run_reporting([&] { return run_window(options, families, &report); }), 0);
    thread.join();
    unsetenv("FIGMENT_CONTROLS_FILE");
    for (const std::string& message : report.validation_messages) ADD_FAILURE() << message;
    return report;
  }

 private:
  const VirtualDisplay display_;
  const std::filesystem::path folder_;
};

}  // namespace figment::app
