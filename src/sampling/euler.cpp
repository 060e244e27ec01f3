#include "sampling/samplers.h"

namespace figment::sampling {

namespace {
// Euler's method for dX/dS = noise with X = x / alpha and S = sigma / alpha (Karras et al., 2022). Written back in
// x this is the exponential-Euler step, so it equals DDIM with eta 0 and the straight step of a rectified flow.
StepTable make(std::span<const SchedulePoint> points, Prediction prediction, const SamplerOptions& options) {
  return make_single_evaluation_table(points, [&](std::size_t step) {
    const SchedulePoint& from = points[step];
    const SchedulePoint& to = points[step + 1];
    StepCoefficients row = make_row(from, prediction, ModelSpace::denoised, options, step);
    row.c_x = static_cast<float>(to.sigma / from.sigma);
    row.c_m[0] = static_cast<float>(picture_weight(from, to));
    return row;
  });
}
}  // namespace

const Sampler euler_sampler = {
    .name = "euler",
    .title = "Euler",
    .tooltip = "The simplest solver: follows the current direction for one whole step. Quick and sturdy.",
    .order = 1,
    .stochastic = false,
    .takes_eta = false,
    .evaluations_per_step = 1,
    .default_eta = 0,
    .default_order = 1,
    .max_order = 1,
    .make = make,
};

}  // namespace figment::sampling
