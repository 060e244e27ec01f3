#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "studio/evaluate_pictures.h"

/// Small helpers of the reports that `figment eval` prints.
namespace figment::studio {

inline double percent(double share) { return 100.0 * share; }

nlohmann::json to_json(const Agreement& agreement);
nlohmann::json to_json(const PictureDistance& distance);

/// One picture of 8 bits that shows the sets one above the other, `columns` wide; each is filled up with black.
/// Pixels f32 [count, side, side, 3] in [-1, 1].
formats::Picture stacked_sheet(std::span<const std::span<const float>> sets, int side, int columns, int zoom);

}  // namespace figment::studio
