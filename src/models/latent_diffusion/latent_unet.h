#pragma once
#include <cstdint>
#include <vector>

#include "models/diffusion/unet.h"

namespace figment::models {

/// Sizes of the network that paints what a caption says.
struct LatentUnetConfig {
  std::int64_t side = 16;  ///< places of the latent coder's code, and numbers at each
  std::int64_t code = 4;
  std::int64_t channels = 64;  ///< at the finest level; two and three times as many below
  std::int64_t embedding = 128;
  std::int64_t heads = 4;
  std::int64_t vocabulary = 0;  ///< words that it knows, 0 being none and 1 an unknown one
  std::int64_t words = 14;      ///< of a caption at most
  std::int64_t text_channels = 128;
  std::int64_t text_layers = 2;
  std::int64_t text_heads = 4;

  /// Keys that each place can attend to: the caption's words, and before them two that mean none.
  static constexpr std::int64_t rests = 2;
  std::int64_t keys() const { return words + rests; }
  static LatentUnetConfig large(std::int64_t vocabulary);  ///< for a GPU
};

/// A transformer that reads captions: learned positions, pre-norm blocks, no causal mask.
class CaptionReader {
 public:
  CaptionReader(const nn::Scope& scope, const LatentUnetConfig& config);

  struct Reading {
    Tensor keys;     ///< [B, keys, text_channels]: the rests, then one a word
    Tensor mask;     ///< [B, keys], 1 = seen: the rests always, words unless they are 0
    Tensor summary;  ///< [B, text_channels], the mean over the words
  };
  /// words i32 [B, words]
  Reading operator()(Tensor words) const;

 private:
  struct Block {
    Block(const nn::Scope& scope, std::int64_t channels);
    nn::LayerNorm norm1;
    nn::Linear query, key, value, output;
    nn::LayerNorm norm2;
    nn::Linear expand, contract;
  };
  LatentUnetConfig config_;
  nn::Embedding word_;
  nn::Embedding position_;
  nn::Embedding rest_;
  std::vector<Block> blocks_;
  nn::LayerNorm norm_;
};

/// Every place of a feature map asks the caption's words, and takes from the answer what its features let through.
struct WordAttention {
  WordAttention(const nn::Scope& scope, std::int64_t channels, std::int64_t text_channels, std::int64_t heads);
  Tensor operator()(Tensor x, const CaptionReader::Reading& text) const;
  /// How much each place attends to each key, the mean over the heads: [B, H, W, keys].
  Tensor shares(Tensor x, const CaptionReader::Reading& text) const;
  std::int64_t heads;
  nn::GroupNorm norm;
  nn::Linear query;
  nn::Linear key;
  nn::Linear value;
  nn::Linear gate;
  nn::Linear output;
};

/// The denoising network of latent diffusion: a U-Net of three levels that attends to a caption at each of them.
class LatentUnet {
 public:
  LatentUnet(const LatentUnetConfig& config, std::uint64_t seed);

  /// x [B, side, side, code], time [B] in [0, 1], words i32 [B, words] (all 0: unasked) -> the prediction, shaped as x.
  /// With `shares`, also how much each place attends to each key, the mean over levels and heads: [B, side, side,
  /// keys].
  Tensor operator()(Tensor x, Tensor time, Tensor words, Tensor* shares = nullptr) const;

  const LatentUnetConfig& config() const { return config_; }
  nn::ParameterList& parameters() { return parameters_; }
  const nn::ParameterList& parameters() const { return parameters_; }

 private:
  LatentUnetConfig config_;
  nn::ParameterList parameters_;
  CaptionReader reader_;
  nn::Linear time1_, time2_;
  nn::Linear summary_;
  nn::Conv2d door_;
  tensor::Variable places_;  ///< [1, side, side, channels], added behind the door: where a place lies
  /// A rough sketch of what the caption asks for, which no noise has to give away: from the summary to a map at once.
  nn::Linear sketch1_, sketch2_, sketch3_;
  ResidualBlock down1_;
  nn::Conv2d reduce1_;
  ResidualBlock down2_;
  WordAttention down_words_;
  ResidualBlock down3_;
  nn::Conv2d reduce2_;
  ResidualBlock middle1_;
  AttentionBlock middle_attention_;
  WordAttention middle_words_;
  ResidualBlock middle2_;
  nn::Linear enlarge1_;
  ResidualBlock up1_;
  AttentionBlock up_attention_;
  WordAttention up_words_;
  ResidualBlock up2_;
  nn::Linear enlarge2_;
  ResidualBlock up3_;
  WordAttention fine_words_;
  ResidualBlock up4_;
  nn::GroupNorm norm_;
  nn::Conv2d exit_;
  nn::Conv2d straight_in_;  ///< as in Unet: a linear denoiser whose filters are weighed by the time
  nn::Linear straight_gain_;
  nn::Linear straight_out_;
};

}  // namespace figment::models
