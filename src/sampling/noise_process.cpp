#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <utility>

#include "core/error.h"
#include "sampling/schedule.h"

namespace figment::sampling {

namespace {
// Where sampling starts. A discrete process may end with an alpha so small that a noise prediction, divided by it,
// is worthless; diffusion libraries clip log(alpha / sigma) at -5.1, which is this ratio.
constexpr double flow_time_max = 0.999;
constexpr double discrete_ratio_max = 164.0;
const double cosine_time_max = 2 / std::numbers::pi * std::atan(discrete_ratio_max);
constexpr double continuous_ratio_min = 0.01;

SchedulePoint variance_preserving(double ratio, double time) {
  const double alpha = 1 / std::sqrt(1 + ratio * ratio);
  return {alpha, ratio * alpha, time};
}
}  // namespace

double SchedulePoint::lambda() const {
  return sigma > 0 ? std::log(alpha / sigma) : std::numeric_limits<double>::infinity();
}

NoiseProcess NoiseProcess::rectified_flow() { return NoiseProcess(Kind::flow); }

NoiseProcess NoiseProcess::cosine() { return NoiseProcess(Kind::cosine); }

NoiseProcess NoiseProcess::discrete(const std::vector<double>& alphas_cumprod) {
  core::require(alphas_cumprod.size() >= 2, "A discrete noise process needs at least two noise levels.");
  NoiseProcess process(Kind::discrete);
  double previous = 1;
  for (const double value : alphas_cumprod) {
    core::require(value > 0 && value < previous, "The noise levels must fall from 1 towards 0; give a falling table.");
    process.ratios_.push_back(std::sqrt((1 - value) / value));
    if (process.ratios_.back() <= discrete_ratio_max) ++process.usable_;
    previous = value;
  }
  process.usable_ = std::max(process.usable_, 1);
  return process;
}

NoiseProcess NoiseProcess::discrete_betas(std::span<const double> betas) {
  std::vector<double> alphas_cumprod;
  alphas_cumprod.reserve(betas.size());
  double product = 1;
  for (const double beta : betas) {
    core::require(beta > 0 && beta < 1, "A beta of {} is outside (0, 1).", beta);
    alphas_cumprod.push_back(product *= 1 - beta);
  }
  return discrete(alphas_cumprod);
}

SchedulePoint NoiseProcess::at_time(double time) const {
  switch (kind_) {
    case Kind::flow: {
      const double sigma = std::clamp(time, 0.0, flow_time_max);
      return {1 - sigma, sigma, sigma};
    }
    case Kind::cosine: {
      const double t = std::clamp(time, 0.0, cosine_time_max);
      return {std::cos(std::numbers::pi / 2 * t), std::sin(std::numbers::pi / 2 * t), t};
    }
    case Kind::discrete:
      break;
  }
  const double t = std::clamp(time, 0.0, static_cast<double>(ratios_.size() - 1));
  const auto low = std::min(static_cast<std::size_t>(t), ratios_.size() - 2);
  const double weight = t - static_cast<double>(low);
  return variance_preserving((1 - weight) * ratios_[low] + weight * ratios_[low + 1], t);
}

SchedulePoint NoiseProcess::at_ratio(double ratio) const {
  core::require(ratio >= 0 && std::isfinite(ratio), "A noise level of {} cannot be used; give one of 0 or more.",
                ratio);
  const double time = time_at_ratio(ratio);
  if (kind_ == Kind::flow) return {1 / (1 + ratio), ratio / (1 + ratio), time};
  return variance_preserving(ratio, time);
}

double NoiseProcess::time_at_ratio(double ratio) const {
  if (kind_ == Kind::flow) return ratio / (1 + ratio);
  if (kind_ == Kind::cosine) return 2 / std::numbers::pi * std::atan(ratio);
  // Linear in log(ratio) between whole times, as diffusion libraries do it.
  if (ratio <= ratios_.front()) return 0;
  if (ratio >= ratios_.back()) return static_cast<double>(ratios_.size() - 1);
  const auto high = std::upper_bound(ratios_.begin(), ratios_.end(), ratio);
  const double log_low = std::log(*(high - 1));
  const double weight = (std::log(ratio) - log_low) / (std::log(*high) - log_low);
  return static_cast<double>(high - ratios_.begin() - 1) + weight;
}

SchedulePoint NoiseProcess::at_fraction(double fraction) const {
  if (kind_ == Kind::discrete) return at_time(fraction * usable_ - 1);
  return at_time(fraction * (kind_ == Kind::flow ? flow_time_max : cosine_time_max));
}

double NoiseProcess::ratio_max() const { return at_fraction(1).ratio(); }

double NoiseProcess::ratio_min() const { return kind_ == Kind::discrete ? ratios_.front() : continuous_ratio_min; }

namespace {
constexpr int ddpm_steps = 1000;

NoiseProcess make_linear() {
  std::vector<double> betas(ddpm_steps);
  for (int t = 0; t < ddpm_steps; ++t) betas[t] = std::lerp(0.0001, 0.02, t / (ddpm_steps - 1.0));
  return NoiseProcess::discrete_betas(betas);
}

NoiseProcess make_scaled_linear() {
  std::vector<double> betas(ddpm_steps);
  for (int t = 0; t < ddpm_steps; ++t) {
    const double root = std::lerp(std::sqrt(0.00085), std::sqrt(0.012), t / (ddpm_steps - 1.0));
    betas[t] = root * root;
  }
  return NoiseProcess::discrete_betas(betas);
}

NoiseProcess make_discrete_cosine() {
  const auto alpha_bar = [](double t) {
    const double root = std::cos((t + 0.008) / 1.008 * std::numbers::pi / 2);
    return root * root;
  };
  std::vector<double> betas(ddpm_steps);
  for (int t = 0; t < ddpm_steps; ++t) {
    betas[t] = std::min(1 - alpha_bar((t + 1.0) / ddpm_steps) / alpha_bar(t / static_cast<double>(ddpm_steps)), 0.999);
  }
  return NoiseProcess::discrete_betas(betas);
}

constexpr NoiseProcessInfo table[] = {
    {"flow", "Rectified flow", "Picture and noise are mixed in a straight line from one to the other.",
     NoiseProcess::rectified_flow},
    {"cosine", "Cosine", "Noise replaces the picture along a quarter circle, evenly over time.", NoiseProcess::cosine},
    {"ddpm_linear", "DDPM linear", "A thousand noise levels, as in the first denoising diffusion models.", make_linear},
    {"ddpm_scaled_linear", "DDPM scaled linear", "A thousand gentler noise levels, as in latent diffusion models.",
     make_scaled_linear},
    {"ddpm_cosine", "DDPM cosine", "A thousand noise levels that destroy the picture more slowly at both ends.",
     make_discrete_cosine},
};
}  // namespace

std::span<const NoiseProcessInfo> noise_processes() { return table; }

const NoiseProcessInfo& noise_process_named(std::string_view name) {
  std::string known;
  for (const NoiseProcessInfo& info : table) {
    if (info.name == name) return info;
    known += (known.empty() ? "" : ", ") + std::string(info.name);
  }
  core::fail("There is no noise process \"{}\"; choose one of: {}.", name, known);
}

}  // namespace figment::sampling
