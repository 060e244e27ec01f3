#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "studio/family.h"
#include "studio/view.h"

namespace figment::app {

/// How fluid the window stayed while one family after the other was shown.
struct TourReport {
  double p50_ms = 0;  ///< frame times, those in which models are loaded included
  double p95_ms = 0;
  double longest_ms = 0;
  double empty_ms = 0;   ///< the longest time without anything of the chosen family on the stage
  std::string emptiest;  ///< the family that took it
  int shown = 0;         ///< families that came to show something
};

/// Goes through the families that fill the stage, for measurements.
class WindowTour {
 public:
  /// Each is shown for `seconds`, all of them `rounds` times.
  WindowTour(const std::vector<studio::Family>& families, double seconds, int rounds);

  /// The family that is due now; null: the present one stays. To be asked once a frame.
  const studio::Family* due();
  bool is_over() const;
  /// Takes down a frame and what the stage showed in it; null: nothing.
  void note(double frame_ms, const studio::View* view);
  TourReport report() const;

 private:
  using Clock = std::chrono::steady_clock;
  std::vector<const studio::Family*> stops_;
  double seconds_;
  std::size_t next_ = 0;
  Clock::time_point arrived_ = Clock::now();
  bool is_empty_ = true;
  TourReport report_;
  std::vector<double> times_;
};

}  // namespace figment::app
