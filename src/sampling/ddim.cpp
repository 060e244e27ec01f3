#include <algorithm>
#include <cmath>

#include "sampling/samplers.h"

namespace figment::sampling {

namespace {
// Song et al. (2020), equation 12, for any alpha and sigma: eta 0 is the deterministic step, eta 1 is DDPM.
StepTable make(std::span<const SchedulePoint> points, Prediction prediction, const SamplerOptions& options) {
  return make_single_evaluation_table(
      points, prediction, options, ModelSpace::denoised,
      [&](StepCoefficients& row, const SchedulePoint& from, const SchedulePoint& to, std::size_t) {
        const double shrink = to.ratio() / from.ratio();
        const double fresh = *options.eta * to.sigma * std::sqrt(std::max(1 - shrink * shrink, 0.0));
        const double kept = std::sqrt(to.sigma * to.sigma - fresh * fresh);
        row.c_x = static_cast<float>(kept / from.sigma);
        row.c_m[0] = static_cast<float>(to.alpha - from.alpha * kept / from.sigma);
        row.c_n = static_cast<float>(fresh);
      });
}
}  // namespace

const Sampler ddim_sampler = {
    .name = "ddim",
    .title = "DDIM",
    .tooltip = "Steps straight towards the predicted picture; the same noise always gives the same picture.",
    .takes_eta = true,
    .make = make,
};

}  // namespace figment::sampling
