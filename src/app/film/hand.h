#pragma once
#include <span>
#include <vector>

#include "app/film/tour.h"
#include "app/widgets.h"

namespace figment::app {

/// The hand that moves the mouse through the steps of a scene. Where a control is not on the screen, it waits.
class Hand {
 public:
  /// `pace` above 1 is quicker.
  Hand(std::span<const MouseStep> steps, float pace);

  /// Goes on by so many seconds; `controls` is what the last frame showed.
  void advance(float seconds, const std::vector<ControlRect>& controls);
  /// Whether there is a mouse: from the first control that it goes to until it has rested after the last step.
  bool is_shown() const { return is_shown_; }
  bool is_pressed() const { return is_pressed_; }
  ImVec2 at() const { return at_; }

  /// Draws the arrow over everything.
  void draw(const Style& style) const;

 private:
  std::span<const MouseStep> steps_;
  float pace_;
  std::size_t step_ = 0;
  float elapsed_ = 0;  ///< in the step
  float rested_ = 0;   ///< after the last
  ImVec2 from_{};
  ImVec2 at_{};
  bool is_shown_ = false;
  bool is_pressed_ = false;
};

/// The arrow of the mouse, with a ring while the button is held.
void draw_mouse(const Style& style, ImVec2 at, bool is_pressed);

}  // namespace figment::app
