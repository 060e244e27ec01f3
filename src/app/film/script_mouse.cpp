#include "app/film/script_mouse.h"

#include <algorithm>

#include "core/error.h"
#include "core/quote.h"

namespace figment::app {

namespace {

using Kind = ScriptEvent::Kind;

constexpr double patience_seconds = 1;
constexpr double click_seconds = 0.1;

/// The names that can be seen, as many as a message has room for.
std::string known_names(const std::vector<ControlRect>& controls) {
  std::string names;
  for (const ControlRect& control : controls) {
    if (!control.is_visible()) continue;
    if (names.size() > 400) return names + " ...";
    names += (names.empty() ? "" : ", ") + control.name;
  }
  return names.empty() ? "none" : names;
}

}  // namespace

void ScriptMouse::add(const ScriptEvent& event) {
  const double held_seconds = std::min(click_seconds, event.seconds);
  switch (event.kind) {
    case Kind::press:
      ways_.push_back({&event, false, event.path[0], event.seconds, is_held_});
      is_held_ = true;
      ways_.push_back({&event, true, {}, 0, true});
      break;
    case Kind::release:
      is_held_ = false;
      ways_.push_back({&event, true, {}, 0, false});
      break;
    case Kind::click:
      ways_.push_back({&event, false, event.path[0], event.seconds - held_seconds, false});
      ways_.push_back({&event, true, {}, click_seconds, true});
      ways_.push_back({&event, true, {}, 0, false});
      break;
    case Kind::drag: {
      ways_.push_back({&event, false, event.path[0], std::min(mouse_way_s, event.seconds), false});
      ways_.push_back({&event, true, {}, 0, true});
      const auto stretches = static_cast<double>(event.path.size() - 1);
      for (std::size_t i = 1; i < event.path.size(); ++i) {
        ways_.push_back({&event, false, event.path[i], event.seconds / stretches, true});
      }
      ways_.push_back({&event, true, {}, 0, false});
      break;
    }
    case Kind::scroll: {
      const bool stays = event.text.empty();
      ways_.push_back({&event, stays, event.path[0], stays ? 0 : 0.2, is_held_, static_cast<float>(event.amount)});
      break;
    }
    default:
      ways_.push_back({&event, false, event.path[0], event.seconds, is_held_});
  }
}

ImVec2 ScriptMouse::target_of(const Way& way, const std::vector<ControlRect>& controls, bool& is_there) const {
  is_there = true;
  if (way.stays) return at_;
  const std::string& name = way.event->text;
  if (name.empty()) return {way.point.x, way.point.y};
  for (const ControlRect& control : controls) {
    // A part of a control is in sight while it is dragged.
    if (control.name != name || !(control.is_visible() || way.is_pressed)) continue;
    return {control.min.x + way.point.x * (control.max.x - control.min.x),
            control.min.y + way.point.y * (control.max.y - control.min.y)};
  }
  is_there = false;
  return at_;
}

void ScriptMouse::end(const Way& way) {
  wheel_ = way.wheel;
  from_ = at_;
  elapsed_ = 0;
  waited_ = 0;
  ways_.pop_front();
}

void ScriptMouse::advance(double seconds, const std::vector<ControlRect>& controls) {
  wheel_ = 0;
  if (ways_.empty()) return;
  const Way way = ways_.front();
  bool is_there = false;
  const ImVec2 target = target_of(way, controls, is_there);
  if (!is_there) {
    waited_ += seconds;
    if (waited_ < patience_seconds) return;
    const bool is_hidden =
        std::ranges::any_of(controls, [&](const ControlRect& control) { return control.name == way.event->text; });
    throw core::Error(
        about(*way.event, fmt::format("{} {}; what can be seen is {}", core::quotable(way.event->text),
                                      is_hidden ? "is out of sight, scroll there first" : "is not on the screen",
                                      core::quotable(known_names(controls), 500))));
  }
  if (!is_shown_ && !way.stays) {
    from_ = {target.x + 60, target.y + 130};  // it comes in from below
    is_shown_ = true;
  }
  if (is_pressed_ != way.is_pressed) {
    is_pressed_ = way.is_pressed;  // the button goes down or up where the mouse is; then it moves
    if (!way.stays) return;
  }
  elapsed_ += seconds;
  const auto share = static_cast<float>(way.seconds > 0 ? std::clamp(elapsed_ / way.seconds, 0.0, 1.0) : 1.0);
  const float eased = way.is_pressed ? share : share * share * (3 - 2 * share);
  at_ = {from_.x + eased * (target.x - from_.x), from_.y + eased * (target.y - from_.y)};
  if (share >= 1) end(way);
}

}  // namespace figment::app
