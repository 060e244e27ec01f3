#include "formats/palette.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace figment::formats {
namespace {

/// A colour that is seen a hundred times as often is not a hundred times as important.
constexpr double weight_exponent = 0.6;
constexpr int refinements = 3;
/// Colours of at least this share of all pixels are in the palette as they are, up to so many.
constexpr double exact_share = 0.002;
constexpr std::size_t exact_most = 40;
/// Below this squared distance a colour of the palette is the colour.
constexpr float close_enough = 9;
/// How much a pattern of two colours is disliked, by their squared distance.
constexpr float pattern_cost = 0.12F;

struct Sample {
  PaletteColor color{};
  double weight = 0;
};

float distance(const PaletteColor& a, const PaletteColor& b) {
  // The eye tells greens apart best.
  const float red = a[0] - b[0];
  const float green = a[1] - b[1];
  const float blue = a[2] - b[2];
  return 0.9F * red * red + 1.4F * green * green + 0.7F * blue * blue;
}

/// A stretch of the samples.
struct Box {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t axis = 0;  ///< along which it varies most
  double spread = 0;     ///< weighted variance along it, not divided by the weight
  PaletteColor mean{};
};

Box make_box(std::span<const Sample> samples, std::size_t begin, std::size_t end) {
  Box box{begin, end, 0, 0, {}};
  double weight = 0;
  std::array<double, 3> sum{};
  std::array<double, 3> squares{};
  for (std::size_t i = begin; i < end; ++i) {
    weight += samples[i].weight;
    for (std::size_t c = 0; c < 3; ++c) {
      const double value = static_cast<double>(samples[i].color[c]);
      sum[c] += samples[i].weight * value;
      squares[c] += samples[i].weight * value * value;
    }
  }
  for (std::size_t c = 0; c < 3; ++c) {
    box.mean[c] = static_cast<float>(sum[c] / weight);
    const double spread = squares[c] - sum[c] * sum[c] / weight;
    if (end - begin < 2 || spread <= box.spread) continue;
    box.spread = spread;
    box.axis = c;
  }
  return box;
}

std::vector<Box> cut(std::vector<Sample>& samples, std::size_t count) {
  std::vector<Box> boxes{make_box(samples, 0, samples.size())};
  while (boxes.size() < count) {
    const auto widest = std::ranges::max_element(boxes, [](const Box& a, const Box& b) { return a.spread < b.spread; });
    if (widest->spread <= 0) break;
    const Box box = *widest;
    const auto first = samples.begin() + static_cast<std::ptrdiff_t>(box.begin);
    const auto last = samples.begin() + static_cast<std::ptrdiff_t>(box.end);
    auto middle =
        std::partition(first, last, [&](const Sample& sample) { return sample.color[box.axis] < box.mean[box.axis]; });
    if (middle == first || middle == last) middle = first + (last - first) / 2;
    const std::size_t at = box.begin + static_cast<std::size_t>(middle - first);
    *widest = make_box(samples, box.begin, at);
    boxes.push_back(make_box(samples, at, box.end));
  }
  return boxes;
}

std::size_t nearest(std::span<const PaletteColor> palette, const PaletteColor& color) {
  std::size_t best = 0;
  float least = std::numeric_limits<float>::max();
  for (std::size_t i = 0; i < palette.size(); ++i) {
    const float far = distance(palette[i], color);
    if (far >= least) continue;
    least = far;
    best = i;
  }
  return best;
}

void refine(std::vector<PaletteColor>& palette, std::span<const Sample> samples) {
  std::vector<std::array<double, 4>> sums(palette.size());
  for (const Sample& sample : samples) {
    auto& sum = sums[nearest(palette, sample.color)];
    for (std::size_t c = 0; c < 3; ++c) sum[c] += sample.weight * static_cast<double>(sample.color[c]);
    sum[3] += sample.weight;
  }
  for (std::size_t i = 0; i < palette.size(); ++i) {
    if (sums[i][3] <= 0) continue;
    for (std::size_t c = 0; c < 3; ++c) palette[i][c] = static_cast<float>(sums[i][c] / sums[i][3]);
  }
}

/// Puts the most frequent to the end, those of flat areas, which must not be dithered. Returns how many.
std::size_t take_frequent(std::vector<Sample>& samples, std::size_t most) {
  double total = 0;
  for (const Sample& sample : samples) total += std::pow(sample.weight, 1 / weight_exponent);
  const double least = std::pow(exact_share * total, weight_exponent);
  std::ranges::sort(samples, {}, &Sample::weight);
  std::size_t count = 0;
  while (count < most && count < samples.size() && samples[samples.size() - 1 - count].weight > least) ++count;
  return count;
}

/// Bayer's matrix of 8 x 8: 0 to 63, each once.
constexpr int threshold(int x, int y) {
  int value = 0;
  for (int bit = 0; bit < 3; ++bit) {
    const int px = (x >> bit) & 1;
    const int py = (y >> bit) & 1;
    value |= ((px ^ py) << 1 | py) << (2 * (2 - bit));
  }
  return value;
}

constexpr auto thresholds = [] {
  std::array<std::array<std::uint8_t, 8>, 8> table{};
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 8; ++x) {
      table[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] = static_cast<std::uint8_t>(threshold(x, y));
    }
  }
  return table;
}();

}  // namespace

void ColorHistogram::add(std::span<const std::uint8_t> rgba) {
  for (std::size_t i = 0; i + 3 < rgba.size(); i += 4) {
    Bin& bin = bins_[bin_of(&rgba[i])];
    ++bin.count;
    for (std::size_t c = 0; c < 3; ++c) bin.sum[c] += rgba[i + c];
  }
}

PaletteColor ColorHistogram::mean(std::size_t bin) const {
  const Bin& found = bins_[bin];
  PaletteColor color{};
  for (std::size_t c = 0; c < 3; ++c) {
    color[c] = found.count > 0 ? static_cast<float>(found.sum[c]) / static_cast<float>(found.count)
                               : static_cast<float>(((bin >> (12 - 6 * c)) & 63) * 4) + 1.5F;
  }
  return color;
}

std::vector<PaletteColor> choose_palette(const ColorHistogram& histogram, int count) {
  std::vector<Sample> samples;
  for (std::size_t bin = 0; bin < ColorHistogram::bin_count; ++bin) {
    if (histogram.count(bin) == 0) continue;
    samples.push_back({histogram.mean(bin), std::pow(static_cast<double>(histogram.count(bin)), weight_exponent)});
  }
  std::vector<PaletteColor> palette;
  if (samples.empty()) return palette;
  const std::size_t exact =
      take_frequent(samples, std::min<std::size_t>(exact_most, static_cast<std::size_t>(count) / 4));
  for (std::size_t i = samples.size() - exact; i < samples.size(); ++i) palette.push_back(samples[i].color);
  samples.resize(samples.size() - exact);
  if (samples.empty()) return palette;
  for (const Box& box : cut(samples, static_cast<std::size_t>(count) - exact)) palette.push_back(box.mean);
  for (int i = 0; i < refinements; ++i) refine(palette, samples);
  return palette;
}

PaletteMapper::PaletteMapper(std::vector<PaletteColor> palette, const ColorHistogram& histogram)
    : palette_(std::move(palette)), histogram_(histogram), choices_(ColorHistogram::bin_count) {}

PaletteMapper::Choice PaletteMapper::choose(const PaletteColor& color) const {
  Choice choice;
  choice.is_known = true;
  const std::size_t first = nearest(palette_, color);
  choice.first = choice.second = static_cast<std::uint8_t>(first);
  float least = distance(palette_[first], color);
  if (least < close_enough) return choice;
  for (std::size_t i = 0; i < palette_.size(); ++i) {
    float along = 0;
    float length = 0;
    for (std::size_t c = 0; c < 3; ++c) {
      const float step = palette_[i][c] - palette_[first][c];
      along += step * (color[c] - palette_[first][c]);
      length += step * step;
    }
    if (along <= 0 || length <= 0) continue;
    const float share = std::min(along / length, 0.5F);
    PaletteColor mixed{};
    for (std::size_t c = 0; c < 3; ++c) mixed[c] = palette_[first][c] + share * (palette_[i][c] - palette_[first][c]);
    const float cost = distance(mixed, color) + pattern_cost * share * (1 - share) * length;
    if (cost >= least) continue;
    least = cost;
    choice.second = static_cast<std::uint8_t>(i);
    choice.share = static_cast<std::uint8_t>(std::lround(64 * share));
  }
  return choice;
}

void PaletteMapper::map(std::span<const std::uint8_t> rgba, int width, std::uint8_t* indices, int stride) {
  const auto columns = static_cast<std::size_t>(width);
  const std::size_t rows = rgba.size() / 4 / columns;
  for (std::size_t y = 0; y < rows; ++y) {
    std::uint8_t* row = indices + y * static_cast<std::size_t>(stride);
    for (std::size_t x = 0; x < columns; ++x) {
      const std::size_t bin = ColorHistogram::bin_of(&rgba[(y * columns + x) * 4]);
      Choice& choice = choices_[bin];
      if (!choice.is_known) choice = choose(histogram_.mean(bin));
      row[x] = thresholds[y % 8][x % 8] < choice.share ? choice.second : choice.first;
    }
  }
}

}  // namespace figment::formats
