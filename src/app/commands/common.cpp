#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "app/commands/commands.h"

namespace figment::app {
namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::string clock_text(double seconds) {
  const int whole = static_cast<int>(seconds + 0.5);
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace

void add_common(CLI::App& app, CommonOptions& common) {
  app.add_option("--device", common.device, "Number or part of the name of the device (see figment list)");
  app.add_flag("--validation", common.validation, "Run with the Vulkan validation layer");
}

std::unique_ptr<runtime::Context> make_context(const CommonOptions& common) {
  runtime::ContextOptions options;
  options.device.select = common.device;
  options.device.validation = common.validation;
  return std::make_unique<runtime::Context>(options);
}

ProgressBar::ProgressBar(std::string label)
    : label_(std::move(label)), started_(now()), is_terminal_(::isatty(STDERR_FILENO) != 0) {}

ProgressBar::~ProgressBar() { finish(); }

void ProgressBar::update(double fraction, const std::string& note) {
  const double time = now();
  if (time - shown_ < (is_terminal_ ? 0.1 : 10.0) && fraction < 1) return;
  shown_ = time;
  fraction = std::clamp(fraction, 0.0, 1.0);
  if (first_fraction_ < 0) {  // what was done in an earlier sitting says nothing about this one's pace
    first_fraction_ = fraction;
    started_ = time;
  }
  const double done = fraction - first_fraction_;
  const double left = done > 0.001 ? (time - started_) * (1 - fraction) / done : 0;
  constexpr int width = 24;
  const int filled = static_cast<int>(fraction * width);
  const std::string line =
      fmt::format("{} [{:=<{}}{: <{}}] {:3.0f} %{}{}{}", label_, "", filled, "", width - filled, 100 * fraction,
                  left > 0 ? ", " + clock_text(left) + " left" : "", note.empty() ? "" : ", ", note);
  if (is_terminal_) {
    fmt::print(stderr, "\r\033[K{}", line);
    open_ = true;
  } else {
    fmt::print(stderr, "{}\n", line);
  }
  std::fflush(stderr);
}

void ProgressBar::finish() {
  if (open_) fmt::print(stderr, "\n");
  open_ = false;
}

}  // namespace figment::app
