#pragma once
#include <cstdint>

#include "nn/layers.h"

/// Halves of networks on grey pictures of 32x32, shared by the families of digits.
namespace figment::models {

using nn::Tensor;

inline constexpr std::int64_t digit_side = 32;  ///< pixels a side

/// Pictures to vectors: space-to-depth, two convolutions down to 4x4, a linear layer.
class DigitEncoder {
 public:
  DigitEncoder(const nn::Scope& scope, std::int64_t outputs);
  /// pictures [B, 32, 32, 1] in [-1, 1] -> [B, outputs]
  Tensor operator()(Tensor pictures) const;

 private:
  nn::Conv2d conv1_, conv2_;
  nn::GroupNorm norm1_, norm2_;
  nn::Linear exit_;
};

/// Vectors to pictures: a linear layer, convolutions at 8x8 and 16x16, depth-to-space to 32x32.
class DigitDecoder {
 public:
  DigitDecoder(const nn::Scope& scope, std::int64_t inputs);
  /// codes [B, inputs] -> [B, 32, 32, 1], not bounded
  Tensor operator()(Tensor codes) const;

 private:
  nn::Linear door_;
  nn::GroupNorm norm1_, norm2_, norm3_;
  nn::Conv2d conv1_, conv2_, exit_;
};

}  // namespace figment::models
