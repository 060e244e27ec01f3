#include "sampling/samplers.h"

namespace figment::sampling {

namespace {
// First evaluation: keep x in y and take an Euler step.
StepCoefficients make_predictor(const SchedulePoint& from, const SchedulePoint& to, Prediction prediction,
                                const SamplerOptions& options, std::size_t row_number) {
  StepCoefficients row = make_row(from, prediction, ModelSpace::denoised, options, row_number);
  row.c_x = static_cast<float>(to.sigma / from.sigma);
  row.c_m[0] = static_cast<float>(picture_weight(from, to));
  row.s_x = 1;
  return row;
}

// Second evaluation, at the end of the Euler step: redo the step from y with the mean of both slopes. With
// X = x / alpha and S = sigma / alpha the slopes are (Y - m_1) / S and (X - m_0) / S_next.
StepCoefficients make_corrector(const SchedulePoint& from, const SchedulePoint& to, Prediction prediction,
                                const SamplerOptions& options, std::size_t row_number) {
  StepCoefficients row = make_row(to, prediction, ModelSpace::denoised, options, row_number);
  const double first = (to.ratio() - from.ratio()) / (2 * from.ratio());
  const double second = (to.ratio() - from.ratio()) / (2 * to.ratio());
  row.c_y = static_cast<float>(to.alpha / from.alpha * (1 + first));
  row.c_m[1] = static_cast<float>(-to.alpha * first);
  row.c_x = static_cast<float>(second);
  row.c_m[0] = static_cast<float>(-to.alpha * second);
  return row;
}

StepTable make(std::span<const SchedulePoint> points, Prediction prediction, const SamplerOptions& options) {
  StepTable table = start_table(points, 2);
  for (std::size_t step = 0; step + 1 < points.size(); ++step) {
    const SchedulePoint& from = points[step];
    const SchedulePoint& to = points[step + 1];
    table.rows.push_back(make_predictor(from, to, prediction, options, table.rows.size()));
    // The slope at sigma 0 is not defined, so the last step stays an Euler step.
    if (to.sigma > 0) table.rows.push_back(make_corrector(from, to, prediction, options, table.rows.size()));
  }
  return table;
}
}  // namespace

const Sampler heun_sampler = {
    .name = "heun",
    .title = "Heun",
    .tooltip = "Looks at the direction at both ends of each step and takes the mean: exact, but twice the work.",
    .order = 2,
    .evaluations_per_step = 2,
    .make = make,
};

}  // namespace figment::sampling
