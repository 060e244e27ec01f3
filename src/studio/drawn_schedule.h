#pragma once
#include <string>
#include <vector>

#include "sampling/schedule.h"

namespace figment::studio {

/// A schedule of noise levels that is drawn by hand: levels (sigma / alpha) that fall, at even shares of the steps, and
/// straight lines between them on a logarithmic scale; the steps end at sigma 0.
class DrawnSchedule {
 public:
  static constexpr int handles = 25;       ///< of a new one
  static constexpr double ratio_max = 80;  ///< above that, all is noise
  static constexpr double ratio_min = 0.002;
  static constexpr double least_fall = 1.002;  ///< between neighbouring levels, as a factor

  DrawnSchedule();  ///< Karras'
  /// "80 20 5 1 0.1 0.01": 2 to 64 levels; empty: Karras'. Throws Error with one sentence unless they are numbers
  /// within the limits that fall.
  static DrawnSchedule from_text(const std::string& text);
  std::string text() const;

  /// Pulls the level at a share 0..1 of the steps to `ratio`, its neighbours with it, less and less; all still fall.
  void bend(double share, double ratio);
  double ratio_at(double share) const;
  const std::vector<double>& ratios() const { return ratios_; }
  /// steps + 1 points, the last of them sigma 0.
  std::vector<sampling::SchedulePoint> points(const sampling::NoiseProcess& process, int steps) const;
  bool operator==(const DrawnSchedule&) const = default;

 private:
  void keep_falling(std::size_t pivot);

  std::vector<double> ratios_;
};

}  // namespace figment::studio
