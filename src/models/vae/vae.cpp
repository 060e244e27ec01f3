#include "models/vae/vae.h"

#include <array>

namespace figment::models {
namespace {

constexpr std::int64_t hidden = 128;

Tensor join(Tensor a, Tensor b) {
  const std::array<Tensor, 2> parts = {a, b};
  return ops::concat(parts, -1);
}

}  // namespace

BetaVae::BetaVae(const nn::Scope& scope, std::int64_t size)
    : size_(size),
      encoder_(scope / "encoder", hidden),
      beta_(scope / "beta", 1, hidden),
      head_(scope / "head", hidden, 2 * size),
      decoder_(scope / "decoder", size + 1),
      sigma_(scope / "sigma", 2, 1, nn::Initializer::zeros()) {
  // About what is left at first: the pictures' own deviation.
  sigma_.bias->initial = {-0.5F};
}

BetaVae::Code BetaVae::encode(Tensor pictures, Tensor log_beta) const {
  const Tensor both = head_(ops::silu(encoder_(pictures) + beta_(log_beta)));
  // Deviations from e^-5 to e^2 are all that is needed; far beyond, a step could overflow.
  return {ops::slice(both, 1, 0, size_), ops::clamp(ops::slice(both, 1, size_, 2 * size_), -10, 4)};
}

Tensor BetaVae::decode(Tensor codes, Tensor log_beta) const { return decoder_(join(codes, log_beta)); }

Tensor BetaVae::log_sigma(Tensor log_beta) const { return sigma_(join(log_beta, ops::square(log_beta))); }

Tensor sample_code(const BetaVae::Code& code, Tensor noise) {
  return code.mean + ops::exp(0.5F * code.log_variance) * noise;
}

Tensor divergence(const BetaVae::Code& code) {
  return 0.5F * (ops::square(code.mean) + ops::exp(code.log_variance) - code.log_variance - 1.0F);
}

}  // namespace figment::models
