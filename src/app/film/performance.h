#pragma once
#include "app/film/hand.h"
#include "app/film/offscreen_window.h"

namespace figment::app {

/// One scene of a film: a family at work, with a hand on it.
class Performance {
 public:
  /// Starts the family in the window, from `request`. With `has_title` its name is shown at the beginning.
  Performance(OffscreenWindow& window, const PlannedScene& planned, const studio::Request& request, bool has_title);

  /// One frame further; OffscreenWindow::draw() has its pixels.
  void advance();

 private:
  void take_stage(const studio::Request& request);
  void draw_title() const;

  OffscreenWindow& window_;
  const PlannedScene planned_;
  Hand hand_;
  bool has_title_;
  float seconds_ = 0;
  float owed_calls_ = 0;
};

}  // namespace figment::app
