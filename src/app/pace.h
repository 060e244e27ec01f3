#pragma once
#include <algorithm>

namespace figment::app {

/// How much of a frame's time the models may have: less once frames took longer than they should, as on a machine that
/// is busy with other things, and little by little more again.
class Pace {
 public:
  static constexpr double least = 0.3;

  void note(double frame_ms, double budget_ms) {
    constexpr double tolerance = 1.1;
    constexpr double recovery = 0.0003;  // a millisecond: frames in which little was done say little
    if (frame_ms > tolerance * budget_ms) {
      // One frame may be long for reasons of its own; several together count.
      share_ = std::max(least, share_ * std::max(0.85, budget_ms / frame_ms));
    } else {
      share_ = std::min(1.0, share_ + recovery * frame_ms);
    }
  }
  double share() const { return share_; }

 private:
  double share_ = 1;
};

}  // namespace figment::app
