#include "sampling/schedules.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"
#include "core/quote.h"

namespace figment::sampling {

namespace {
// Above this, x is noise to the eye and to the network, and steps spent there are wasted (Karras et al., 2022).
constexpr double ratio_limit = 80;

}  // namespace

double upper_ratio(const NoiseProcess& process, const ScheduleOptions& options) {
  return options.ratio_max > 0 ? options.ratio_max : std::min(process.ratio_max(), ratio_limit);
}

double lower_ratio(const NoiseProcess& process, const ScheduleOptions& options) {
  return options.ratio_min > 0 ? options.ratio_min : process.ratio_min();
}

namespace {
// 0 for the first of `steps` points, 1 for the last one before sigma 0.
double ramp(int step, int steps) { return steps > 1 ? step / (steps - 1.0) : 0.0; }

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

// As Stability AI's generative-models does it: even times down to the least level, of which the last gives way to 0.
std::vector<SchedulePoint> make_sgm_uniform(const NoiseProcess& process, int steps, const ScheduleOptions& options) {
  const double first = process.at_ratio(upper_ratio(process, options)).time;
  const double last = process.at_ratio(lower_ratio(process, options)).time;
  return make_points(
      steps, [&](int step) { return process.at_time(std::lerp(first, last, static_cast<double>(step) / steps)); });
}

// As ComfyUI does it: whole levels of the thousand that a discrete process is trained with.
std::vector<SchedulePoint> make_simple(const NoiseProcess& process, int steps, const ScheduleOptions&) {
  constexpr int levels = 1000;
  return make_points(steps, [&](int step) { return process.at_fraction(1 - step * levels / steps / (levels + 0.0)); });
}

constexpr Schedule table[] = {
    {"linear", "Linear", "Spreads the steps evenly over the time the network was trained on.", make_linear},
    {"cosine", "Cosine", "Turns noise into picture by even angles: more steps where the picture takes shape.",
     make_cosine},
    {"karras", "Karras", "Takes large steps while all is noise and small ones for the last details.", make_karras},
    {"exponential", "Exponential", "Divides the noise by the same factor in every step.", make_exponential},
    {"sgm_uniform", "SGM uniform", "Even times like Linear's, but from where there is first something to see.",
     make_sgm_uniform},
    {"simple", "Simple", "Picks whole noise levels out of a thousand, evenly over time; much like Linear.",
     make_simple},
    {"beta", "Beta", "Crowds the steps at both ends: first for the composition, last for the details.", make_beta},
    {"align_your_steps", "Align your steps", "Steps where this landscape model changes its mind most, as measured.",
     make_align_your_steps},
};
}  // namespace

std::span<const Schedule> schedules() { return table; }

const Schedule& schedule_named(std::string_view name) {
  std::string known;
  for (const Schedule& schedule : table) {
    if (schedule.name == name) return schedule;
    known += (known.empty() ? "" : ", ") + std::string(schedule.name);
  }
  core::fail("There is no schedule \"{}\"; choose one of: {}.", core::quotable(name), known);
}

std::vector<SchedulePoint> make_schedule(const Schedule& schedule, const NoiseProcess& process, int steps,
                                         const ScheduleOptions& options) {
  core::require(steps >= 1 && steps <= steps_max, "Choose between 1 and {} steps, not {}.", steps_max, steps);
  core::require(upper_ratio(process, options) > lower_ratio(process, options) && options.rho >= 1,
                "The schedule's largest noise level must be above its smallest one, and rho at least 1.");
  return schedule.make(process, steps, options);
}

}  // namespace figment::sampling
