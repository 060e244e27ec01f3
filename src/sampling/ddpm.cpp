#include <algorithm>
#include <cmath>

#include "sampling/samplers.h"

namespace figment::sampling {

namespace {
// One step of the posterior q(x_next | x, x0), whose variance is the "small" one of Ho et al. (2020), written for
// any alpha and sigma. With one row per training step it is DDPM itself.
StepTable make(std::span<const SchedulePoint> points, Prediction prediction, const SamplerOptions& options) {
  return make_single_evaluation_table(
      points, prediction, options, ModelSpace::denoised,
      [&](StepCoefficients& row, const SchedulePoint& from, const SchedulePoint& to, std::size_t) {
        const double alpha_step = from.alpha / to.alpha;
        const double variance = from.sigma * from.sigma;
        const double variance_step = variance - alpha_step * alpha_step * to.sigma * to.sigma;
        row.c_x = static_cast<float>(alpha_step * to.sigma * to.sigma / variance);
        row.c_m[0] = static_cast<float>(to.alpha * variance_step / variance);
        row.c_n = static_cast<float>(to.sigma * std::sqrt(std::max(variance_step, 0.0) / variance));
      });
}
}  // namespace

const Sampler ddpm_sampler = {
    .name = "ddpm",
    .title = "DDPM",
    .tooltip = "The original: removes a little noise and adds a little back in every step; wants many steps.",
    .stochastic = true,
    .default_eta = 1,
    .make = make,
};

}  // namespace figment::sampling
