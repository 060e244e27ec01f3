#include "studio/landscape_labels.h"

#include "core/random.h"
#include "data/landscape.h"

namespace figment::studio {
namespace {

std::vector<std::int32_t> labels_for(int value, std::size_t classes, int count, bool guided, bool draws,
                                     std::uint64_t seed, std::uint64_t stream) {
  const auto any = static_cast<std::int32_t>(classes);
  std::vector<std::int32_t> labels(guided ? static_cast<std::size_t>(count) : 0, any);
  core::Random random(seed, stream);
  for (int i = 0; i < count; ++i) {
    const auto drawn = static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(classes)));
    labels.push_back(value >= 0 ? static_cast<std::int32_t>(value) : draws ? drawn : any);
  }
  return labels;
}

}  // namespace

std::array<std::vector<std::int32_t>, 2> landscape_labels(const PictureRequest& request, int count, bool guided,
                                                          bool draws) {
  return {labels_for(request.time_of_day, data::time_of_day_names.size(), count, guided, draws, request.seed, 11),
          labels_for(request.terrain, data::terrain_names.size(), count, guided, draws, request.seed, 12)};
}

std::array<std::int32_t, 4> landscape_seed(std::uint64_t seed, int stream, int step) {
  return {static_cast<std::int32_t>(static_cast<std::uint32_t>(seed)),
          static_cast<std::int32_t>(static_cast<std::uint32_t>(seed >> 32)), stream, step};
}

}  // namespace figment::studio
