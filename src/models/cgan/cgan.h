#pragma once
#include <cstdint>

#include "models/digits/coder.h"
#include "models/network.h"

namespace figment::models {

/// Paints the digit that it is asked for in a style that is drawn from a normal distribution.
class DigitGenerator {
 public:
  DigitGenerator(const nn::Scope& scope, const DigitNetConfig& config);
  /// styles [B, style_size], digits i32 [B] -> [B, 32, 32, 1] in (-1, 1)
  Tensor operator()(Tensor styles, Tensor digits) const;

 private:
  nn::Embedding digit_;
  DigitDecoder decoder_;
};

/// Scores how real a picture looks as a picture of that digit: a projection discriminator (Miyato and Koyama, 2018).
class DigitDiscriminator {
 public:
  DigitDiscriminator(const nn::Scope& scope, const DigitNetConfig& config);
  /// pictures [B, 32, 32, 1], digits i32 [B] -> [B]
  Tensor operator()(Tensor pictures, Tensor digits) const;

 private:
  nn::Conv2d conv1_, conv2_;
  nn::Linear feature_;
  nn::Linear score_;
  nn::Embedding digit_;
};

/// A generator of digits by class and its discriminator. Their parameters begin with "generator." and
/// "discriminator.".
class Cgan : public Network<DigitNetConfig> {
 public:
  static constexpr std::int64_t style_size = 32;
  static constexpr std::int64_t digit_count = 10;

  Cgan(const DigitNetConfig& config, std::uint64_t seed)
      : Network(config, seed),
        generator(root() / "generator", config),
        discriminator(root() / "discriminator", config) {
    parameters().pack();
  }

  DigitGenerator generator;
  DigitDiscriminator discriminator;
};

}  // namespace figment::models
