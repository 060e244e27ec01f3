#include "data/paint/canvas.h"

namespace figment::data::paint {

std::vector<std::uint8_t> develop(const Canvas& canvas, int size, float contrast) {
  const int side = canvas.side(), factor = side / size;
  const auto width = static_cast<std::size_t>(size);
  std::vector<float> small(width * width * 3, 0.0f);
  std::vector<float> columns(static_cast<std::size_t>(side));
  const float scale = 1.0f / static_cast<float>(factor * factor);
  double total = 0.0;
  for (int channel = 0; channel < 3; ++channel) {
    for (int y = 0; y < size; ++y) {
      std::fill(columns.begin(), columns.end(), 0.0f);
      for (int dy = 0; dy < factor; ++dy) {
        const float* row = canvas.row(channel, y * factor + dy);
        for (int x = 0; x < side; ++x) columns[static_cast<std::size_t>(x)] += clamp01(row[x]);
      }
      for (int x = 0; x < size; ++x) {
        float sum = 0.0f;
        for (int dx = 0; dx < factor; ++dx) sum += columns[static_cast<std::size_t>(x * factor + dx)];
        const float value = sum * scale;
        total += static_cast<double>(value);
        small[(static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x)) * 3 +
              static_cast<std::size_t>(channel)] = value;
      }
    }
  }
  const auto mean = static_cast<float>(total / static_cast<double>(small.size()));
  std::vector<std::uint8_t> pixels(small.size());
  for (std::size_t i = 0; i < small.size(); ++i)
    pixels[i] = static_cast<std::uint8_t>(clamp01(small[i] + (small[i] - mean) * contrast) * 255.0f + 0.5f);
  return pixels;
}

}  // namespace figment::data::paint
