#pragma once
#include <cstdint>
#include <vector>

#include "core/random.h"

namespace figment::data::paint {

/// Value noise on a line, summed over octaves: `count` samples over [0, 1), each in [0, 1].
/// The lattice doubles its frequency with each octave and its weight falls by `gain`.
std::vector<float> noise_line(core::Random& random, int count, int octaves, float frequency, float gain = 0.5f);

/// Value noise on the unit square, summed over octaves, evaluated row by row. Each octave keeps its two
/// current lattice rows already stretched over the width, so that a pixel costs one vertical blend.
class NoiseSheet {
 public:
  NoiseSheet(core::Random& random, int width, int octaves, float frequency_x, float frequency_y, float gain = 0.5f);

  /// The row at height v in [0, 1]: `width` values in [0, 1]. Ascending v is fastest. Valid until the next call.
  const float* row(float v);

 private:
  struct Octave {
    std::uint32_t seed;
    float frequency_y;
    float weight;
    std::vector<std::int32_t> cell;  // [width] lattice column left of each pixel
    std::vector<float> blend;        // [width] smooth position within the cell
    std::vector<float> upper, lower;
    std::vector<float> lattice;
    int upper_row = -2;
  };
  void stretch(Octave& octave, int lattice_row, std::vector<float>& out);

  int width_;
  std::vector<Octave> octaves_;
  std::vector<float> out_;
};

}  // namespace figment::data::paint
