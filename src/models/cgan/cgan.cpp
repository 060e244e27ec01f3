#include "models/cgan/cgan.h"

#include <array>

namespace figment::models {
namespace {

constexpr std::int64_t digit_channels = 16;  // of the generator's embedding
constexpr std::int64_t smallest_places = 4 * 4;

}  // namespace

DigitGenerator::DigitGenerator(const nn::Scope& scope, const DigitNetConfig& config)
    : digit_(scope / "digit", Cgan::digit_count, digit_channels, 1.0F),
      decoder_(scope / "decoder", config, Cgan::style_size + digit_channels) {}

Tensor DigitGenerator::operator()(Tensor styles, Tensor digits) const {
  const std::array<Tensor, 2> parts = {styles, digit_(digits)};
  return ops::tanh(decoder_(ops::concat(parts, -1)));
}

DigitDiscriminator::DigitDiscriminator(const nn::Scope& scope, const DigitNetConfig& config)
    : conv1_(scope / "conv1", {16, config.coarse, 3, 1, 1}),
      conv2_(scope / "conv2", {config.coarse, 2 * config.coarse, 3, 2, 1}),
      feature_(scope / "feature", smallest_places * 2 * config.coarse, config.features),
      score_(scope / "score", config.features, 1),
      digit_(scope / "digit", Cgan::digit_count, config.features, 0.1F) {}

Tensor DigitDiscriminator::operator()(Tensor pictures, Tensor digits) const {
  Tensor h = ops::leaky_relu(conv1_(ops::space_to_depth(pictures, 4)));
  h = ops::leaky_relu(conv2_(h));
  h = ops::leaky_relu(feature_(ops::reshape(h, {h.dim(0), smallest_places * h.dim(3)})));
  return ops::reshape(score_(h), {h.dim(0)}) + ops::sum(h * digit_(digits), {1});
}

}  // namespace figment::models
