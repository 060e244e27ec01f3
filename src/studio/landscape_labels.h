#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "studio/request.h"

namespace figment::studio {

/// What a batch of landscapes is told: a label for each attribute, time of day and terrain. Where a person leaves the
/// choice open, each picture draws its own by the request's seed, so that every model that is asked alike paints alike;
/// or is told nothing ("any") unless it `draws`. With `guided` as many that are told nothing come first.
std::array<std::vector<std::int32_t>, 2> landscape_labels(const PictureRequest& request, int count, bool guided,
                                                          bool draws = true);

/// The inputs of a U-Net program that these go to.
inline constexpr std::array<const char*, 2> landscape_label_inputs = {"time_of_day", "terrain"};

/// The seed of ops::random_normal and its like: `stream` 0 is the noise that a picture begins as.
std::array<std::int32_t, 4> landscape_seed(std::uint64_t seed, int stream, int step);

}  // namespace figment::studio
