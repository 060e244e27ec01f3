#include <cmath>

#include "sampling/samplers.h"

namespace figment::sampling {

namespace {
// Luo et al. (2023), "Latent Consistency Models", algorithm 3: take the predicted picture for the finished one and
// noise it anew to the next level. eta says how much of that noise is fresh; the rest is the noise that was there.
StepTable make(std::span<const SchedulePoint> points, Prediction prediction, const SamplerOptions& options) {
  return make_single_evaluation_table(
      points, prediction, options, ModelSpace::denoised,
      [&](StepCoefficients& row, const SchedulePoint& from, const SchedulePoint& to, std::size_t) {
        const double eta = *options.eta;
        const double kept = to.sigma / from.sigma * std::sqrt(1 - eta * eta);
        row.c_x = static_cast<float>(kept);
        row.c_m[0] = static_cast<float>(to.alpha - from.alpha * kept);
        row.c_n = static_cast<float>(to.sigma * eta);
      });
}
}  // namespace

const Sampler lcm_sampler = {
    .name = "lcm",
    .title = "LCM",
    .tooltip = "Guesses the finished picture, noises it anew, guesses again: soft pictures from as few as 4 steps.",
    .stochastic = true,
    .takes_eta = true,
    .default_eta = 1,
    .make = make,
};

}  // namespace figment::sampling
