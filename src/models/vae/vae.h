#pragma once
#include <cstdint>

#include "models/digits/coder.h"

namespace figment::models {

/// A variational autoencoder of digits (Kingma and Welling, 2014) for every beta (Higgins et al., 2017) at once: beta
/// is an input of the network, so that one slider goes through the whole trade between rate and distortion.
class BetaVae {
 public:
  static constexpr float smallest_beta = 0.25F;
  static constexpr float largest_beta = 8;

  struct Code {
    Tensor mean;          ///< [B, size]
    Tensor log_variance;  ///< [B, size]
  };

  BetaVae(const nn::Scope& scope, std::int64_t size);

  /// pictures [B, 32, 32, 1], log_beta [B, 1]
  Code encode(Tensor pictures, Tensor log_beta) const;
  /// codes [B, size], log_beta [B, 1] -> the means of the pixels [B, 32, 32, 1]
  Tensor decode(Tensor codes, Tensor log_beta) const;
  /// log_beta [B, 1] -> [B, 1], the log of the deviation of every pixel from its mean: learned, so that the likelihood
  /// is calibrated (Rybkin et al., 2021)
  Tensor log_sigma(Tensor log_beta) const;
  std::int64_t size() const { return size_; }

 private:
  std::int64_t size_;
  DigitEncoder encoder_;
  nn::Linear beta_;
  nn::Linear head_;
  DigitDecoder decoder_;
  nn::Linear sigma_;
};

/// mean + exp(log_variance / 2) * noise; `noise` is shaped like the mean.
Tensor sample_code(const BetaVae::Code& code, Tensor noise);
/// The divergence from the prior in nats, for each dimension: [B, size].
Tensor divergence(const BetaVae::Code& code);

/// One with a code in the plane, which can be shown as a whole, and one of 16 numbers. Their parameters begin with
/// "plane." and "space.".
class Vae {
 public:
  static constexpr std::int64_t plane_size = 2;
  static constexpr std::int64_t space_size = 16;

  explicit Vae(std::uint64_t seed)
      : parameters_(seed),
        plane(nn::Scope(parameters_) / "plane", plane_size),
        space(nn::Scope(parameters_) / "space", space_size) {
    parameters_.pack();
  }
  nn::ParameterList& parameters() { return parameters_; }

 private:
  nn::ParameterList parameters_;

 public:
  BetaVae plane;
  BetaVae space;
};

}  // namespace figment::models
