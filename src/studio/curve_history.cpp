#include "studio/curve_history.h"

#include <cmath>
#include <limits>

#include "core/error.h"

namespace figment::studio {
namespace {

/// The mean of two values that stand for so many rows each; one that is not finite does not count.
float joined(float a, float a_rows, float b, float b_rows) {
  if (!std::isfinite(a)) return b;
  if (!std::isfinite(b)) return a;
  return (a * a_rows + b * b_rows) / (a_rows + b_rows);
}

}  // namespace

CurveHistory::CurveHistory(std::vector<std::string> names, std::size_t points_most)
    : names_(std::move(names)), points_most_(points_most), values_(names_.size()) {}

void CurveHistory::clear() {
  steps_.clear();
  for (auto& line : values_) line.clear();
  stride_ = 1;
  last_rows_ = 0;
}

void CurveHistory::add(double step, std::span<const float> values) {
  core::require(values.size() == names_.size(), "{} curves are given {} values", names_.size(), values.size());
  if (!steps_.empty() && last_rows_ < stride_) {
    const auto rows = static_cast<float>(last_rows_++);
    steps_.back() = static_cast<float>(step);
    for (std::size_t i = 0; i < values.size(); ++i) values_[i].back() = joined(values_[i].back(), rows, values[i], 1);
    return;
  }
  if (steps_.size() >= points_most_) join_neighbours();
  steps_.push_back(static_cast<float>(step));
  for (std::size_t i = 0; i < values.size(); ++i) values_[i].push_back(values[i]);
  last_rows_ = 1;
}

void CurveHistory::join_neighbours() {
  const std::size_t half = steps_.size() / 2;
  const auto halve = [half](std::vector<float>& line, const auto& join) {
    for (std::size_t i = 0; i < half; ++i) line[i] = join(line[2 * i], line[2 * i + 1]);
    line.resize(half);
  };
  halve(steps_, [](float, float b) { return b; });
  for (auto& line : values_) halve(line, [](float a, float b) { return joined(a, 1, b, 1); });
  stride_ *= 2;
}

std::vector<float> CurveHistory::smoothed(std::size_t name, float smoothing) const {
  std::vector<float> result;
  float mean = 0;
  float weight = 0;
  for (const float value : values_[name]) {
    if (std::isfinite(value)) {
      mean = smoothing * mean + (1 - smoothing) * value;
      weight = smoothing * weight + (1 - smoothing);
    }
    result.push_back(std::isfinite(value) && weight > 0 ? mean / weight : std::numeric_limits<float>::quiet_NaN());
  }
  return result;
}

}  // namespace figment::studio
