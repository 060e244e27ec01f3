#include "sampling/midpoint.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace figment::sampling {

AncestralStep split_ancestral(const SchedulePoint& from, const SchedulePoint& to, double eta) {
  const double shrink = to.ratio() / from.ratio();
  const double up = eta * to.ratio() * std::sqrt(std::max(1 - shrink * shrink, 0.0));
  return {std::sqrt(std::max(to.ratio() * to.ratio() - up * up, 0.0)), up};
}

StepTable make_midpoint_table(std::span<const SchedulePoint> points, Prediction prediction,
                              const SamplerOptions& options, double eta, MiddleUpdate update) {
  core::require(options.process != nullptr,
                "This sampler looks between the steps; say in its options what noise process the steps belong to.");
  StepTable table = start_table(points, 2);
  for (std::size_t step = 0; step + 1 < points.size(); ++step) {
    const SchedulePoint& from = points[step];
    const SchedulePoint& to = points[step + 1];
    const auto [down, up] = split_ancestral(from, to, eta);
    const bool has_middle = down > 0;
    const SchedulePoint middle = has_middle ? options.process->at_ratio(std::sqrt(from.ratio() * down)) : to;

    StepCoefficients first = make_row(from, prediction, ModelSpace::denoised, options, table.rows.size());
    first.c_x = static_cast<float>(middle.sigma / from.sigma);
    first.c_m[0] = static_cast<float>(picture_weight(from, middle));
    first.s_x = has_middle ? 1.0f : 0.0f;
    table.rows.push_back(first);
    if (!has_middle) continue;
    StepCoefficients second = make_row(middle, prediction, ModelSpace::denoised, options, table.rows.size());
    update(second, from, middle, to, down);
    second.c_n = static_cast<float>(to.alpha * up);
    table.rows.push_back(second);
  }
  return table;
}

void follow_middle_slope(StepCoefficients& row, const SchedulePoint& from, const SchedulePoint& middle,
                         const SchedulePoint& to, double down) {
  // dX/dS = (X - x0) / S in the middle, over the length of the step.
  const double weight = (down - from.ratio()) / middle.ratio();
  row.c_y = static_cast<float>(to.alpha / from.alpha);
  row.c_x = static_cast<float>(to.alpha / middle.alpha * weight);
  row.c_m[0] = static_cast<float>(-to.alpha * weight);
}

}  // namespace figment::sampling
