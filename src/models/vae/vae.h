#pragma once
#include <cstdint>
#include <vector>

#include "core/random.h"
#include "models/digits/coder.h"
#include "models/network.h"

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

  /// The prior is the standard normal distribution, or, with `components`, a mixture of so many normal ones that is
  /// learned as well: the clouds of the digits do not have to fill a ball without holes (Tomczak and Welling, 2018).
  BetaVae(const nn::Scope& scope, const DigitNetConfig& config, std::int64_t size, std::int64_t components);

  /// pictures [B, 32, 32, 1], log_beta [B, 1]
  Code encode(Tensor pictures, Tensor log_beta) const;
  /// codes [B, size], log_beta [B, 1] -> the means of the pixels [B, 32, 32, 1]
  Tensor decode(Tensor codes, Tensor log_beta) const;
  /// log_beta [B, 1] -> [B, 1], the log of the deviation of every pixel from its mean: learned, so that the likelihood
  /// is calibrated (Rybkin et al., 2021)
  Tensor log_sigma(Tensor log_beta) const;
  /// The log of the prior's density at codes [B, size], in nats: [B].
  Tensor log_prior(Tensor codes) const;
  /// The divergence of the code's cloud from the prior in nats: [B]. Exact for a normal prior, else at `drawn`, which
  /// is sample_code(code, noise).
  Tensor rate(const Code& code, Tensor drawn, Tensor noise) const;
  /// A code from the prior as the weight file has it; `temperature` scales its deviations.
  std::vector<float> draw_code(core::Random& random, float temperature) const;
  std::int64_t size() const { return size_; }

 private:
  std::int64_t size_;
  std::int64_t components_;
  DigitEncoder encoder_;
  nn::Linear beta_;
  nn::Linear head_;
  DigitDecoder decoder_;
  nn::Linear sigma_;
  nn::Variable centers_;     ///< [components, size], or null
  nn::Variable log_scales_;  ///< [components, size]
  nn::Variable shares_;      ///< [1, components], logits
};

/// mean + exp(log_variance / 2) * noise; `noise` is shaped like the mean.
Tensor sample_code(const BetaVae::Code& code, Tensor noise);
/// The log of the density of the code's cloud in nats where `noise` [.., size] has put a sample: [..].
Tensor log_density(Tensor log_variance, Tensor noise);

/// One with a code in the plane, which can be shown as a whole, and one of 16 numbers. Their parameters begin with
/// "plane." and "space.".
class Vae : public Network<DigitNetConfig> {
 public:
  static constexpr std::int64_t plane_size = 2;
  static constexpr std::int64_t space_size = 16;
  static constexpr std::int64_t space_components = 64;  ///< of its prior

  Vae(const DigitNetConfig& config, std::uint64_t seed)
      : Network(config, seed),
        plane(root() / "plane", config, plane_size, 0),
        space(root() / "space", config, space_size, space_components) {
    parameters().pack();
  }

  BetaVae plane;
  BetaVae space;
};

}  // namespace figment::models
