#include <algorithm>
#include <cmath>

#include "sampling/samplers.h"

namespace figment::sampling {

namespace {
// In X = x / alpha and S = sigma / alpha: an Euler step down to S_down, then fresh noise of deviation S_up, with
// S_down^2 + S_up^2 = S_next^2 (k-diffusion's ancestral step).
StepTable make(std::span<const SchedulePoint> points, Prediction prediction, const SamplerOptions& options) {
  return make_single_evaluation_table(
      points, prediction, options, ModelSpace::denoised,
      [&](StepCoefficients& row, const SchedulePoint& from, const SchedulePoint& to, std::size_t) {
        const double shrink = to.ratio() / from.ratio();
        const double up = *options.eta * to.ratio() * std::sqrt(std::max(1 - shrink * shrink, 0.0));
        const double down = std::sqrt(std::max(to.ratio() * to.ratio() - up * up, 0.0));
        row.c_x = static_cast<float>(to.alpha / from.alpha * down / from.ratio());
        row.c_m[0] = static_cast<float>(to.alpha * (1 - down / from.ratio()));
        row.c_n = static_cast<float>(to.alpha * up);
      });
}
}  // namespace

const Sampler euler_ancestral_sampler = {
    .name = "euler_ancestral",
    .title = "Euler ancestral",
    .tooltip = "An Euler step that overshoots and adds fresh noise: livelier pictures that never quite settle.",
    .stochastic = true,
    .takes_eta = true,
    .default_eta = 1,
    .make = make,
};

}  // namespace figment::sampling
