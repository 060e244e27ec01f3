#include "app/window.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <imgui_impl_glfw.h>

#include <algorithm>
#include <utility>

#include "gpu/error.h"

// GLFW declares this only where Vulkan's prototypes are seen.
extern "C" VkResult glfwCreateWindowSurface(VkInstance instance, GLFWwindow* window,
                                            const VkAllocationCallbacks* allocator, VkSurfaceKHR* surface);

namespace figment::app {

namespace {

Window& self(GLFWwindow* window) { return *static_cast<Window*>(glfwGetWindowUserPointer(window)); }

std::string glfw_error() {
  const char* text = nullptr;
  glfwGetError(&text);
  return text == nullptr ? "no reason given" : text;
}

}  // namespace

Window::Window(const char* title, int width, int height) {
  glfwInitHint(GLFW_JOYSTICK_HAT_BUTTONS, GLFW_FALSE);
  if (glfwInit() != GLFW_TRUE) {
    core::fail("There is no display here ({}); use `figment film --seconds 10 --out film.mp4`.", glfw_error());
  }
  if (glfwVulkanSupported() != GLFW_TRUE) {
    glfwTerminate();
    core::fail("The display knows no Vulkan; install libvulkan1 and mesa-vulkan-drivers.");
  }
  glfwWindowHint(GLFW_CLIENT_API, GLFW_NO_API);
  glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
  window_ = glfwCreateWindow(width, height, title, nullptr, nullptr);
  if (window_ == nullptr) {
    const std::string reason = glfw_error();
    glfwTerminate();
    core::fail("The window cannot be opened ({}); use `figment film --seconds 10 --out film.mp4`.", reason);
  }
  fit_to_screen();
  glfwSetWindowSizeLimits(window_, 480, 360, GLFW_DONT_CARE, GLFW_DONT_CARE);
  glfwSetWindowUserPointer(window_, this);
  install_callbacks();
  ImGui_ImplGlfw_InitForOther(window_, true);
}

Window::~Window() {
  ImGui_ImplGlfw_Shutdown();
  glfwDestroyWindow(window_);
  glfwTerminate();
}

/// What was scaled for a display of small pixels may be larger than that display.
void Window::fit_to_screen() {
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  if (monitor == nullptr || content_scale() <= 1) return;
  int x = 0;
  int y = 0;
  int width_max = 0;
  int height_max = 0;
  glfwGetMonitorWorkarea(monitor, &x, &y, &width_max, &height_max);
  int width = 0;
  int height = 0;
  glfwGetWindowSize(window_, &width, &height);
  if (width_max < 1 || height_max < 1 || (width <= width_max && height <= height_max)) return;
  glfwSetWindowSize(window_, std::min(width, width_max), std::min(height, height_max));
  glfwSetWindowPos(window_, x, y);
}

void Window::install_callbacks() {
  // Installed before ImGui's, which call these in turn.
  glfwSetKeyCallback(window_, [](GLFWwindow* window, int key, int, int action, int) {
    const bool repeats = key == GLFW_KEY_TAB || (key >= GLFW_KEY_RIGHT && key <= GLFW_KEY_UP);
    if (action == GLFW_PRESS || (action == GLFW_REPEAT && repeats)) self(window).keys_.push_back(key);
    self(window).touch();
  });
  glfwSetMouseButtonCallback(window_, [](GLFWwindow* window, int, int action, int) {
    if (action == GLFW_PRESS) self(window).trail_.clear();  // an older stroke has been seen, or never will be
    self(window).extend_trail();
    self(window).touch();
  });
  glfwSetScrollCallback(window_, [](GLFWwindow* window, double, double) { self(window).touch(); });
  glfwSetCharCallback(window_, [](GLFWwindow* window, unsigned) { self(window).touch(); });
  glfwSetCursorEnterCallback(window_, [](GLFWwindow* window, int) { self(window).touch(); });
  glfwSetWindowFocusCallback(window_, [](GLFWwindow* window, int) { self(window).touch(); });
  // ImGui 1.86 takes the place of the mouse only by asking, later versions by this callback.
  glfwSetCursorPosCallback(window_, [](GLFWwindow* window, double x, double y) {
    self(window).mouse_ = {static_cast<float>(x), static_cast<float>(y)};
    const bool is_down = glfwGetMouseButton(window, GLFW_MOUSE_BUTTON_LEFT) == GLFW_PRESS ||
                         glfwGetMouseButton(window, GLFW_MOUSE_BUTTON_RIGHT) == GLFW_PRESS;
    if (is_down) self(window).extend_trail();
    self(window).touch();
  });
  glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* window, int, int) { self(window).touch(); });
  glfwSetWindowRefreshCallback(window_, [](GLFWwindow* window) { self(window).touch(); });
  glfwSetWindowIconifyCallback(window_, [](GLFWwindow* window, int) { self(window).touch(); });
  glfwSetDropCallback(window_, [](GLFWwindow* window, int count, const char** paths) {
    std::vector<std::filesystem::path> files;
    for (int i = 0; i < count; ++i) files.emplace_back(paths[i]);
    self(window).drop(std::move(files));
  });
}

std::vector<std::string> Window::instance_extensions() {
  std::uint32_t count = 0;
  const char** names = glfwGetRequiredInstanceExtensions(&count);
  core::require(names != nullptr,
                "The display gives Vulkan no surface; use `figment film --seconds 10 --out film.mp4`.");
  return {names, names + count};
}

VkSurfaceKHR Window::make_surface(VkInstance instance) const {
  VkSurfaceKHR surface = VK_NULL_HANDLE;
  gpu::check(glfwCreateWindowSurface(instance, window_, nullptr, &surface), "glfwCreateWindowSurface");
  return surface;
}

void Window::poll() { glfwPollEvents(); }
void Window::wait(double timeout_s) { glfwWaitEventsTimeout(timeout_s); }
void Window::close() { glfwSetWindowShouldClose(window_, GLFW_TRUE); }
bool Window::should_close() const { return glfwWindowShouldClose(window_) == GLFW_TRUE; }

VkExtent2D Window::pixels() const {
  int width = 0;
  int height = 0;
  glfwGetFramebufferSize(window_, &width, &height);
  return {static_cast<std::uint32_t>(std::max(width, 0)), static_cast<std::uint32_t>(std::max(height, 0))};
}

Window::Size Window::size() const {
  Size size;
  glfwGetWindowSize(window_, &size.width, &size.height);
  return size;
}

bool Window::is_full_screen() const { return glfwGetWindowMonitor(window_) != nullptr; }

bool Window::is_minimised() const {
  const VkExtent2D size = pixels();
  return size.width == 0 || size.height == 0 || glfwGetWindowAttrib(window_, GLFW_ICONIFIED) == GLFW_TRUE;
}

float Window::content_scale() const {
  float x = 1;
  float y = 1;
  glfwGetWindowContentScale(window_, &x, &y);
  return std::max(x, y);
}

void Window::toggle_full_screen() {
  touch();
  if (glfwGetWindowMonitor(window_) != nullptr) {
    glfwSetWindowMonitor(window_, nullptr, windowed_.x, windowed_.y, windowed_.width, windowed_.height, GLFW_DONT_CARE);
    return;
  }
  glfwGetWindowPos(window_, &windowed_.x, &windowed_.y);
  glfwGetWindowSize(window_, &windowed_.width, &windowed_.height);
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  const GLFWvidmode* mode = monitor == nullptr ? nullptr : glfwGetVideoMode(monitor);
  if (mode == nullptr) return;
  glfwSetWindowMonitor(window_, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
}

double Window::seconds_since_input() const { return glfwGetTime() - last_input_s_; }
void Window::touch() { last_input_s_ = glfwGetTime(); }

void Window::extend_trail() {
  constexpr std::size_t most = 4096;  // a window that is not drawn for long does not gather for ever
  if (trail_.size() < most) trail_.push_back(mouse_);
}

std::vector<int> Window::take_keys() { return std::exchange(keys_, {}); }
std::vector<std::filesystem::path> Window::take_dropped() { return std::exchange(dropped_, {}); }

void Window::drop(std::vector<std::filesystem::path> paths) {
  touch();
  dropped_.insert(dropped_.end(), paths.begin(), paths.end());
}

}  // namespace figment::app
