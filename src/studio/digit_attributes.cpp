#include "studio/digit_attributes.h"

#include <algorithm>
#include <cmath>

#include "studio/digits.h"

namespace figment::studio {

double measure(DigitAttribute attribute, std::span<const float> picture) {
  double mass = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
  for (std::size_t i = 0; i < digit_pixels; ++i) {
    const double ink = 0.5 * (static_cast<double>(std::clamp(picture[i], -1.0F, 1.0F)) + 1);
    const auto column = static_cast<double>(i % digit_side);
    const auto row = static_cast<double>(i / digit_side);
    mass += ink;
    x += ink * column;
    y += ink * row;
    xx += ink * column * column;
    xy += ink * column * row;
    yy += ink * row * row;
  }
  if (attribute == DigitAttribute::weight) return mass;
  mass = std::max(mass, 1e-9);
  const double variance_x = xx / mass - x * x / (mass * mass);
  const double variance_y = yy / mass - y * y / (mass * mass);
  if (attribute == DigitAttribute::width) return std::sqrt(std::max(variance_x, 0.0));
  return -(xy / mass - x * y / (mass * mass)) / std::max(variance_y, 1e-9);
}

std::vector<std::vector<float>> class_means(const FeatureSet& codes, std::span<const int> labels, int classes) {
  const auto size = static_cast<std::size_t>(codes.dimensions);
  std::vector<std::vector<float>> means(static_cast<std::size_t>(classes), std::vector<float>(size));
  std::vector<float> counts(means.size());
  for (std::size_t n = 0; n < labels.size(); ++n) {
    const auto label = static_cast<std::size_t>(labels[n]);
    counts[label] += 1;
    for (std::size_t i = 0; i < size; ++i) means[label][i] += codes.values[n * size + i];
  }
  for (std::size_t label = 0; label < means.size(); ++label) {
    for (float& value : means[label]) value /= std::max(counts[label], 1.0F);
  }
  return means;
}

std::vector<float> direction_of(const FeatureSet& codes, std::span<const int> labels, int classes,
                                std::span<const double> values) {
  const auto size = static_cast<std::size_t>(codes.dimensions);
  const std::vector<std::vector<float>> means = class_means(codes, labels, classes);
  FeatureSet as_codes{1, {}};
  for (const double value : values) as_codes.values.push_back(static_cast<float>(value));
  const std::vector<std::vector<float>> mean_values = class_means(as_codes, labels, classes);
  std::vector<double> covariance(size);
  double variance = 0;
  for (std::size_t n = 0; n < labels.size(); ++n) {
    const auto label = static_cast<std::size_t>(labels[n]);
    const double value = values[n] - static_cast<double>(mean_values[label][0]);
    variance += value * value;
    for (std::size_t i = 0; i < size; ++i) {
      covariance[i] += value * static_cast<double>(codes.values[n * size + i] - means[label][i]);
    }
  }
  const double scale = 1 / std::sqrt(std::max(variance * static_cast<double>(labels.size()), 1e-12));
  std::vector<float> direction;
  for (const double value : covariance) direction.push_back(static_cast<float>(value * scale));
  return direction;
}

}  // namespace figment::studio
