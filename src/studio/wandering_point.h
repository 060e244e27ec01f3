#pragma once
#include "core/clock.h"

namespace figment::studio {

/// A place in a map that goes once around an eight by itself, so that there is something to see, until it is dragged.
class WanderingPoint {
 public:
  /// The eight reaches so far to the right and up.
  WanderingPoint(float width, float height) : width_(width), height_(height) {}

  void begin();                ///< sets out again, unless it was dragged since the last time
  bool wander();               ///< goes on if it is time to; true if it moved
  void hurry();                ///< the next step need not wait
  void put(float x, float y);  ///< where a person dragged it to; it stays
  bool is_there() const;       ///< it goes no further
  bool was_dragged() const { return is_dragged_; }

  float x = 0;
  float y = 0;

 private:
  float width_;
  float height_;
  int step_ = 0;
  bool is_dragged_ = false;
  core::Clock::time_point moved_;
};

}  // namespace figment::studio
