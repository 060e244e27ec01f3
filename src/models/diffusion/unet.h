#pragma once
#include <cstdint>
#include <vector>

#include "nn/layers.h"

namespace figment::models {

using nn::Tensor;

/// Sizes of the landscape U-Net.
struct UnetConfig {
  std::int64_t picture = 64;   ///< pixels a side
  std::int64_t block = 4;      ///< space-to-depth at the door: the net sees picture / block a side
  std::int64_t channels = 64;  ///< at the finest level; twice that below
  std::int64_t embedding = 128;
  std::int64_t heads = 4;
  std::vector<std::int64_t> classes = {4, 6};  ///< values of each attribute; one more stands for "any"

  std::int64_t side() const { return picture / block; }
  std::int64_t depth() const { return 3 * block * block; }  ///< channels at the door
  static UnetConfig large();                                ///< for a GPU
};

/// Residual block with a time embedding that scales and shifts (Dhariwal and Nichol, 2021).
struct ResidualBlock {
  ResidualBlock(const nn::Scope& scope, std::int64_t inputs, std::int64_t outputs, std::int64_t embedding);
  Tensor operator()(Tensor x, Tensor embedding) const;
  nn::GroupNorm norm1;
  nn::Conv2d conv1;
  nn::Linear scale;
  nn::Linear shift;
  nn::GroupNorm norm2;
  nn::Conv2d conv2;
  std::vector<nn::Linear> skip;  ///< 1x1, present if the channels change
};

/// Self-attention over all places of a feature map.
struct AttentionBlock {
  AttentionBlock(const nn::Scope& scope, std::int64_t channels, std::int64_t heads);
  Tensor operator()(Tensor x) const;
  std::int64_t heads;
  nn::GroupNorm norm;
  nn::Linear query;
  nn::Linear key;
  nn::Linear value;
  nn::Linear output;
};

/// The denoising network: a U-Net of three levels on space-to-depth pixels.
class Unet {
 public:
  Unet(const UnetConfig& config, std::uint64_t seed);

  /// x [B, side, side, depth], time [B] in [0, 1], one i32 [B] of class ids for each attribute (the last
  /// id means "any") -> the prediction, shaped like x.
  Tensor operator()(Tensor x, Tensor time, std::span<const Tensor> classes) const;

  const UnetConfig& config() const { return config_; }
  nn::ParameterList& parameters() { return parameters_; }
  const nn::ParameterList& parameters() const { return parameters_; }

 private:
  UnetConfig config_;
  nn::ParameterList parameters_;
  nn::Linear time1_;
  nn::Linear time2_;
  std::vector<nn::Embedding> classes_;
  nn::Conv2d door_;
  ResidualBlock down1_, down2_;
  nn::Conv2d reduce1_;
  ResidualBlock down3_, down4_;
  AttentionBlock down_attention_;
  nn::Conv2d reduce2_;
  ResidualBlock middle1_;
  AttentionBlock middle_attention_;
  ResidualBlock middle2_;
  nn::Conv2d enlarge1_;
  ResidualBlock up1_;
  AttentionBlock up_attention_;
  ResidualBlock up2_;
  nn::Conv2d enlarge2_;
  ResidualBlock up3_, up4_;
  nn::GroupNorm norm_;
  nn::Conv2d exit_;
  nn::Conv2d straight_in_;  ///< the straight path: what is linear in the noisy picture need not squeeze through the net
  nn::Linear straight_gain_;
  nn::Linear straight_out_;
};

}  // namespace figment::models
