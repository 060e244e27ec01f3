#pragma once
#include <cstdint>

#include "nn/layers.h"

/// Halves of networks on grey pictures of 32x32, shared by the families of digits.
namespace figment::models {

using nn::Tensor;

inline constexpr std::int64_t digit_side = 32;  ///< pixels a side

/// Sizes of the networks of digits. Their codes are of one size in all of them.
struct DigitNetConfig {
  std::int64_t coarse = 64;       ///< channels at the encoder's 8x8 (twice as many at 4x4) and the decoder's 4x4
  std::int64_t fine = 32;         ///< channels of the decoder at 8x8 and 16x16
  std::int64_t features = 128;    ///< of a picture as a vector, where a network has such a layer
  static DigitNetConfig large();  ///< for a GPU
};

/// Pictures to vectors: space-to-depth, two convolutions down to 4x4, a linear layer.
class DigitEncoder {
 public:
  DigitEncoder(const nn::Scope& scope, const DigitNetConfig& config, std::int64_t outputs);
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
  DigitDecoder(const nn::Scope& scope, const DigitNetConfig& config, std::int64_t inputs);
  /// codes [B, inputs] -> [B, 32, 32, 1], not bounded
  Tensor operator()(Tensor codes) const;

 private:
  nn::Linear door_;
  nn::GroupNorm norm1_, norm2_, norm3_;
  nn::Conv2d conv1_, conv2_, exit_;
};

}  // namespace figment::models
