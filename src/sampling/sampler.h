#pragma once
#include <optional>
#include <span>
#include <string_view>

#include "sampling/prediction.h"
#include "sampling/schedule.h"
#include "sampling/step_table.h"

namespace figment::sampling {

/// What a person may set besides schedule and steps.
struct SamplerOptions {
  std::optional<float> eta = std::nullopt;  ///< amount of fresh noise, 0 to 1; default: the sampler's
  std::optional<int> order =
      std::nullopt;               ///< outputs used per step, for samplers whose max_order > 1; default: the sampler's
  float guidance = 1;             ///< classifier-free guidance scale, written into every row
  float clip = 0;                 ///< keeps the predicted picture within [-clip, clip]; 0: off. LMS and DEIS ignore it
  bool lower_order_final = true;  ///< the multistep solvers keep to lower orders at the end, or with few steps
  /// What the points are levels of. Samplers that look between two points (DPM2, DPM++ 2S) need it.
  const NoiseProcess* process = nullptr;
};

/// A way to walk from noise to a picture. The last point of the schedule may have a sigma above 0.
struct Sampler {
  std::string_view name;   ///< for files and the command line
  std::string_view title;  ///< for a person
  std::string_view tooltip;
  int order = 1;                 ///< the error falls as steps^-order (with the default options)
  bool stochastic = false;       ///< draws fresh noise with the default options
  bool takes_eta = false;        ///< eta changes something
  int evaluations_per_step = 1;  ///< network evaluations
  float default_eta = 0;
  int default_order = 1;
  int max_order = 1;
  StepTable (*make)(std::span<const SchedulePoint>, Prediction, const SamplerOptions&) = nullptr;
};

/// ddpm, ddim, euler, euler_ancestral, heun, dpm2, dpm2_ancestral, dpmpp_2s_ancestral, dpmpp_2m, dpmpp_2m_sde,
/// dpmpp_3m_sde, unipc, lms, deis, lcm.
std::span<const Sampler> samplers();
/// Throws Error with the known names.
const Sampler& sampler_named(std::string_view name);

/// The rows for this sampler on these points (from make_schedule()). Throws Error if the points do not fall in
/// sigma, an option is out of its range, or a sampler lacks the noise process that it needs.
StepTable make_step_table(const Sampler& sampler, std::span<const SchedulePoint> points, Prediction prediction,
                          const SamplerOptions& options = {});

}  // namespace figment::sampling
