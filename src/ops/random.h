#pragma once
#include <array>
#include <cstdint>

/// What is drawn from Philox words: the same bits as shaders/include/philox.glsl on every device.
namespace figment::ops {

using RandomWords = std::array<std::uint32_t, 4>;

/// The words of elements 4 * block .. 4 * block + 3 of a random tensor. seed = {key lo, key hi, stream, step}
RandomWords random_words(const RandomWords& seed, std::uint32_t salt, std::uint32_t block);

float uniform_of(std::uint32_t bits);                      ///< [0, 1), 24 bits
std::array<float, 4> normal_of(const RandomWords& words);  ///< mean 0, variance 1
float gumbel_of(std::uint32_t bits);                       ///< -log(-log(u))

}  // namespace figment::ops
