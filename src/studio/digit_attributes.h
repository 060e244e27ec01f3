#pragma once
#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "studio/evaluate_features.h"

/// Attributes of written digits that are measured in the picture, and where they lie in codes.
namespace figment::studio {

enum class DigitAttribute { slant, width, weight };
inline constexpr std::array<std::string_view, 3> digit_attribute_names = {"slant", "width", "weight"};

/// Of a picture [32, 32] in [-1, 1]. Slant: how far the ink moves right per pixel up; width: the deviation of the ink
/// from its middle in pixels; weight: how much ink there is, in pixels.
double measure(DigitAttribute attribute, std::span<const float> picture);

/// The mean code of each of `classes` labels.
std::vector<std::vector<float>> class_means(const FeatureSet& codes, std::span<const int> labels, int classes);

/// How codes change when `values` grows by one deviation and the label stays the same (least squares).
std::vector<float> direction_of(const FeatureSet& codes, std::span<const int> labels, int classes,
                                std::span<const double> values);

}  // namespace figment::studio
