#include <algorithm>
#include <cmath>

#include "sampling/samplers.h"

namespace figment::sampling {

namespace {
// Song et al. (2020), equation 12, for any alpha and sigma: eta 0 is the deterministic step, eta 1 is DDPM.
StepTable make(std::span<const SchedulePoint> points, Prediction prediction, const SamplerOptions& options) {
  return make_single_evaluation_table(points, [&](std::size_t step) {
    const SchedulePoint& from = points[step];
    const SchedulePoint& to = points[step + 1];
    StepCoefficients row = make_row(from, prediction, ModelSpace::denoised, options, step);
    const double shrink = to.ratio() / from.ratio();
    const double fresh = *options.eta * to.sigma * std::sqrt(std::max(1 - shrink * shrink, 0.0));
    const double kept = std::sqrt(to.sigma * to.sigma - fresh * fresh);
    row.c_x = static_cast<float>(kept / from.sigma);
    row.c_m[0] = static_cast<float>(to.alpha - from.alpha * kept / from.sigma);
    row.c_n = static_cast<float>(fresh);
    return row;
  });
}
}  // namespace

const Sampler ddim_sampler = {
    .name = "ddim",
    .title = "DDIM",
    .tooltip = "Steps straight towards the predicted picture; the same noise always gives the same picture.",
    .order = 1,
    .stochastic = false,
    .takes_eta = true,
    .evaluations_per_step = 1,
    .default_eta = 0,
    .default_order = 1,
    .max_order = 1,
    .make = make,
};

}  // namespace figment::sampling
