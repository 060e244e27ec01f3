#include "sampling/samplers.h"

namespace figment::sampling {

namespace {
// Euler's method for dX/dS = noise with X = x / alpha and S = sigma / alpha (Karras et al., 2022). Written back in
// x this is the exponential-Euler step, so it equals DDIM with eta 0 and the straight step of a rectified flow.
StepTable make(std::span<const SchedulePoint> points, Prediction prediction, const SamplerOptions& options) {
  return make_single_evaluation_table(
      points, prediction, options, ModelSpace::denoised,
      [&](StepCoefficients& row, const SchedulePoint& from, const SchedulePoint& to, std::size_t) {
        row.c_x = static_cast<float>(to.sigma / from.sigma);
        row.c_m[0] = static_cast<float>(picture_weight(from, to));
      });
}
}  // namespace

const Sampler euler_sampler = {
    .name = "euler",
    .title = "Euler",
    .tooltip = "The simplest solver: follows the current direction for one whole step. Quick and sturdy.",
    .make = make,
};

}  // namespace figment::sampling
