#include "app/film/script_player.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/capture.h"
#include "app/film/hand.h"
#include "app/film/title_card.h"
#include "app/film/tour.h"
#include "app/keys.h"
#include "core/error.h"

namespace figment::app {

namespace {

using Kind = ScriptEvent::Kind;

constexpr double reading_calls_per_second = 120;  // of what writes below pictures

const studio::Family& family_named(const Players& players, const std::string& name) {
  return *std::ranges::find(players.families(), name, &studio::Family::name);  // the script was checked
}

/// Whole calls out of what is owed by now.
int take_calls(double& owed, double calls) {
  owed += calls;
  const double whole = std::floor(owed + 1e-6);
  owed -= whole;
  return static_cast<int>(whole);
}

}  // namespace

ScriptPlayer::ScriptPlayer(OffscreenWindow& window, const Script& script, std::filesystem::path folder)
    : window_(window), script_(script), folder_(std::move(folder)) {
  window_.interface().state().request = script.request;
  const bool begins = std::ranges::any_of(script.events, [](const ScriptEvent& event) {
    return event.frame == 0 && (event.kind == Kind::select || event.kind == Kind::train);
  });
  Players& players = window_.interface().players();
  if (!script.model.empty()) {
    players.select(family_named(players, script.model));
  } else if (!begins && !players.families().empty()) {
    players.select(players.families().front());
  }
}

void ScriptPlayer::advance() {
  core::require(!is_over(), "the script is over");
  for (; next_ < script_.events.size() && script_.events[next_].frame <= frame_; ++next_) {
    const ScriptEvent& event = script_.events[next_];
    try {
      perform(event);
    } catch (const gpu::DeviceLost&) {
      throw;
    } catch (const core::Error& error) {
      throw core::Error(about(event, error.what()));
    }
  }
  mouse_.advance(static_cast<double>(window_.frame_seconds()), window_.interface().widgets().controls());
  window_.advance(next_frame());
  ++frame_;
}

void ScriptPlayer::perform(const ScriptEvent& event) {
  State& state = window_.interface().state();
  switch (event.kind) {
    case Kind::request:
    case Kind::set:
    case Kind::seed:
    case Kind::prompt:
      apply_to_request(state.request, event, state.players.families());
      break;
    case Kind::pause:
      state.is_paused = event.is_on;
      break;
    case Kind::key:
      press(event.key);
      break;
    case Kind::capture:
      capture(event.text);
      break;
    case Kind::title:
      title_ = &event;
      break;
    case Kind::move:
    case Kind::press:
    case Kind::release:
    case Kind::click:
    case Kind::drag:
    case Kind::scroll:
      mouse_.add(event);
      break;
    default:
      perform_on_models(event);
  }
}

/// At once, so that several events of a frame do not take each other's place.
void ScriptPlayer::perform_on_models(const ScriptEvent& event) {
  Interface& interface = window_.interface();
  Actions& actions = interface.state().actions;
  const studio::Family* family = event.text.empty() ? nullptr : &family_named(interface.players(), event.text);
  if (event.kind == Kind::select) actions.select = family;
  if (event.kind == Kind::compare_with) actions.compare_with = family;
  if (event.kind == Kind::train) (event.is_on ? actions.train_beside : actions.train) = family;
  if (event.kind == Kind::stop) actions.stop = family;
  if (event.kind == Kind::step) actions.step = true;
  if (event.kind == Kind::restart) actions.restart = true;
  interface.take_actions();
}

void ScriptPlayer::press(const ScriptKey& key) {
  State& state = window_.interface().state();
  ImGuiIO& io = ImGui::GetIO();
  io.KeyCtrl = key.with_control;
  io.KeyShift = key.with_shift;
  press_key(state, key.code);
  io.KeyCtrl = io.KeyShift = false;
  if (std::exchange(state.actions.capture, false)) capture(fmt::format("capture-{:03}.png", captures_ + 1));
  window_.interface().take_actions();
}

void ScriptPlayer::capture(const std::string& name) {
  const State& state = window_.interface().state();
  const studio::View* view = state.players.painter().view();
  core::require(view != nullptr, "there are no pictures to save; select a model that paints first");
  formats::write_png(folder_ / name, read_pictures(window_.device(), view->pictures),
                     formats::PngText{{request_keyword, studio::to_json(state.request)}, {"Software", "figment"}});
  ++captures_;
}

double ScriptPlayer::calls_per_second(const Player& player) const {
  if (player.family == nullptr) return 0;
  return script_.pace.value_or(scene_of(*player.family).calls_per_second);
}

OffscreenWindow::Frame ScriptPlayer::next_frame() {
  const State& state = window_.interface().state();
  const auto seconds = static_cast<double>(window_.frame_seconds());
  const bool has_pictures = state.players.painter().family != nullptr;
  OffscreenWindow::Frame frame;
  frame.painter_calls = frame.writer_calls = 0;
  if (!state.is_paused) {
    frame.painter_calls = take_calls(owed_painter_, seconds * calls_per_second(state.players.painter()));
    frame.writer_calls = take_calls(
        owed_writer_, seconds * (has_pictures ? reading_calls_per_second : calls_per_second(state.players.writer())));
  }
  frame.has_mouse = mouse_.is_shown();
  frame.mouse = mouse_.at();
  frame.is_pressed = mouse_.is_pressed();
  frame.wheel = mouse_.wheel();
  frame.overlay = [this] {
    const Style& style = window_.interface().style();
    if (title_ != nullptr) {
      const Layout& layout = window_.interface().state().layout;
      const float shown = static_cast<float>(frame_ - title_->frame) * window_.frame_seconds();
      draw_title_card(style, layout.stage.is_empty() ? layout.words : layout.stage, title_->text, title_->caption,
                      title_alpha(shown, static_cast<float>(title_->seconds)));
    }
    if (mouse_.is_shown()) draw_mouse(style, mouse_.at(), mouse_.is_pressed());
  };
  return frame;
}

}  // namespace figment::app
