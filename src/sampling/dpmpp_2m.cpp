#include "sampling/samplers.h"

namespace figment::sampling {

namespace {
constexpr int few_steps = 15;  // below this, a first-order last step is the safer one

// Lu et al. (2022), "DPM-Solver++", algorithm 2: extrapolates the predicted picture to the middle of the step.
StepTable make(std::span<const SchedulePoint> points, Prediction prediction, const SamplerOptions& options) {
  const std::size_t steps = points.size() - 1;
  return make_single_evaluation_table(points, [&](std::size_t step) {
    const SchedulePoint& from = points[step];
    const SchedulePoint& to = points[step + 1];
    StepCoefficients row = make_row(from, prediction, ModelSpace::denoised, options, step);
    const double weight = picture_weight(from, to);
    double slope = 0;
    const bool last_is_first_order = step + 1 == steps && options.lower_order_final && steps < few_steps;
    if (*options.order > 1 && step > 0 && to.sigma > 0 && !last_is_first_order) {
      const double h = to.lambda() - from.lambda();
      const double h_before = from.lambda() - points[step - 1].lambda();
      if (h_before > 0) slope = h / (2 * h_before);
    }
    row.c_x = static_cast<float>(to.sigma / from.sigma);
    row.c_m[0] = static_cast<float>(weight * (1 + slope));
    row.c_m[1] = static_cast<float>(-weight * slope);
    return row;
  });
}
}  // namespace

const Sampler dpmpp_2m_sampler = {
    .name = "dpmpp_2m",
    .title = "DPM++ 2M",
    .tooltip = "Uses the last two predictions to bend each step the right way: sharp pictures in about 20 steps.",
    .order = 2,
    .stochastic = false,
    .takes_eta = false,
    .evaluations_per_step = 1,
    .default_eta = 0,
    .default_order = 2,
    .max_order = 2,
    .make = make,
};

}  // namespace figment::sampling
