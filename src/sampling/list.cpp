#include <cmath>
#include <string>

#include "core/error.h"
#include "core/quote.h"
#include "sampling/samplers.h"

namespace figment::sampling {

std::span<const Sampler> samplers() {
  static const Sampler table[] = {
      ddpm_sampler,
      ddim_sampler,
      euler_sampler,
      euler_ancestral_sampler,
      heun_sampler,
      dpm2_sampler,
      dpm2_ancestral_sampler,
      dpmpp_2s_ancestral_sampler,
      dpmpp_2m_sampler,
      dpmpp_2m_sde_sampler,
      dpmpp_3m_sde_sampler,
      unipc_sampler,
      lms_sampler,
      deis_sampler,
      lcm_sampler,
  };
  return table;
}

const Sampler& sampler_named(std::string_view name) {
  std::string known;
  for (const Sampler& sampler : samplers()) {
    if (sampler.name == name) return sampler;
    known += (known.empty() ? "" : ", ") + std::string(sampler.name);
  }
  core::fail("There is no sampler \"{}\"; choose one of: {}.", core::quotable(name), known);
}

StepTable make_step_table(const Sampler& sampler, std::span<const SchedulePoint> points, Prediction prediction,
                          const SamplerOptions& options) {
  core::require(points.size() >= 2, "A sampler needs a schedule of at least two points.");
  for (std::size_t i = 0; i < points.size(); ++i) {
    const SchedulePoint& point = points[i];
    core::require(point.alpha > 0 && point.sigma >= 0 && std::isfinite(point.alpha) && std::isfinite(point.sigma),
                  "A schedule's alpha must be above 0 and its sigma not below 0; change its limits.");
    // Equal levels are allowed: a schedule that was cut to a smallest noise level may repeat it.
    core::require(i == 0 || (point.ratio() <= points[i - 1].ratio() && points[i - 1].sigma > 0),
                  "A schedule's noise must fall from point to point; sort its points.");
  }
  SamplerOptions checked = options;
  checked.eta = options.eta.value_or(sampler.default_eta);
  checked.order = options.order.value_or(sampler.default_order);
  core::require(*checked.eta >= 0 && *checked.eta <= 1, "Eta is an amount of noise from 0 to 1, not {}.", *checked.eta);
  core::require(*checked.order >= 1 && *checked.order <= sampler.max_order, "{} has orders from 1 to {}, not {}.",
                sampler.title, sampler.max_order, *checked.order);
  core::require(std::isfinite(options.guidance) && options.clip >= 0 && std::isfinite(options.clip),
                "Guidance and clip must be plain numbers, and clip not below 0.");
  return sampler.make(points, prediction, checked);
}

StepCoefficients make_row(const SchedulePoint& point, Prediction prediction, ModelSpace space,
                          const SamplerOptions& options, std::size_t row_number) {
  const bool denoised = space == ModelSpace::denoised;
  const LinearForm form =
      denoised ? denoised_form(prediction, point.alpha, point.sigma) : noise_form(prediction, point.alpha, point.sigma);
  StepCoefficients row;
  row.time = static_cast<float>(point.time);
  row.a_x = static_cast<float>(form.x);
  row.a_f = static_cast<float>(form.f);
  row.clip = denoised ? options.clip : 0.0f;
  row.guidance = options.guidance;
  row.slot = static_cast<float>(row_number % history_length);
  row.alpha = static_cast<float>(point.alpha);
  row.sigma = static_cast<float>(point.sigma);
  row.d_x = denoised ? 0.0f : static_cast<float>(1 / point.alpha);
  row.d_m = denoised ? 1.0f : static_cast<float>(-point.sigma / point.alpha);
  return row;
}

double midpoint_slope(std::span<const SchedulePoint> points, std::size_t step) {
  if (step == 0) return 0;
  const double h = points[step + 1].lambda() - points[step].lambda();
  const double h_before = points[step].lambda() - points[step - 1].lambda();
  return h_before > 0 ? h / (2 * h_before) : 0;
}

StepTable start_table(std::span<const SchedulePoint> points, int evaluations_per_step) {
  StepTable table;
  table.steps = static_cast<int>(points.size()) - 1;
  table.evaluations_per_step = evaluations_per_step;
  table.initial_scale = static_cast<float>(points.front().sigma);
  return table;
}

double picture_weight(const SchedulePoint& from, const SchedulePoint& to) {
  return to.alpha - from.alpha * to.sigma / from.sigma;
}

}  // namespace figment::sampling
