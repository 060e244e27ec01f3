#include <cmath>

#include "sampling/multistep.h"
#include "sampling/samplers.h"

namespace figment::sampling {

namespace {
constexpr int order_max = 4;

// The integral over the next step of the polynomial in S = sigma / alpha that is 1 at the evaluation `which` steps
// back and 0 at the others. Two Gauss points are exact up to degree 3.
double integrate_weight(std::span<const SchedulePoint> points, std::size_t step, int order, int which) {
  const double start = points[step].ratio();
  const double end = points[step + 1].ratio();
  double sum = 0;
  for (const double node : {-1 / std::sqrt(3.0), 1 / std::sqrt(3.0)}) {
    const double s = (start + end) / 2 + node * (end - start) / 2;
    double product = 1;
    for (int k = 0; k < order; ++k) {
      if (k == which) continue;
      product *= (s - points[step - k].ratio()) / (points[step - which].ratio() - points[step - k].ratio());
    }
    sum += product * (end - start) / 2;
  }
  return sum;
}

// Adams-Bashforth with uneven steps for dX/dS = noise, X = x / alpha, S = sigma / alpha (k-diffusion's LMS).
StepTable make(std::span<const SchedulePoint> points, Prediction prediction, const SamplerOptions& options) {
  return make_single_evaluation_table(
      points, prediction, options, ModelSpace::noise,
      [&](StepCoefficients& row, const SchedulePoint& from, const SchedulePoint& to, std::size_t step) {
        const int order = usable_order(points, step, *options.order);
        row.c_x = static_cast<float>(to.alpha / from.alpha);
        for (int j = 0; j < order; ++j) {
          row.c_m[j] = static_cast<float>(to.alpha * integrate_weight(points, step, order, j));
        }
      });
}
}  // namespace

const Sampler lms_sampler = {
    .name = "lms",
    .title = "LMS",
    .tooltip = "Draws a smooth curve through the last four directions and follows it; likes 20 steps or more.",
    .order = 2,  // limited by its first step; later steps are of the fourth order
    .default_order = order_max,
    .max_order = order_max,
    .make = make,
};

}  // namespace figment::sampling
