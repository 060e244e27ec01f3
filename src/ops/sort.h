#pragma once
#include <bit>
#include <cstdint>

#include "tensor/op.h"

namespace figment::ops {

/// A total order of floats as integers: a < b implies order_key(a) < order_key(b), -0 equals 0, and NaNs lie at the
/// ends. The same as in shaders/include/order.glsl.
inline std::int32_t order_key(float value) {
  if (value == 0) return 0;
  const auto bits = std::bit_cast<std::int32_t>(value);
  return bits < 0 ? bits ^ 0x7FFFFFFF : bits;
}

const tensor::Op& categorical_op();

}  // namespace figment::ops
