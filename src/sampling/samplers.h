#pragma once
#include <span>

#include "sampling/sampler.h"

/// The samplers of the list, and what their files share. Elsewhere use sampling/sampler.h.
namespace figment::sampling {

extern const Sampler ddpm_sampler;
extern const Sampler ddim_sampler;
extern const Sampler euler_sampler;
extern const Sampler euler_ancestral_sampler;
extern const Sampler heun_sampler;
extern const Sampler dpmpp_2m_sampler;
extern const Sampler dpmpp_2m_sde_sampler;
extern const Sampler unipc_sampler;
extern const Sampler lms_sampler;

/// What m_0 stands for in a sampler's rows.
enum class ModelSpace { denoised, noise };

/// A row for the evaluation at `point` whose update weights are all still 0.
StepCoefficients make_row(const SchedulePoint& point, Prediction prediction, ModelSpace space,
                          const SamplerOptions& options, std::size_t row_number);

/// The weight of the predicted picture in an exponential-Euler step: x_next = (sigma' / sigma) x + weight * x0.
/// It equals -alpha' * (exp(-h) - 1) with h the step in lambda, and holds for sigma' = 0 too.
double picture_weight(const SchedulePoint& from, const SchedulePoint& to);

/// A table of one row per step, with row(step) for each.
template <typename RowAt>
StepTable make_single_evaluation_table(std::span<const SchedulePoint> points, RowAt row_at) {
  StepTable table;
  table.steps = static_cast<int>(points.size()) - 1;
  table.initial_scale = static_cast<float>(points.front().sigma);
  for (std::size_t step = 0; step + 1 < points.size(); ++step) table.rows.push_back(row_at(step));
  return table;
}

}  // namespace figment::sampling
