#pragma once
#include <cstdint>

#include "nn/layers.h"

namespace figment::models {

using nn::Tensor;

/// Sizes of the autoencoder that latent diffusion paints in.
struct LatentCoderConfig {
  std::int64_t picture = 64;   ///< pixels a side
  std::int64_t block = 4;      ///< pixels a side that one place of the code stands for
  std::int64_t code = 4;       ///< numbers a place
  std::int64_t channels = 64;  ///< at the code's places; half as many at twice the side

  std::int64_t side() const { return picture / block; }
  static LatentCoderConfig large();  ///< for a GPU
};

/// Residual block without an embedding: two 3x3 convolutions, each after a norm and SiLU.
struct CoderBlock {
  CoderBlock(const nn::Scope& scope, std::int64_t channels);
  Tensor operator()(Tensor x) const;
  nn::GroupNorm norm1;
  nn::Conv2d conv1;
  nn::GroupNorm norm2;
  nn::Conv2d conv2;
};

/// A convolutional autoencoder: pictures become a small map of numbers with about mean 0 and variance 1, in which
/// diffusion is many times cheaper, and come back (Rombach et al., 2022).
class LatentCoder {
 public:
  LatentCoder(const LatentCoderConfig& config, std::uint64_t seed);

  /// pictures [B, picture, picture, 3] in [-1, 1] -> [B, side, side, code]
  Tensor encode(Tensor pictures) const;
  /// [B, side, side, code] -> pictures [B, picture, picture, 3], about in [-1, 1]
  Tensor decode(Tensor code) const;

  const LatentCoderConfig& config() const { return config_; }
  nn::ParameterList& parameters() { return parameters_; }
  const nn::ParameterList& parameters() const { return parameters_; }

 private:
  LatentCoderConfig config_;
  nn::ParameterList parameters_;
  nn::Conv2d look_;
  CoderBlock look_block_;
  nn::GroupNorm look_norm_;
  nn::Linear code_;
  nn::Linear straight_code_;  ///< what is linear in the pixels goes past the net
  nn::Conv2d paint_;
  CoderBlock paint1_, paint2_;
  nn::Conv2d enlarge_;
  CoderBlock fine_;
  nn::GroupNorm fine_norm_;
  nn::Conv2d pixels_;
  nn::Conv2d straight_pixels_;
};

}  // namespace figment::models
