#pragma once
#include <array>
#include <cstdint>
#include <span>

namespace figment::core {

/// Philox4x32-10, a counter-based generator: the same key and counter give the same four words on
/// every device. Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011).
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// A sequential stream over philox(): cheap to copy, reproducible everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0);

  std::uint32_t bits();                                  ///< 32 uniform bits
  float uniform();                                       ///< in [0, 1), 24 bits
  float uniform(float low, float high);                  ///< in [low, high)
  std::uint32_t below(std::uint32_t count);              ///< in [0, count); 0 if count is 0
  float normal();                                        ///< mean 0, variance 1 (Box-Muller)
  bool chance(float probability);                        ///< true with this probability
  std::size_t weighted(std::span<const float> weights);  ///< index drawn in proportion to weights

 private:
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> block_{};
  int used_ = 4;
};

}  // namespace figment::core
