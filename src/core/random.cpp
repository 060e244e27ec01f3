#include "core/random.h"

#include <cmath>
#include <numbers>

namespace figment::core {

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> c, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = 0xD2511F53ULL * c[0];
    const std::uint64_t p1 = 0xCD9E8D57ULL * c[2];
    c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ key[0], static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ key[1], static_cast<std::uint32_t>(p0)};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return c;
}

Random::Random(std::uint64_t seed, std::uint64_t stream)
    : counter_{0, 0, static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32)},
      key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)} {}

std::uint32_t Random::bits() {
  if (used_ == 4) {
    block_ = philox(counter_, key_);
    if (++counter_[0] == 0) ++counter_[1];
    used_ = 0;
  }
  return block_[static_cast<std::size_t>(used_++)];
}

float Random::uniform() { return static_cast<float>(bits() >> 8) * 0x1p-24F; }

float Random::uniform(float low, float high) { return low + (high - low) * uniform(); }

std::uint32_t Random::below(std::uint32_t count) {
  return static_cast<std::uint32_t>((static_cast<std::uint64_t>(bits()) * count) >> 32);
}

float Random::normal() {
  const float radius = std::sqrt(-2.0F * std::log(1.0F - uniform()));
  return radius * std::cos(2.0F * std::numbers::pi_v<float> * uniform());
}

bool Random::chance(float probability) { return uniform() < probability; }

std::size_t Random::weighted(std::span<const float> weights) {
  float total = 0;
  for (const float weight : weights) total += weight;
  float at = uniform() * total;
  for (std::size_t i = 0; i + 1 < weights.size(); ++i) {
    at -= weights[i];
    if (at < 0) return i;
  }
  return weights.empty() ? 0 : weights.size() - 1;
}

}  // namespace figment::core
