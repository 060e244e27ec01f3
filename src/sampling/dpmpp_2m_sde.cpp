#include <cmath>

#include "sampling/samplers.h"

namespace figment::sampling {

namespace {
// The second-order multistep solver of the reverse SDE (Lu et al., 2022, equation 18, with k-diffusion's eta):
// eta 1 is the diffusion SDE, eta 0 is DPM++ 2M.
StepTable make(std::span<const SchedulePoint> points, Prediction prediction, const SamplerOptions& options) {
  return make_single_evaluation_table(
      points, prediction, options, ModelSpace::denoised,
      [&](StepCoefficients& row, const SchedulePoint& from, const SchedulePoint& to, std::size_t step) {
        if (to.sigma == 0) {
          row.c_m[0] = static_cast<float>(to.alpha);
          return;
        }
        const double eta = *options.eta;
        const double h = to.lambda() - from.lambda();
        const double weight = -to.alpha * std::expm1(-(1 + eta) * h);
        const double slope = *options.order > 1 ? midpoint_slope(points, step) : 0;
        row.c_x = static_cast<float>(to.sigma / from.sigma * std::exp(-eta * h));
        row.c_m[0] = static_cast<float>(weight * (1 + slope));
        row.c_m[1] = static_cast<float>(-weight * slope);
        row.c_n = static_cast<float>(to.sigma * std::sqrt(-std::expm1(-2 * eta * h)));
      });
}
}  // namespace

const Sampler dpmpp_2m_sde_sampler = {
    .name = "dpmpp_2m_sde",
    .title = "DPM++ 2M SDE",
    .tooltip = "DPM++ 2M with fresh noise in every step: more texture, and it mends its own mistakes.",
    .stochastic = true,
    .takes_eta = true,
    .default_eta = 1,
    .default_order = 2,
    .max_order = 2,
    .make = make,
};

}  // namespace figment::sampling
