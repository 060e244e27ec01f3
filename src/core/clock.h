#pragma once
#include <chrono>

namespace figment::core {

/// The clock of what is shown: how long a finished picture rests, how fast words come. It is the steady clock, unless
/// ManualTime has taken it over. What is measured (kernels, frames) does not ask this one.
struct Clock {
  using rep = std::chrono::steady_clock::rep;
  using period = std::chrono::steady_clock::period;
  using duration = std::chrono::steady_clock::duration;
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr bool is_steady = true;
  static time_point now();
  static bool is_manual();  ///< whether ManualTime has taken it over, as in a film
};

/// While it lives, the clock stands still but for advance(): a film's time passes from frame to frame, however long it
/// takes to make one. One at a time, on the thread that asks the clock.
class ManualTime {
 public:
  ManualTime();
  ~ManualTime();
  ManualTime(const ManualTime&) = delete;
  ManualTime& operator=(const ManualTime&) = delete;

  void advance(double seconds);
};

}  // namespace figment::core
