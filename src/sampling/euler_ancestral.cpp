#include "sampling/midpoint.h"
#include "sampling/samplers.h"

namespace figment::sampling {

namespace {
// In X = x / alpha and S = sigma / alpha: an Euler step down to S_down, then fresh noise of deviation S_up.
StepTable make(std::span<const SchedulePoint> points, Prediction prediction, const SamplerOptions& options) {
  return make_single_evaluation_table(
      points, prediction, options, ModelSpace::denoised,
      [&](StepCoefficients& row, const SchedulePoint& from, const SchedulePoint& to, std::size_t) {
        const auto [down, up] = split_ancestral(from, to, *options.eta);
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
