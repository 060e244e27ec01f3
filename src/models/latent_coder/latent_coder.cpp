#include "models/latent_coder/latent_coder.h"

#include "core/error.h"

namespace figment::models {
namespace {

nn::ConvShape conv3(std::int64_t inputs, std::int64_t outputs) { return {inputs, outputs, 3, 1, 1}; }

}  // namespace

LatentCoderConfig LatentCoderConfig::large() {
  LatentCoderConfig config;
  config.channels = 128;
  return config;
}

CoderBlock::CoderBlock(const nn::Scope& scope, std::int64_t channels)
    : norm1(scope / "norm1", channels),
      conv1(scope / "conv1", conv3(channels, channels)),
      norm2(scope / "norm2", channels),
      conv2(scope / "conv2", conv3(channels, channels), nn::Initializer::zeros()) {}

Tensor CoderBlock::operator()(Tensor x) const { return x + conv2(norm2.with_silu(conv1(norm1.with_silu(x)))); }

LatentCoder::LatentCoder(const LatentCoderConfig& config, std::uint64_t seed)
    : config_(config),
      parameters_(seed),
      look_(nn::Scope(parameters_) / "look", conv3(3 * config.block * config.block, config.channels)),
      look_block_(nn::Scope(parameters_) / "look_block", config.channels),
      look_norm_(nn::Scope(parameters_) / "look_norm", config.channels),
      code_(nn::Scope(parameters_) / "code", config.channels, config.code),
      straight_code_(nn::Scope(parameters_) / "straight_code", 3 * config.block * config.block, config.code),
      paint_(nn::Scope(parameters_) / "paint", conv3(config.code, config.channels)),
      paint1_(nn::Scope(parameters_) / "paint1", config.channels),
      paint2_(nn::Scope(parameters_) / "paint2", config.channels),
      enlarge_(nn::Scope(parameters_) / "enlarge", conv3(config.channels, 2 * config.channels)),
      fine_(nn::Scope(parameters_) / "fine", config.channels / 2),
      fine_norm_(nn::Scope(parameters_) / "fine_norm", config.channels / 2),
      pixels_(nn::Scope(parameters_) / "pixels", conv3(config.channels / 2, 12), nn::Initializer::normal(0.01F)),
      straight_pixels_(nn::Scope(parameters_) / "straight_pixels",
                       conv3(config.code, 3 * config.block * config.block)) {
  core::require(config.block == 4, "the coder enlarges twice by two, so a place is 4 pixels wide, not {}",
                config.block);
  parameters_.pack();
}

Tensor LatentCoder::encode(Tensor pictures) const {
  const Tensor patches = ops::space_to_depth(pictures, config_.block);
  return code_(look_norm_.with_silu(look_block_(look_(patches)))) + straight_code_(patches);
}

Tensor LatentCoder::decode(Tensor code) const {
  Tensor h = paint2_(paint1_(paint_(code)));
  h = fine_(ops::depth_to_space(enlarge_(h), 2));
  return ops::depth_to_space(pixels_(fine_norm_.with_silu(h)), 2) +
         ops::depth_to_space(straight_pixels_(code), config_.block);
}

}  // namespace figment::models
