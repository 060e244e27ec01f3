#include "sampling/samplers.h"

namespace figment::sampling {

namespace {
// Lu et al. (2022), "DPM-Solver++", algorithm 2: extrapolates the predicted picture to the middle of the step.
StepTable make(std::span<const SchedulePoint> points, Prediction prediction, const SamplerOptions& options) {
  const std::size_t steps = points.size() - 1;
  return make_single_evaluation_table(
      points, prediction, options, ModelSpace::denoised,
      [&](StepCoefficients& row, const SchedulePoint& from, const SchedulePoint& to, std::size_t step) {
        const double weight = picture_weight(from, to);
        const bool is_last_of_few = step + 1 == steps && options.lower_order_final && steps < few_steps;
        const bool bends = *options.order > 1 && to.sigma > 0 && !is_last_of_few;
        const double slope = bends ? midpoint_slope(points, step) : 0;
        row.c_x = static_cast<float>(to.sigma / from.sigma);
        row.c_m[0] = static_cast<float>(weight * (1 + slope));
        row.c_m[1] = static_cast<float>(-weight * slope);
      });
}
}  // namespace

const Sampler dpmpp_2m_sampler = {
    .name = "dpmpp_2m",
    .title = "DPM++ 2M",
    .tooltip = "Uses the last two predictions to bend each step the right way: sharp pictures in about 20 steps.",
    .order = 2,
    .default_order = 2,
    .max_order = 2,
    .make = make,
};

}  // namespace figment::sampling
