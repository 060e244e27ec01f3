#include "app/film/performance.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "app/film/title_card.h"

namespace figment::app {

namespace {

constexpr float title_seconds = 2.0F;
constexpr int writer_calls = 4;  // a frame: enough for the pace at which one reads

float pace_of(const PlannedScene& planned, float frame_seconds) {
  const float length = static_cast<float>(planned.frames) * frame_seconds;
  return std::clamp(scene_seconds / std::max(length, 0.1F), 1.0F, 1.8F);
}

std::string with_capital(std::string text) {
  if (!text.empty()) text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text;
}

}  // namespace

Performance::Performance(OffscreenWindow& window, const PlannedScene& planned, const studio::Request& request,
                         bool has_title)
    : window_(window),
      planned_(planned),
      hand_(planned_.scene.steps, pace_of(planned, window.frame_seconds())),
      has_title_(has_title) {
  take_stage(request);
}

void Performance::take_stage(const studio::Request& request) {
  State& state = window_.interface().state();
  const Players& players = window_.interface().players();
  state.request = request;
  state.is_paused = false;
  state.actions.select = planned_.family;
  if (!planned_.family->fills_stage) {
    state.actions.stop = players.painter().family;
  } else if (!planned_.scene.has_words) {
    state.actions.stop = players.writer().family;
  } else if (players.writer().family == nullptr) {
    const auto& families = players.families();
    const auto writer =
        std::ranges::find_if(families, [](const studio::Family& family) { return !family.fills_stage; });
    if (writer != families.end()) window_.interface().players().select(*writer);
  }
}

void Performance::advance() {
  State& state = window_.interface().state();
  hand_.advance(window_.frame_seconds(), window_.interface().widgets().controls());
  // Who holds an earlier step looks at it; then it goes on from there.
  if (!hand_.is_pressed()) state.is_paused = false;
  owed_calls_ += static_cast<float>(planned_.scene.calls_per_second) * window_.frame_seconds();
  const float calls = std::floor(owed_calls_ + 1e-3F);
  owed_calls_ -= calls;
  OffscreenWindow::Frame frame;
  frame.painter_calls = state.is_paused ? 0 : static_cast<int>(calls);
  frame.writer_calls = planned_.family->fills_stage ? writer_calls : static_cast<int>(calls);
  frame.has_mouse = hand_.is_shown();
  frame.mouse = hand_.at();
  frame.is_pressed = hand_.is_pressed();
  frame.overlay = [this] {
    draw_title();
    hand_.draw(window_.interface().style());
  };
  window_.advance(frame);
  seconds_ += window_.frame_seconds();
}

void Performance::draw_title() const {
  if (!has_title_) return;
  const Layout& layout = window_.interface().state().layout;
  draw_title_card(window_.interface().style(), layout.stage.is_empty() ? layout.words : layout.stage,
                  planned_.family->title, with_capital(planned_.family->sentence),
                  title_alpha(seconds_, title_seconds));
}

}  // namespace figment::app
