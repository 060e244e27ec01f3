#include "data/paint/noise.h"

#include <algorithm>

namespace figment::data::paint {
namespace {

// A cheap hash to [0, 1): drawing whole lattices from Philox would cost more than the pictures.
float lattice_value(std::uint32_t seed, std::uint32_t column, std::uint32_t row) {
  std::uint32_t h = seed ^ (column * 0x9E3779B1u) ^ (row * 0x85EBCA77u);
  h = (h ^ (h >> 16)) * 0x7FEB352Du;
  h = (h ^ (h >> 15)) * 0x846CA68Bu;
  return static_cast<float>((h ^ (h >> 16)) >> 8) * (1.0f / 16777216.0f);
}

float smooth(float t) { return t * t * (3.0f - 2.0f * t); }

}  // namespace

std::vector<float> noise_line(core::Random& random, int count, int octaves, float frequency, float gain) {
  std::vector<float> sum(static_cast<std::size_t>(count), 0.0f);
  float weight = 1.0f, total = 0.0f;
  for (int octave = 0; octave < octaves; ++octave) {
    const std::uint32_t seed = random.bits();
    for (int i = 0; i < count; ++i) {
      const float t = (static_cast<float>(i) + 0.5f) / static_cast<float>(count) * frequency;
      const auto cell = static_cast<std::uint32_t>(t);
      const float u = smooth(t - static_cast<float>(cell));
      const float a = lattice_value(seed, cell, 0), b = lattice_value(seed, cell + 1, 0);
      sum[static_cast<std::size_t>(i)] += weight * (a + (b - a) * u);
    }
    total += weight;
    weight *= gain;
    frequency *= 2.0f;
  }
  for (float& value : sum) value /= total;
  return sum;
}

NoiseSheet::NoiseSheet(core::Random& random, int width, int octaves, float frequency_x, float frequency_y, float gain)
    : width_(width), octaves_(static_cast<std::size_t>(octaves)), out_(static_cast<std::size_t>(width)) {
  float weight = 1.0f, total = 0.0f;
  for (Octave& octave : octaves_) {
    octave.seed = random.bits();
    octave.frequency_y = frequency_y;
    octave.weight = weight;
    octave.cell.resize(out_.size());
    octave.blend.resize(out_.size());
    octave.upper.resize(out_.size());
    octave.lower.resize(out_.size());
    for (int x = 0; x < width; ++x) {
      const float t = (static_cast<float>(x) + 0.5f) / static_cast<float>(width) * frequency_x;
      const auto cell = static_cast<std::int32_t>(t);
      octave.cell[static_cast<std::size_t>(x)] = cell;
      octave.blend[static_cast<std::size_t>(x)] = smooth(t - static_cast<float>(cell));
    }
    octave.lattice.resize(static_cast<std::size_t>(octave.cell.back()) + 2);
    total += weight;
    weight *= gain;
    frequency_x *= 2.0f;
    frequency_y *= 2.0f;
  }
  for (Octave& octave : octaves_) octave.weight /= total;
}

void NoiseSheet::stretch(Octave& octave, int lattice_row, std::vector<float>& out) {
  for (std::size_t i = 0; i < octave.lattice.size(); ++i)
    octave.lattice[i] = octave.weight * lattice_value(octave.seed, static_cast<std::uint32_t>(i),
                                                      static_cast<std::uint32_t>(lattice_row));
  const float* lattice = octave.lattice.data();
  const std::int32_t* cell = octave.cell.data();
  const float* blend = octave.blend.data();
  float* to = out.data();
  for (int x = 0; x < width_; ++x) {
    const float a = lattice[cell[x]], b = lattice[cell[x] + 1];
    to[x] = a + (b - a) * blend[x];
  }
}

const float* NoiseSheet::row(float v) {
  std::fill(out_.begin(), out_.end(), 0.0f);
  for (Octave& octave : octaves_) {
    const float t = std::max(v, 0.0f) * octave.frequency_y;
    const auto row = static_cast<int>(t);
    if (row != octave.upper_row) {
      if (row == octave.upper_row + 1)
        octave.upper.swap(octave.lower);
      else
        stretch(octave, row, octave.upper);
      stretch(octave, row + 1, octave.lower);
      octave.upper_row = row;
    }
    const float w = smooth(t - static_cast<float>(row));
    const float* upper = octave.upper.data();
    const float* lower = octave.lower.data();
    float* out = out_.data();
    for (int x = 0; x < width_; ++x) out[x] += upper[x] + (lower[x] - upper[x]) * w;
  }
  return out_.data();
}

}  // namespace figment::data::paint
