#pragma once
#include <deque>

#include "app/film/script.h"
#include "app/widgets.h"

namespace figment::app {

/// The mouse of a script: events become ways that it goes one after the other.
class ScriptMouse {
 public:
  /// Takes an event of the mouse up.
  void add(const ScriptEvent& event);
  /// Goes on by so many seconds; `controls` is what the last frame showed. Throws Error if a control has not come to
  /// be seen within a second.
  void advance(double seconds, const std::vector<ControlRect>& controls);

  bool is_shown() const { return is_shown_; }
  bool is_pressed() const { return is_pressed_; }
  ImVec2 at() const { return at_; }
  /// Turns of the wheel in this frame.
  float wheel() const { return wheel_; }

 private:
  /// A way to a point, with the button held or not.
  struct Way {
    const ScriptEvent* event = nullptr;
    bool stays = false;  ///< where it is
    ScriptPoint point;
    double seconds = 0;
    bool is_pressed = false;
    float wheel = 0;  ///< at its end
  };
  ImVec2 target_of(const Way& way, const std::vector<ControlRect>& controls, bool& is_there) const;
  void end(const Way& way);

  std::deque<Way> ways_;
  bool is_held_ = false;  ///< by what was added last
  double elapsed_ = 0;    ///< on the way
  double waited_ = 0;     ///< for its control
  ImVec2 from_{};
  ImVec2 at_{};
  bool is_shown_ = false;
  bool is_pressed_ = false;
  float wheel_ = 0;
};

}  // namespace figment::app
