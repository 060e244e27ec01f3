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
extern const Sampler dpm2_sampler;
extern const Sampler dpm2_ancestral_sampler;
extern const Sampler dpmpp_2s_ancestral_sampler;
extern const Sampler dpmpp_2m_sampler;
extern const Sampler dpmpp_2m_sde_sampler;
extern const Sampler dpmpp_3m_sde_sampler;
extern const Sampler unipc_sampler;
extern const Sampler lms_sampler;
extern const Sampler deis_sampler;
extern const Sampler lcm_sampler;

/// With fewer steps, multistep solvers whose options say lower_order_final keep to lower orders, which are safer then.
inline constexpr int few_steps = 15;

/// What m_0 stands for in a sampler's rows.
enum class ModelSpace { denoised, noise };

/// A row for the evaluation at `point` whose update weights are all still 0.
StepCoefficients make_row(const SchedulePoint& point, Prediction prediction, ModelSpace space,
                          const SamplerOptions& options, std::size_t row_number);

/// The weight of the predicted picture in an exponential-Euler step: x_next = (sigma' / sigma) x + weight * x0.
/// It equals -alpha' * (exp(-h) - 1) with h the step in lambda, and holds for sigma' = 0 too.
double picture_weight(const SchedulePoint& from, const SchedulePoint& to);

/// How far a two-step solver extrapolates the prediction to the middle of a step: the length of this step over twice
/// that of the one before, in lambda. 0 for the first step and behind a noise level that is repeated.
double midpoint_slope(std::span<const SchedulePoint> points, std::size_t step);

/// An empty table for these points.
StepTable start_table(std::span<const SchedulePoint> points, int evaluations_per_step = 1);

/// A table of one row per step: fill(row, from, to, step) sets the update weights of each.
template <typename Fill>
StepTable make_single_evaluation_table(std::span<const SchedulePoint> points, Prediction prediction,
                                       const SamplerOptions& options, ModelSpace space, Fill fill) {
  StepTable table = start_table(points);
  for (std::size_t step = 0; step + 1 < points.size(); ++step) {
    StepCoefficients& row = table.rows.emplace_back(make_row(points[step], prediction, space, options, step));
    fill(row, points[step], points[step + 1], step);
  }
  return table;
}

}  // namespace figment::sampling
