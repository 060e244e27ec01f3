#pragma once
#include <span>
#include <string_view>
#include <vector>

namespace figment::sampling {

/// A noise level: x = alpha * x0 + sigma * noise.
struct SchedulePoint {
  double alpha = 1;
  double sigma = 0;
  double time = 0;  ///< what the network is told at this level

  double ratio() const { return sigma / alpha; }  ///< noise over signal: sigma of a process that leaves x0 unscaled
  double lambda() const;                          ///< log(alpha / sigma), infinite at sigma 0
};

/// How x0 turns into noise over time. Samplers see only the (alpha, sigma) pairs that it gives.
class NoiseProcess {
 public:
  /// alpha = 1 - t, sigma = t for t in [0, 1]. Sampling starts at t = 0.999 (alpha may not be 0).
  static NoiseProcess rectified_flow();
  /// alpha = cos(pi t / 2), sigma = sin(pi t / 2) for t in [0, 1]: continuous and variance preserving.
  static NoiseProcess cosine();
  /// Variance preserving, alpha^2 = alphas_cumprod[t], linear in sigma / alpha between whole t. Throws Error unless
  /// the table falls strictly, within (0, 1), and has at least two entries.
  static NoiseProcess discrete(const std::vector<double>& alphas_cumprod);
  /// discrete() of betas[t] = 1 - alphas_cumprod[t] / alphas_cumprod[t - 1]. Throws Error if one is outside (0, 1).
  static NoiseProcess discrete_betas(std::span<const double> betas);

  /// The level at a time; a time outside the process is clamped to it.
  SchedulePoint at_time(double time) const;
  /// The level whose sigma / alpha is `ratio`; only its time is clamped. Throws Error unless ratio >= 0 and finite.
  SchedulePoint at_ratio(double ratio) const;
  /// The level after the fraction (0, 1] of the way from the picture to the noise; uniform in time.
  SchedulePoint at_fraction(double fraction) const;

  double ratio_max() const;  ///< sigma / alpha where sampling starts; at most 999
  double ratio_min() const;  ///< the least sigma / alpha that schedules in sigma use before they end at 0

 private:
  enum class Kind { flow, cosine, discrete };
  explicit NoiseProcess(Kind kind) : kind_(kind) {}
  double time_at_ratio(double ratio) const;

  Kind kind_;
  std::vector<double> ratios_;  // sigma / alpha at t = 0, 1, ... of a discrete process; rising
  int usable_ = 0;              // how many of them are below the limit at which 1 / alpha is harmful
};

/// A noise process by name.
struct NoiseProcessInfo {
  std::string_view name;
  std::string_view title;
  std::string_view tooltip;
  NoiseProcess (*make)();
};

/// "flow", "cosine", and the 1000-step "ddpm_linear" (betas 0.0001 to 0.02), "ddpm_scaled_linear" (0.00085 to 0.012,
/// linear in the square root) and "ddpm_cosine" (Nichol and Dhariwal, 2021).
std::span<const NoiseProcessInfo> noise_processes();
/// Throws Error with the known names.
const NoiseProcessInfo& noise_process_named(std::string_view name);

inline constexpr int steps_max = 1000;

/// Limits of sigma / alpha for schedules that are defined by it; 0: the process's own (at most 80).
struct ScheduleOptions {
  double ratio_max = 0;
  double ratio_min = 0;
  double rho = 7;  ///< of the Karras schedule
};

/// A way to spread a number of steps over the noise levels.
struct Schedule {
  std::string_view name;
  std::string_view title;
  std::string_view tooltip;
  /// steps + 1 points of falling sigma, the last of them sigma 0. Use make_schedule(), which checks its arguments.
  std::vector<SchedulePoint> (*make)(const NoiseProcess&, int steps, const ScheduleOptions&);
};

/// linear, cosine, karras, exponential, sgm_uniform, simple, beta, align_your_steps.
std::span<const Schedule> schedules();
/// Throws Error with the known names.
const Schedule& schedule_named(std::string_view name);
/// steps + 1 points, the last with sigma 0. Throws Error unless 1 <= steps <= steps_max and the limits make sense.
std::vector<SchedulePoint> make_schedule(const Schedule& schedule, const NoiseProcess& process, int steps,
                                         const ScheduleOptions& options = {});

}  // namespace figment::sampling
