#include <algorithm>
#include <cmath>

#include "sampling/multistep.h"
#include "sampling/samplers.h"

namespace figment::sampling {

namespace {
constexpr int order_max = 3;

// The third-order multistep solver of the reverse SDE (after Lu et al., 2022, and k-diffusion, whose eta it has): the
// predicted picture is a parabola in lambda through the last three, integrated exactly. (k-diffusion and the authors'
// own program weigh the parabola's bend by half of what the integral gives.)
StepTable make(std::span<const SchedulePoint> points, Prediction prediction, const SamplerOptions& options) {
  // A parabola through points far apart overshoots.
  const bool are_few = options.lower_order_final && points.size() - 1 < few_steps;
  const int order_asked = are_few ? std::min(*options.order, 2) : *options.order;
  return make_single_evaluation_table(
      points, prediction, options, ModelSpace::denoised,
      [&](StepCoefficients& row, const SchedulePoint& from, const SchedulePoint& to, std::size_t step) {
        if (to.sigma == 0) {
          row.c_m[0] = static_cast<float>(to.alpha);
          return;
        }
        const double eta = *options.eta;
        const double h = to.lambda() - from.lambda();
        row.c_x = static_cast<float>(to.sigma / from.sigma * std::exp(-eta * h));
        row.c_n = static_cast<float>(to.sigma * std::sqrt(-std::expm1(-2 * eta * h)));
        if (h <= 0) return;
        const int order = usable_order(points, step, order_asked);
        const double rate = (1 + eta) * h;  // the picture's weight falls by exp(-rate) from the step's end to its start
        Weights moments{};
        for (int i = 0; i < order; ++i) {
          moments[i] = to.alpha * rate * std::exp(-rate) * exponential_moment(rate, i);
        }
        const Weights weights = solve_moments(lambda_nodes(points, step, order), moments, order);
        for (int j = 0; j < order; ++j) row.c_m[j] = static_cast<float>(weights[j]);
      });
}
}  // namespace

const Sampler dpmpp_3m_sde_sampler = {
    .name = "dpmpp_3m_sde",
    .title = "DPM++ 3M SDE",
    .tooltip = "Bends each step by the last three predictions and adds fresh noise: fine texture from 25 steps on.",
    .stochastic = true,
    .takes_eta = true,
    .default_eta = 1,
    .default_order = order_max,
    .max_order = order_max,
    .make = make,
};

}  // namespace figment::sampling
