#include <algorithm>
#include <cmath>

#include "sampling/multistep.h"
#include "sampling/samplers.h"

namespace figment::sampling {

namespace {
// Zhang and Chen (2022), "DEIS": X = x / alpha follows dX/dS = noise, S = sigma / alpha. The noise is taken for a
// polynomial through the last outputs, here in log S (the paper also has it in time, and in S, which is LMS), and
// integrated exactly.
StepTable make(std::span<const SchedulePoint> points, Prediction prediction, const SamplerOptions& options) {
  const int steps = static_cast<int>(points.size()) - 1;
  return make_single_evaluation_table(
      points, prediction, options, ModelSpace::noise,
      [&](StepCoefficients& row, const SchedulePoint& from, const SchedulePoint& to, std::size_t step) {
        row.c_x = static_cast<float>(to.alpha / from.alpha);
        row.c_m[0] = static_cast<float>(to.alpha * (to.ratio() - from.ratio()));
        const double h = to.lambda() - from.lambda();
        if (to.sigma == 0 || h <= 0) return;
        int order = usable_order(points, step, *options.order);
        if (options.lower_order_final) order = std::min(order, steps - static_cast<int>(step));
        Weights moments{};  // of log(S / S_from) = -h r over the step
        for (int i = 0; i < order; ++i) moments[i] = -to.alpha * from.ratio() * h * exponential_moment(-h, i);
        const Weights weights = solve_moments(lambda_nodes(points, step, order), moments, order);
        for (int j = 0; j < order; ++j) row.c_m[j] = static_cast<float>(weights[j]);
      });
}
}  // namespace

const Sampler deis_sampler = {
    .name = "deis",
    .title = "DEIS",
    .tooltip = "Draws a curve through the last three noise predictions and follows it exactly; good from 10 steps on.",
    .order = 2,  // limited by its first step; later steps are of the third order
    .default_order = 3,
    .max_order = 4,
    .make = make,
};

}  // namespace figment::sampling
