#include "models/vae/vae.h"

#include <array>
#include <cmath>

namespace figment::models {
namespace {

constexpr float half_log_two_pi = 0.918938533F;

Tensor join(Tensor a, Tensor b) {
  const std::array<Tensor, 2> parts = {a, b};
  return ops::concat(parts, -1);
}

}  // namespace

BetaVae::BetaVae(const nn::Scope& scope, const DigitNetConfig& config, std::int64_t size, std::int64_t components)
    : size_(size),
      components_(components),
      encoder_(scope / "encoder", config, config.features),
      beta_(scope / "beta", 1, config.features),
      head_(scope / "head", config.features, 2 * size),
      decoder_(scope / "decoder", config, size + 1),
      sigma_(scope / "sigma", 2, 1, nn::Initializer::zeros()) {
  // About what is left at first: the pictures' own deviation.
  sigma_.bias->initial = {-0.5F};
  if (components == 0) return;
  centers_ = scope.parameter("prior.centers", {components, size}, nn::Initializer::normal(1));
  log_scales_ = scope.parameter("prior.log_scales", {components, size}, nn::Initializer::zeros());
  shares_ = scope.parameter("prior.shares", {1, components}, nn::Initializer::zeros());
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

Tensor log_density(Tensor log_variance, Tensor noise) {
  const int last = static_cast<int>(noise.shape().rank()) - 1;
  const Tensor log_scale = 0.5F * log_variance + half_log_two_pi;
  return -ops::sum(0.5F * ops::square(noise) + log_scale, {last});
}

Tensor BetaVae::log_prior(Tensor codes) const {
  nn::Graph& graph = *codes.graph;
  if (components_ == 0) return -ops::sum(0.5F * ops::square(codes) + half_log_two_pi, {1});
  const std::int64_t count = codes.dim(0);
  const Tensor log_scales = ops::reshape(graph.variable(log_scales_), {1, components_, size_});
  const Tensor offsets =
      ops::reshape(codes, {count, 1, size_}) - ops::reshape(graph.variable(centers_), {1, components_, size_});
  const Tensor squares = ops::square(offsets * ops::exp(-log_scales));
  const Tensor densities = -ops::sum(0.5F * squares + log_scales, {2});
  const Tensor joint = densities + ops::log_softmax(graph.variable(shares_));
  // The log of the sum of exponentials is what log_softmax takes off everywhere.
  const Tensor total = ops::slice(joint - ops::log_softmax(joint), 1, 0, 1);
  return ops::reshape(total, {count}) - half_log_two_pi * static_cast<float>(size_);
}

Tensor BetaVae::rate(const Code& code, Tensor drawn, Tensor noise) const {
  if (components_ > 0) return log_density(code.log_variance, noise) - log_prior(drawn);
  const Tensor each = ops::square(code.mean) + ops::exp(code.log_variance) - code.log_variance - 1.0F;
  return 0.5F * ops::sum(each, {1});
}

std::vector<float> BetaVae::draw_code(core::Random& random, float temperature) const {
  std::vector<float> code(static_cast<std::size_t>(size_));
  std::size_t component = 0;
  if (components_ > 0) {
    std::vector<float> weights;
    for (const float logit : shares_->initial) weights.push_back(std::exp(logit));
    component = random.weighted(weights);
  }
  for (std::size_t i = 0; i < code.size(); ++i) {
    code[i] = temperature * random.normal();
    if (components_ == 0) continue;
    const std::size_t at = component * code.size() + i;
    code[i] = centers_->initial[at] + std::exp(log_scales_->initial[at]) * code[i];
  }
  return code;
}

}  // namespace figment::models
