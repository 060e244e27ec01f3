#include "app/window_command.h"

#include <charconv>
#include <cstdio>

#include "app/frame_loop.h"
#include "core/log.h"
#include "core/quote.h"
#include "gpu/error.h"

namespace figment::app {

void parse_size(const std::string& text, int& width, int& height) {
  const auto read = [](std::string_view part) {
    int value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    return error == std::errc{} && end == part.data() + part.size() ? value : 0;
  };
  const std::size_t cross = text.find('x');
  const std::string_view whole(text);
  const int w = cross == std::string::npos ? 0 : read(whole.substr(0, cross));
  const int h = cross == std::string::npos ? 0 : read(whole.substr(cross + 1));
  core::require(w >= 480 && h >= 360 && w <= 16384 && h <= 16384,
                "'{}' is no size for a window; write it as 1280x720, at least 480x360.", core::quotable(text));
  width = w;
  height = h;
}

int run_window(const WindowOptions& options) { return run_window(options, studio::shown_families()); }

int run_window(const WindowOptions& options, const std::vector<studio::Family>& families, WindowReport* report) {
  SettingsKeeper keeper(options.settings);
  const Settings& known = keeper.settings();
  const int width = options.width > 0 ? options.width : known.width >= 480 ? known.width : 1280;
  const int height = options.height > 0 ? options.height : known.height >= 360 ? known.height : 720;
  Window window("figment", width, height);
  runtime::ContextOptions context_options;
  context_options.device.select = options.device;
  context_options.device.validation = options.validation;
  context_options.device.present = true;
  context_options.device.instance_extensions = Window::instance_extensions();
  try {
    runtime::Context context(context_options);
    FrameLoop loop(options, window, context, families, keeper);
    loop.run();
    if (report != nullptr) *report = loop.report();
    return 0;
  } catch (const gpu::DeviceLost& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

}  // namespace figment::app
