#include "studio/report.h"

namespace figment::studio {

using nlohmann::json;

json to_json(const Agreement& agreement) {
  return {{"both", agreement.both}, {"time_of_day", agreement.time_of_day}, {"terrain", agreement.terrain}};
}

json to_json(const PictureDistance& distance) {
  return {{"precision", distance.neighbours.precision},
          {"recall", distance.neighbours.recall},
          {"frechet", distance.frechet}};
}

formats::Picture stacked_sheet(std::span<const std::span<const float>> sets, int side, int columns, int zoom) {
  const auto row_floats = static_cast<std::size_t>(columns * side * side * 3);
  std::vector<float> pixels;
  for (const std::span<const float> set : sets) {
    pixels.insert(pixels.end(), set.begin(), set.end());
    pixels.resize((pixels.size() + row_floats - 1) / row_floats * row_floats, -1.0F);
  }
  const int count = static_cast<int>(pixels.size() / static_cast<std::size_t>(side * side * 3));
  return contact_sheet(pixels, count, side, columns, zoom, 2 * zoom);
}

}  // namespace figment::studio
