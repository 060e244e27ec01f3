#pragma once
#include <cstdint>
#include <vector>

#include "nn/layers.h"

namespace figment::models {

using nn::Tensor;

struct GanConfig {
  std::int64_t latent = 32;
  std::int64_t side = 32;       ///< of the pictures
  std::int64_t block = 2;       ///< pixels a cell, along each side: what the networks look at is side / block a side
  std::int64_t generator = 32;  ///< channels at the finest level; twice as many at the one before, and so on
  std::int64_t discriminator = 32;  ///< likewise
  std::int64_t colors = 16;         ///< that one picture may be painted in
  static GanConfig large();
};

/// A deep convolutional generative adversarial network (Radford et al., 2015): a generator that makes pictures of
/// noise, and a discriminator that tells them from real ones. Creatures are made of cells, so both work on cells, and
/// the pixels of a cell are alike.
class Gan {
 public:
  Gan(const GanConfig& config, std::uint64_t seed);

  /// noise [B, latent] -> pictures [B, side, side, 3] in [-1, 1]
  Tensor generate(Tensor noise) const;
  /// pictures [B, side, side, 3] -> how real each looks, [B, 1]: above 0 is real
  Tensor discriminate(Tensor pictures) const;

  const GanConfig& config() const { return config_; }
  /// Named "generator..." and "discriminator...".
  nn::ParameterList& parameters() { return parameters_; }

 private:
  GanConfig config_;
  nn::ParameterList parameters_;
  nn::Linear g_in_, g_colors_;
  nn::GroupNorm g_norm0_, g_norm1_, g_norm2_;
  nn::Conv2d g_conv1_, g_conv2_, g_out_;
  nn::Conv2d d_conv0_, d_conv1_, d_conv2_;
  nn::GroupNorm d_norm1_, d_norm2_;
  nn::Linear d_hidden_, d_out_;
};

}  // namespace figment::models
