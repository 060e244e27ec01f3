#pragma once
#include <cstdint>
#include <vector>

#include "nn/layers.h"

namespace figment::models {

using nn::Tensor;

struct SketchConfig {
  std::int64_t side = 64;           ///< of the pictures
  std::int64_t channels = 32;       ///< of the generator at half the side; 2, 4 and 4 times as many below that
  std::int64_t discriminator = 32;  ///< channels of the discriminator at half the side
  std::vector<std::int64_t> classes = {4, 6};  ///< values of each label; the id behind the last means any
  static SketchConfig large();
};

/// Paints a picture from lines (Isola et al., 2017, "pix2pix"): a U-Net whose layers are scaled by what the labels say.
class SketchGenerator {
 public:
  SketchGenerator(const nn::Scope& scope, const SketchConfig& config);
  /// lines [B, side, side, 1], 1 where there is ink, else 0; labels i32 [B] each -> [B, side, side, 3] in (-1, 1)
  Tensor operator()(Tensor lines, const std::vector<Tensor>& labels) const;

 private:
  /// A convolution, a norm, a scale and a shift that come from the labels, and SiLU.
  struct Layer {
    Layer(const nn::Scope& scope, nn::ConvShape shape, std::int64_t features);
    Tensor operator()(Tensor x, Tensor features) const;
    nn::Conv2d conv;
    nn::GroupNorm norm;
    nn::Linear scale, shift;
  };
  Tensor mix(Tensor x) const;

  SketchConfig config_;
  std::vector<nn::Embedding> labels_;
  Layer door_, down1_, reduce2_, down2_, reduce3_, down3_, reduce4_, middle_;
  nn::GroupNorm mix_norm_;
  nn::Linear query_, key_, value_, mixed_;
  Layer up3_;
  nn::Linear enlarge2_;
  Layer up2_;
  nn::Linear enlarge1_;
  Layer up1_;
  nn::Conv2d fine_, ink_, detail_, exit_;
};

/// Scores how real a picture looks as one of these lines and labels, place by place (a patch discriminator).
class SketchDiscriminator {
 public:
  SketchDiscriminator(const nn::Scope& scope, const SketchConfig& config);
  /// pictures [B, side, side, 3], lines [B, side, side, 1], labels i32 [B] each -> [B, side / 8 * side / 8]
  Tensor operator()(Tensor pictures, Tensor lines, const std::vector<Tensor>& labels) const;

 private:
  std::vector<nn::Embedding> labels_;
  nn::Conv2d conv1_, conv2_, conv3_;
  nn::Conv2d score_;
};

/// Both, with parameters that begin with "generator." and "discriminator.".
class Sketch {
 public:
  Sketch(const SketchConfig& config, std::uint64_t seed)
      : config_(config),
        parameters_(seed),
        generator(nn::Scope(parameters_) / "generator", config),
        discriminator(nn::Scope(parameters_) / "discriminator", config) {
    parameters_.pack();
  }
  nn::ParameterList& parameters() { return parameters_; }
  const SketchConfig& config() const { return config_; }

 private:
  SketchConfig config_;
  nn::ParameterList parameters_;

 public:
  SketchGenerator generator;
  SketchDiscriminator discriminator;
};

}  // namespace figment::models
