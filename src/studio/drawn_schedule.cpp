#include "studio/drawn_schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/error.h"
#include "core/quote.h"
#include "studio/picture_generator.h"

namespace figment::studio {
namespace {

constexpr std::size_t most_levels = 64;
constexpr double pull_width = 2.2;  // handles over which a pull fades out

/// What is left of a number in text(): four digits.
double rounded(double value) {
  const std::string text = fmt::format("{:.4g}", value);
  double result = value;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return result;
}

}  // namespace

DrawnSchedule::DrawnSchedule() {
  const auto process = sampling::noise_process_named(landscape_process).make();
  for (const auto& point : sampling::make_schedule(sampling::schedule_named("karras"), process, handles)) {
    if (point.sigma > 0) ratios_.push_back(rounded(point.ratio()));
  }
}

DrawnSchedule DrawnSchedule::from_text(const std::string& text) {
  DrawnSchedule schedule;
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto skip = [&] {
    while (at != end && (*at == ' ' || *at == ',')) ++at;
    return at != end;
  };
  if (!skip()) return schedule;
  schedule.ratios_.clear();
  while (skip()) {
    double value = 0;
    const auto result = std::from_chars(at, end, value);
    core::require(result.ec == std::errc{} && schedule.ratios_.size() < most_levels,
                  "The drawn schedule {} makes no sense; write 2 to {} noise levels that fall, such as 80 20 5 1 0.1.",
                  core::quotable(text), most_levels);
    core::require(value >= ratio_min && value <= ratio_max,
                  "A noise level of {:.4g} in the drawn schedule makes no sense; choose {} to {}.", value, ratio_min,
                  ratio_max);
    core::require(schedule.ratios_.empty() || value < schedule.ratios_.back(),
                  "The levels of the drawn schedule have to fall; {:.4g} comes after {:.4g}.", value,
                  schedule.ratios_.empty() ? 0.0 : schedule.ratios_.back());
    schedule.ratios_.push_back(value);
    at = result.ptr;
  }
  core::require(schedule.ratios_.size() >= 2, "A drawn schedule has at least two noise levels, such as 80 0.01.");
  return schedule;
}

std::string DrawnSchedule::text() const {
  std::string text;
  for (const double ratio : ratios_) text += fmt::format("{}{:.4g}", text.empty() ? "" : " ", ratio);
  return text;
}

void DrawnSchedule::bend(double share, double ratio) {
  if (!std::isfinite(share) || !(ratio > 0)) return;
  const double last = static_cast<double>(ratios_.size() - 1);
  const auto pivot = static_cast<std::size_t>(std::lround(std::clamp(share, 0.0, 1.0) * last));
  const double target = std::log(std::clamp(ratio, ratio_min, ratio_max));
  const double pull = target - std::log(ratios_[pivot]);
  for (std::size_t i = 0; i < ratios_.size(); ++i) {
    const double distance = (static_cast<double>(i) - static_cast<double>(pivot)) / pull_width;
    ratios_[i] = std::exp(std::log(ratios_[i]) + pull * std::exp(-distance * distance));
  }
  keep_falling(pivot);
}

/// Pushes the levels on both sides of one out of its way, within the limits.
void DrawnSchedule::keep_falling(std::size_t pivot) {
  const std::size_t count = ratios_.size();
  const auto within = [&](std::size_t i, double ratio) {
    return std::clamp(ratio, ratio_min * std::pow(least_fall, static_cast<double>(count - 1 - i)),
                      ratio_max / std::pow(least_fall, static_cast<double>(i)));
  };
  ratios_[pivot] = within(pivot, ratios_[pivot]);
  for (std::size_t i = pivot; i-- > 0;) ratios_[i] = within(i, std::max(ratios_[i], ratios_[i + 1] * least_fall));
  for (std::size_t i = pivot + 1; i < count; ++i) {
    ratios_[i] = within(i, std::min(ratios_[i], ratios_[i - 1] / least_fall));
  }
  for (double& ratio : ratios_) ratio = std::clamp(rounded(ratio), ratio_min, ratio_max);
}

double DrawnSchedule::ratio_at(double share) const {
  const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(ratios_.size() - 1);
  const auto at = std::min(static_cast<std::size_t>(place), ratios_.size() - 2);
  return std::exp(std::lerp(std::log(ratios_[at]), std::log(ratios_[at + 1]), place - static_cast<double>(at)));
}

std::vector<sampling::SchedulePoint> DrawnSchedule::points(const sampling::NoiseProcess& process, int steps) const {
  std::vector<sampling::SchedulePoint> points;
  for (int step = 0; step < steps; ++step) {
    points.push_back(process.at_ratio(ratio_at(steps > 1 ? step / (steps - 1.0) : 0.0)));
  }
  points.push_back({1, 0, 0});
  return points;
}

}  // namespace figment::studio
