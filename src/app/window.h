#pragma once
#include <volk.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "app/imgui_context.h"

struct GLFWwindow;

namespace figment::app {

/// A window of the desktop, through GLFW, with an ImGui context for it.
class Window {
 public:
  /// Throws Error if there is no display or it knows no Vulkan.
  Window(const char* title, int width, int height);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  /// Instance extensions for gpu::DeviceOptions.
  static std::vector<std::string> instance_extensions();
  VkSurfaceKHR make_surface(VkInstance instance) const;

  /// Handles what has happened; with a timeout waits that many seconds for something to happen.
  void poll();
  void wait(double timeout_s);
  void close();  ///< as if a person had closed it
  bool should_close() const;

  /// Of the picture, in pixels; 0 x 0 while minimised.
  VkExtent2D pixels() const;
  struct Size {
    int width = 0;
    int height = 0;
  };
  Size size() const;  ///< in the units in which it was asked for
  bool is_full_screen() const;
  bool is_minimised() const;
  /// How much larger than at 96 dots per inch things are to be.
  float content_scale() const;
  void toggle_full_screen();

  /// Seconds since mouse, keyboard or size changed anything.
  double seconds_since_input() const;
  void touch();  ///< as if something had happened

  std::vector<int> take_keys();                         ///< GLFW's codes, in order
  std::vector<std::filesystem::path> take_dropped();    ///< files dropped on the window
  void drop(std::vector<std::filesystem::path> paths);  ///< as if they were dropped
  /// Where the mouse was while a button was down, since the last call: a pen must not cut corners when frames are slow.
  std::vector<ImVec2> take_trail() { return std::exchange(trail_, {}); }
  GLFWwindow* handle() const { return window_; }

 private:
  void install_callbacks();
  void fit_to_screen();
  void extend_trail();

  OwnedImGuiContext context_;
  GLFWwindow* window_ = nullptr;
  std::vector<int> keys_;
  std::vector<std::filesystem::path> dropped_;
  ImVec2 mouse_;  ///< by its events; asked, it would be ahead of a press that still waits in the queue
  std::vector<ImVec2> trail_;
  double last_input_s_ = 0;
  struct Place {
    int x = 0, y = 0, width = 0, height = 0;
  } windowed_;
};

}  // namespace figment::app
