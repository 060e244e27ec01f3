#include "models/cgan/cgan.h"

#include <array>

namespace figment::models {
namespace {

constexpr std::int64_t digit_channels = 16;  // of the generator's embedding
constexpr std::int64_t features = 128;

}  // namespace

DigitGenerator::DigitGenerator(const nn::Scope& scope)
    : digit_(scope / "digit", Cgan::digit_count, digit_channels, 1.0F),
      decoder_(scope / "decoder", Cgan::style_size + digit_channels) {}

Tensor DigitGenerator::operator()(Tensor styles, Tensor digits) const {
  const std::array<Tensor, 2> parts = {styles, digit_(digits)};
  return ops::tanh(decoder_(ops::concat(parts, -1)));
}

DigitDiscriminator::DigitDiscriminator(const nn::Scope& scope)
    : conv1_(scope / "conv1", {16, 64, 3, 1, 1}),
      conv2_(scope / "conv2", {64, 128, 3, 2, 1}),
      feature_(scope / "feature", 16 * 128, features),
      score_(scope / "score", features, 1),
      digit_(scope / "digit", Cgan::digit_count, features, 0.1F) {}

Tensor DigitDiscriminator::operator()(Tensor pictures, Tensor digits) const {
  Tensor h = ops::leaky_relu(conv1_(ops::space_to_depth(pictures, 4)));
  h = ops::leaky_relu(conv2_(h));
  h = ops::leaky_relu(feature_(ops::reshape(h, {h.dim(0), 16 * 128})));
  return ops::reshape(score_(h), {h.dim(0)}) + ops::sum(h * digit_(digits), {1});
}

}  // namespace figment::models
