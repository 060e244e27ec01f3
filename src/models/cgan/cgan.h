#pragma once
#include <cstdint>

#include "models/digits/coder.h"

namespace figment::models {

/// Paints the digit that it is asked for in a style that is drawn from a normal distribution.
class DigitGenerator {
 public:
  explicit DigitGenerator(const nn::Scope& scope);
  /// styles [B, style_size], digits i32 [B] -> [B, 32, 32, 1] in (-1, 1)
  Tensor operator()(Tensor styles, Tensor digits) const;

 private:
  nn::Embedding digit_;
  DigitDecoder decoder_;
};

/// Scores how real a picture looks as a picture of that digit: a projection discriminator (Miyato and Koyama, 2018).
class DigitDiscriminator {
 public:
  explicit DigitDiscriminator(const nn::Scope& scope);
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
class Cgan {
 public:
  static constexpr std::int64_t style_size = 32;
  static constexpr std::int64_t digit_count = 10;

  explicit Cgan(std::uint64_t seed)
      : parameters_(seed),
        generator(nn::Scope(parameters_) / "generator"),
        discriminator(nn::Scope(parameters_) / "discriminator") {
    parameters_.pack();
  }
  nn::ParameterList& parameters() { return parameters_; }

 private:
  nn::ParameterList parameters_;

 public:
  DigitGenerator generator;
  DigitDiscriminator discriminator;
};

}  // namespace figment::models
