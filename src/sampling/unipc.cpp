#include <algorithm>
#include <cmath>

#include "sampling/multistep.h"
#include "sampling/samplers.h"

namespace figment::sampling {

namespace {
// UniPC, Zhao et al. (2023), predicting the picture, with B(h) = exp(-h) - 1 ("bh2"). A predictor of order p uses
// m at this and p - 1 earlier evaluations; the corrector redoes the step that led here with the output found here.
constexpr int order_max = 3;

struct Update {
  double state = 0;  // of the state at the step's start
  Weights m{};       // of m_start, m_start-1, ... ; m_end apart
  double m_end = 0;
};

// The moments i! * phi_{i+1}(-h) * h / B(h) of the paper's equation for the weights.
Weights make_moments(double h) {
  const double hh = -h;
  const double b = std::expm1(hh);
  double phi = b / hh - 1;
  double factorial = 1;
  Weights moments{};
  for (int i = 1; i <= order_max; ++i) {
    moments[i - 1] = phi * factorial / b;
    factorial *= i + 1;
    phi = phi / hh - 1 / factorial;
  }
  return moments;
}

// The step from points[start] to the next point. A corrector also uses the output at the step's end.
Update make_update(std::span<const SchedulePoint> points, std::size_t start, int order, bool corrects) {
  const SchedulePoint& from = points[start];
  const SchedulePoint& to = points[start + 1];
  Update update{.state = to.sigma / from.sigma};
  update.m[0] = picture_weight(from, to);
  const double h = to.lambda() - from.lambda();
  if (to.sigma == 0 || h <= 0) return update;
  Weights ratios{};
  int unknowns = 0;
  for (; unknowns < order - 1; ++unknowns) {
    ratios[unknowns] = (points[start - 1 - unknowns].lambda() - from.lambda()) / h;
    if (ratios[unknowns] == (unknowns == 0 ? 0 : ratios[unknowns - 1])) break;  // a level that is repeated
  }
  const int earlier = unknowns;
  if (corrects) ratios[unknowns++] = 1;
  if (unknowns == 0) return update;
  Weights weights = solve_moments(ratios, make_moments(h), unknowns);
  if (unknowns == 1) weights[0] = 0.5;  // the paper's simplification; the order stays
  const double scale = -to.alpha * std::expm1(-h);
  for (int k = 0; k < earlier; ++k) {
    update.m[k + 1] += scale * weights[k] / ratios[k];
    update.m[0] -= scale * weights[k] / ratios[k];
  }
  if (corrects) {
    update.m_end = scale * weights[earlier];
    update.m[0] -= update.m_end;
  }
  return update;
}

StepTable make(std::span<const SchedulePoint> points, Prediction prediction, const SamplerOptions& options) {
  const int steps = static_cast<int>(points.size()) - 1;
  int order_before = 0;
  return make_single_evaluation_table(
      points, prediction, options, ModelSpace::denoised,
      [&](StepCoefficients& row, const SchedulePoint&, const SchedulePoint&, std::size_t step) {
        const int number = static_cast<int>(step);
        int order = std::min(*options.order, number + 1);
        if (options.lower_order_final) order = std::min(order, steps - number);

        // y is the corrected state of the step before; here x is corrected first, then the next step predicted.
        Update corrected{.state = 1};
        if (number > 0) corrected = make_update(points, step - 1, order_before, true);
        const Update predicted = make_update(points, step, order, false);
        (number > 0 ? row.s_y : row.s_x) = static_cast<float>(corrected.state);
        (number > 0 ? row.c_y : row.c_x) = static_cast<float>(predicted.state * corrected.state);
        for (int j = 0; j < 4; ++j) {
          const double fixed = j == 0 ? corrected.m_end : corrected.m[j - 1];
          row.s_m[j] = static_cast<float>(fixed);
          row.c_m[j] = static_cast<float>(predicted.state * fixed + predicted.m[j]);
        }
        order_before = order;
      });
}
}  // namespace

const Sampler unipc_sampler = {
    .name = "unipc",
    .title = "UniPC",
    .tooltip = "Predicts each step, then corrects it with what the network says at its end: good from 8 steps on.",
    .order = 3,  // of the corrector: one more than the outputs used
    .default_order = 2,
    .max_order = order_max,
    .make = make,
};

}  // namespace figment::sampling
