#include "sampling/schedule.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"

namespace figment::sampling {

namespace {
// Above this, x is noise to the eye and to the network, and steps spent there are wasted (Karras et al., 2022).
constexpr double ratio_limit = 80;

double upper_ratio(const NoiseProcess& process, const ScheduleOptions& options) {
  return options.ratio_max > 0 ? options.ratio_max : std::min(process.ratio_max(), ratio_limit);
}

double lower_ratio(const NoiseProcess& process, const ScheduleOptions& options) {
  return options.ratio_min > 0 ? options.ratio_min : process.ratio_min();
}

// 0 for the first of `steps` points, 1 for the last one before sigma 0.
double ramp(int step, int steps) { return steps > 1 ? step / (steps - 1.0) : 0.0; }

template <typename PointAt>
std::vector<SchedulePoint> make_points(int steps, PointAt point_at) {
  std::vector<SchedulePoint> points;
  points.reserve(steps + 1);
  for (int step = 0; step < steps; ++step) points.push_back(point_at(step));
  points.push_back({1, 0, 0});
  return points;
}

std::vector<SchedulePoint> make_linear(const NoiseProcess& process, int steps, const ScheduleOptions&) {
  return make_points(steps, [&](int step) { return process.at_fraction(1 - static_cast<double>(step) / steps); });
}

std::vector<SchedulePoint> make_cosine(const NoiseProcess& process, int steps, const ScheduleOptions& options) {
  const double angle_max = std::atan(options.ratio_max > 0 ? options.ratio_max : process.ratio_max());
  return make_points(
      steps, [&](int step) { return process.at_ratio(std::tan(angle_max * (1 - static_cast<double>(step) / steps))); });
}

std::vector<SchedulePoint> make_karras(const NoiseProcess& process, int steps, const ScheduleOptions& options) {
  const double high = std::pow(upper_ratio(process, options), 1 / options.rho);
  const double low = std::pow(lower_ratio(process, options), 1 / options.rho);
  return make_points(steps, [&](int step) {
    return process.at_ratio(std::pow(std::lerp(high, low, ramp(step, steps)), options.rho));
  });
}

std::vector<SchedulePoint> make_exponential(const NoiseProcess& process, int steps, const ScheduleOptions& options) {
  const double high = std::log(upper_ratio(process, options));
  const double low = std::log(lower_ratio(process, options));
  return make_points(steps,
                     [&](int step) { return process.at_ratio(std::exp(std::lerp(high, low, ramp(step, steps)))); });
}

constexpr Schedule table[] = {
    {"linear", "Linear", "Spreads the steps evenly over the time the network was trained on.", make_linear},
    {"cosine", "Cosine", "Turns noise into picture by even angles: more steps where the picture takes shape.",
     make_cosine},
    {"karras", "Karras", "Takes large steps while all is noise and small ones for the last details.", make_karras},
    {"exponential", "Exponential", "Divides the noise by the same factor in every step.", make_exponential},
};
}  // namespace

std::span<const Schedule> schedules() { return table; }

const Schedule& schedule_named(std::string_view name) {
  std::string known;
  for (const Schedule& schedule : table) {
    if (schedule.name == name) return schedule;
    known += (known.empty() ? "" : ", ") + std::string(schedule.name);
  }
  core::fail("There is no schedule \"{}\"; choose one of: {}.", name, known);
}

std::vector<SchedulePoint> make_schedule(const Schedule& schedule, const NoiseProcess& process, int steps,
                                         const ScheduleOptions& options) {
  core::require(steps >= 1 && steps <= steps_max, "Choose between 1 and {} steps, not {}.", steps_max, steps);
  core::require(upper_ratio(process, options) > lower_ratio(process, options) && options.rho >= 1,
                "The schedule's largest noise level must be above its smallest one, and rho at least 1.");
  return schedule.make(process, steps, options);
}

}  // namespace figment::sampling
