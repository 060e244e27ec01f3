#pragma once
#include "sampling/schedule.h"

/// The schedules that have files of their own, and what the files share. Elsewhere use sampling/schedule.h.
namespace figment::sampling {

/// The limits of sigma / alpha between which a schedule lies.
double upper_ratio(const NoiseProcess& process, const ScheduleOptions& options);
double lower_ratio(const NoiseProcess& process, const ScheduleOptions& options);

/// point_at(0), ... point_at(steps - 1), and sigma 0.
template <typename PointAt>
std::vector<SchedulePoint> make_points(int steps, PointAt point_at) {
  std::vector<SchedulePoint> points;
  points.reserve(steps + 1);
  for (int step = 0; step < steps; ++step) points.push_back(point_at(step));
  points.push_back({1, 0, 0});
  return points;
}

std::vector<SchedulePoint> make_beta(const NoiseProcess& process, int steps, const ScheduleOptions& options);
std::vector<SchedulePoint> make_align_your_steps(const NoiseProcess& process, int steps,
                                                 const ScheduleOptions& options);

/// The x with I_x(a, b) = p: where a Beta(a, b) distribution has the share p, 0 to 1, below it. For a and b above 0.
double beta_quantile(double p, double a, double b);

}  // namespace figment::sampling
