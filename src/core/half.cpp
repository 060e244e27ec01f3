#include "core/half.h"

#include <bit>

namespace figment::core {

std::uint16_t float_to_half(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (bits >> 16) & 0x8000U;
  const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
  if (magnitude > 0x7F800000U) {  // NaN: keep the upper payload bits, and make it quiet
    return static_cast<std::uint16_t>(sign | 0x7E00U | ((magnitude >> 13) & 0x1FFU));
  }
  if (magnitude >= 0x47800000U) return static_cast<std::uint16_t>(sign | 0x7C00U);  // 65536 and up
  std::uint32_t kept = 0;
  std::uint32_t lost = 0;          // what is shifted out
  std::uint32_t tie = 0;           // half a unit in the last place of `kept`
  if (magnitude >= 0x38800000U) {  // normal: exponent of at least -14
    kept = (magnitude - 0x38000000U) >> 13;
    lost = magnitude & 0x1FFFU;
    tie = 0x1000U;
  } else {
    if (magnitude < 0x33000000U) return static_cast<std::uint16_t>(sign);  // under half the least subnormal
    const std::uint32_t shift = 126U - (magnitude >> 23);                  // 14 .. 24
    const std::uint32_t mantissa = (magnitude & 0x7FFFFFU) | 0x800000U;
    kept = mantissa >> shift;
    lost = mantissa & ((1U << shift) - 1U);
    tie = 1U << (shift - 1U);
  }
  // A carry out of the mantissa moves to the exponent, which is right up to infinity.
  if (lost > tie || (lost == tie && (kept & 1U) != 0)) ++kept;
  return static_cast<std::uint16_t>(sign | kept);
}

float half_to_float(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000U) << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1FU;
  std::uint32_t mantissa = half & 0x3FFU;
  if (exponent == 0x1F) return std::bit_cast<float>(sign | 0x7F800000U | (mantissa << 13));
  if (exponent != 0) return std::bit_cast<float>(sign | ((exponent + 112U) << 23) | (mantissa << 13));
  if (mantissa == 0) return std::bit_cast<float>(sign);
  const auto zeros = static_cast<std::uint32_t>(std::countl_zero(mantissa)) - 21U;  // 1 (top bit set) to 10
  mantissa = (mantissa << zeros) & 0x3FFU;
  return std::bit_cast<float>(sign | ((113U - zeros) << 23) | (mantissa << 13));
}

std::uint16_t float_to_bfloat16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7FFFFFFFU) > 0x7F800000U) return static_cast<std::uint16_t>((bits >> 16) | 0x40U);
  return static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
}

float bfloat16_to_float(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }

}  // namespace figment::core
