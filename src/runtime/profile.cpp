#include "runtime/profile.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace figment::runtime {

namespace {

/// A guess for steps that were never timed: time to start, to compute and to move the operands.
double estimate_ms(const Step& step, bool is_cpu) {
  const double start_ms = is_cpu ? 0.03 : 0.004;
  const double flops_per_ms = is_cpu ? 80e6 : 5e9;
  const double bytes_per_ms = is_cpu ? 8e6 : 500e6;
  return start_ms + step.flops / flops_per_ms + static_cast<double>(step.bytes()) / bytes_per_ms;
}

std::string variant_of(const tensor::KernelCall& call) {
  std::string text;
  for (const std::uint32_t constant : call.constants) {
    if (!text.empty()) text += ' ';
    text += std::to_string(static_cast<std::int32_t>(constant));
  }
  return text;
}

}  // namespace

bool is_light(std::span<const Step> steps) {
  // On one processor. Two of them save half of it at most, and waking the second one costs 0.05 ms (measured: the U-Net
  // of the diffusion model, for one picture, lies between 0.1 and 0.15 and gains a third).
  constexpr double light_ms = 0.15;
  constexpr double flops_per_ms = 40e6;
  constexpr double bytes_per_ms = 4e6;
  double work_ms = 0;
  int dispatches = 0;
  for (const Step& step : steps) {
    if (step.frozen || step.kind != Step::Kind::dispatch) continue;
    work_ms += step.flops / flops_per_ms + static_cast<double>(step.bytes()) / bytes_per_ms;
    ++dispatches;
  }
  return work_ms < light_ms * dispatches;
}

Profile::Profile(std::span<const Step> steps, bool is_cpu) {
  for (const Step& step : steps) costs_ms_.push_back(estimate_ms(step, is_cpu));
}

void Profile::add(std::size_t first, std::span<const double> step_times_ms) {
  constexpr double weight = 0.3;
  for (std::size_t i = 0; i < step_times_ms.size() && first + i < costs_ms_.size(); ++i) {
    double& cost = costs_ms_[first + i];
    cost = measured_ ? cost + weight * (step_times_ms[i] - cost) : step_times_ms[i];
  }
  measured_ = true;
}

std::vector<int> Profile::segments(std::size_t first, std::size_t last, double segment_ms) const {
  std::vector<int> ends;
  double sum = 0;
  for (std::size_t i = first; i < last; ++i) {
    if (sum > 0 && sum + costs_ms_[i] > segment_ms) {
      ends.push_back(static_cast<int>(i));
      sum = 0;
    }
    sum += costs_ms_[i];
  }
  ends.push_back(static_cast<int>(last));
  return ends;
}

std::vector<KernelRow> Profile::rows(std::span<const Step> steps, bool by_variant) const {
  std::map<std::tuple<std::string, std::string, tensor::Family>, KernelRow> rows;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    if (step.frozen) continue;
    const std::string variant = by_variant ? variant_of(step.call) : std::string();
    KernelRow& row = rows[{step.call.shader, variant, step.family}];
    row.shader = step.call.shader;
    row.variant = variant;
    row.family = step.family;
    row.time_ms += costs_ms_[i];
    row.flops += step.flops;
    row.bytes += static_cast<double>(step.moved_bytes());
    ++row.calls;
  }
  std::vector<KernelRow> result;
  for (auto& [key, row] : rows) result.push_back(std::move(row));
  std::sort(result.begin(), result.end(), [](const KernelRow& a, const KernelRow& b) { return a.time_ms > b.time_ms; });
  return result;
}

std::array<double, tensor::family_count> Profile::family_times_ms(std::span<const Step> steps) const {
  std::array<double, tensor::family_count> times{};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!steps[i].frozen) times[static_cast<std::size_t>(steps[i].family)] += costs_ms_[i];
  }
  return times;
}

}  // namespace figment::runtime
