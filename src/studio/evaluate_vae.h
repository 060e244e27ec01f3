#pragma once
#include <array>
#include <filesystem>

#include "models/vae/vae.h"
#include "studio/digits.h"
#include "studio/family.h"

namespace figment::studio {

/// What a variational autoencoder says about pictures that it has not seen, at beta = 1; means over them, in nats a
/// picture. The density is that of pixels in [-1, 1] with noise of one step of 8 bits laid on (dequantised).
struct VaeBounds {
  double elbo = 0;      ///< evidence lower bound
  double weighted = 0;  ///< the importance-weighted bound with `samples` samples, tighter (Burda et al., 2016)
  double rate = 0;      ///< of the code: its divergence from the prior
  static constexpr int samples = 64;
};

/// A bound in nats a picture as bits for each dimension of the 8-bit picture.
double bits_per_dimension(double nats);
/// log(mean(exp(values))) without overflow.
double log_mean_exp(std::span<const float> values);

/// Throws Error if there are no pictures.
VaeBounds measure_bounds(runtime::Context& context, const models::BetaVae& network, const SignSet& pictures,
                         std::uint64_t seed, const EvaluationProgress& progress = {});

/// `count` pictures [count, 32, 32] from codes drawn from the prior, at a beta.
std::vector<float> draw_from_prior(runtime::Context& context, const models::BetaVae& network, std::int64_t count,
                                   float beta, float temperature, std::uint64_t seed);
/// Pictures coded by their mean and drawn again, at beta = 1.
std::vector<float> repeat_pictures(runtime::Context& context, const models::BetaVae& network,
                                   std::span<const float> pixels);

Evaluation evaluate_vae(runtime::Context& context, const EvaluationOptions& options,
                        const EvaluationProgress& progress);

}  // namespace figment::studio
