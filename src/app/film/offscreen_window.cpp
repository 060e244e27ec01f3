#include "app/film/offscreen_window.h"

#include <algorithm>
#include <cfloat>

namespace figment::app {

namespace {

constexpr VkFormat format = VK_FORMAT_R8G8B8A8_UNORM;
constexpr double endless_ms = 1e9;

/// Panels are as large as in a window of 1280x720, or larger where there is room.
float scale_of(const OffscreenWindow::Options& options) {
  const float fit = std::min(static_cast<float>(options.width) / 1280.0F, static_cast<float>(options.height) / 720.0F);
  return std::max(fit, 1.0F);
}

}  // namespace

OffscreenWindow::OffscreenWindow(runtime::Context& context, const std::vector<studio::Family>& families,
                                 const Options& options)
    : options_(options),
      device_(context.device()),
      renderer_(device_, format),
      interface_(context, renderer_, families, options.request, scale_of(options)),
      image_(device_, static_cast<std::uint32_t>(options.width), static_cast<std::uint32_t>(options.height), format),
      recorder_(device_) {
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {static_cast<float>(options.width), static_cast<float>(options.height)};
  io.DeltaTime = frame_seconds();
  // What was measured differs from run to run, and says nothing of a film.
  interface_.state().shows_measurements = false;
}

OffscreenWindow::~OffscreenWindow() {
  try {
    device_.wait_idle();
  } catch (const core::Error&) {
    // A lost device runs nothing any more.
  }
}

void OffscreenWindow::load() {
  Players& players = interface_.players();
  players.close_leaving();
  while (players.make_pending(interface_.state().request)) {
  }
  const auto is_busy = [&] { return players.is_loading() || players.is_stepping(); };
  while (is_busy() && players.error().empty()) players.advance_loading(endless_ms);
  core::require(players.error().empty(), "{}", players.error());
}

void OffscreenWindow::run(const Player& player, int calls) {
  for (int call = 0; call < calls && player.activity; ++call) {
    // A training never ends by itself: a call is one step of it.
    if (player.trains) {
      player.activity->single_step();
    } else {
      player.activity->advance(endless_ms);
    }
    device_.wait_idle();  // the next call finds all of it done, on a slow device as on a quick one
    load();
  }
}

void OffscreenWindow::work(const Frame& frame) {
  const Players& players = interface_.players();
  run(players.painter(0), frame.painter_calls);
  run(players.painter(1), frame.painter_calls);
  run(players.writer(), frame.writer_calls);
}

void OffscreenWindow::advance(const Frame& frame) {
  interface_.take_actions();
  interface_.apply_request();
  load();
  time_.advance(frame_seconds());
  work(frame);
  ImGuiIO& io = ImGui::GetIO();
  io.MousePos = frame.has_mouse ? frame.mouse : ImVec2(-FLT_MAX, -FLT_MAX);
  io.MouseDown[0] = frame.has_mouse && frame.is_pressed;
  io.MouseWheel = frame.has_mouse ? frame.wheel : 0;
  interface_.build(frame.overlay);
}

formats::Picture OffscreenWindow::draw() {
  const FrameTarget target{image_.handle(), image_.view(), {image_.width(), image_.height()}, format};
  const std::vector<PictureSheet*> sheets = interface_.sheets();
  device_.queue().run(recorder_.record(target, renderer_, *ImGui::GetDrawData(), sheets, 0, true));
  recorder_.take_times();
  return recorder_.take_pixels()->picture();
}

}  // namespace figment::app
