#pragma once
#include <cstdint>

namespace figment::core {

/// IEEE 754 binary16 from binary32, rounded to nearest, ties to even. Too large becomes infinity;
/// a NaN stays a NaN; subnormals are kept.
std::uint16_t float_to_half(float value);

/// Exact.
float half_to_float(std::uint16_t half);

/// bfloat16 from binary32, rounded to nearest, ties to even.
std::uint16_t float_to_bfloat16(float value);

/// Exact.
float bfloat16_to_float(std::uint16_t bits);

}  // namespace figment::core
