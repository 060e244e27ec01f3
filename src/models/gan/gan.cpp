#include "models/gan/gan.h"

#include <array>

#include "core/error.h"

namespace figment::models {
namespace {

constexpr std::int64_t first_side = 4;  // where the generator begins and the discriminator ends
constexpr std::int64_t hidden = 64;     // of the discriminator's last layer
constexpr float sharpness = 3;          // so that a cell soon takes one colour

nn::ConvShape conv3(std::int64_t inputs, std::int64_t outputs, std::int64_t stride = 1) {
  return {inputs, outputs, 3, stride, 1};
}

/// How much the pictures of a batch differ, as one more feature of each (Karras et al., 2018), so that a generator that
/// always makes the same is found out. x [B, N] -> [B, 1]
Tensor spread(Tensor x) {
  const Tensor centered = x - ops::mean(x, {0}, true);
  const Tensor deviation = ops::sqrt(ops::mean(ops::square(centered), {0}, true) + 1e-6F);
  return ops::broadcast_to(ops::mean(deviation, {1}, true), {x.dim(0), 1});
}

}  // namespace

GanConfig GanConfig::large() {
  GanConfig config;
  config.latent = 64;
  config.generator = 128;
  config.discriminator = 96;
  return config;
}

Gan::Gan(const GanConfig& config, std::uint64_t seed)
    : config_(config),
      parameters_(seed),
      g_in_(nn::Scope(parameters_) / "generator.in", config.latent, first_side * first_side * 4 * config.generator),
      g_colors_(nn::Scope(parameters_) / "generator.colors", config.latent, 3 * config.colors),
      g_norm0_(nn::Scope(parameters_) / "generator.norm0", 4 * config.generator),
      g_norm1_(nn::Scope(parameters_) / "generator.norm1", 2 * config.generator),
      g_norm2_(nn::Scope(parameters_) / "generator.norm2", config.generator),
      g_conv1_(nn::Scope(parameters_) / "generator.conv1", conv3(4 * config.generator, 2 * config.generator)),
      g_conv2_(nn::Scope(parameters_) / "generator.conv2", conv3(2 * config.generator, config.generator)),
      g_out_(nn::Scope(parameters_) / "generator.out", conv3(config.generator, config.colors)),
      d_conv0_(nn::Scope(parameters_) / "discriminator.conv0", conv3(3, config.discriminator)),
      d_conv1_(nn::Scope(parameters_) / "discriminator.conv1",
               conv3(config.discriminator, 2 * config.discriminator, 2)),
      d_conv2_(nn::Scope(parameters_) / "discriminator.conv2",
               conv3(2 * config.discriminator, 4 * config.discriminator, 2)),
      d_norm1_(nn::Scope(parameters_) / "discriminator.norm1", 2 * config.discriminator),
      d_norm2_(nn::Scope(parameters_) / "discriminator.norm2", 4 * config.discriminator),
      d_hidden_(nn::Scope(parameters_) / "discriminator.hidden", first_side * first_side * 4 * config.discriminator,
                hidden),
      d_out_(nn::Scope(parameters_) / "discriminator.out", hidden + 1, 1) {
  core::require(config.side == 4 * first_side * config.block, "the networks make {} cells a side, not {}",
                4 * first_side, config.side / config.block);
  parameters_.pack();
}

Tensor Gan::generate(Tensor noise) const {
  const std::int64_t batch = noise.dim(0);
  Tensor h = ops::reshape(g_in_(noise), {batch, first_side, first_side, 4 * config_.generator});
  h = g_norm0_.with_silu(h);
  h = g_norm1_.with_silu(g_conv1_(ops::upsample_nearest(h, 2)));
  h = g_norm2_.with_silu(g_conv2_(ops::upsample_nearest(h, 2)));
  const std::int64_t side = h.dim(1);
  const Tensor shares = ops::softmax(sharpness * ops::reshape(g_out_(h), {batch, side * side, config_.colors}));
  const Tensor colors = ops::tanh(ops::reshape(g_colors_(noise), {batch, config_.colors, 3}));
  return ops::upsample_nearest(ops::reshape(ops::matmul(shares, colors), {batch, side, side, 3}), config_.block);
}

Tensor Gan::discriminate(Tensor pictures) const {
  const std::int64_t batch = pictures.dim(0);
  Tensor h = ops::leaky_relu(d_conv0_(ops::avg_pool2d(pictures, config_.block)));
  h = ops::leaky_relu(d_norm1_(d_conv1_(h)));
  h = ops::leaky_relu(d_norm2_(d_conv2_(h)));
  h = ops::leaky_relu(d_hidden_(ops::reshape(h, {batch, first_side * first_side * 4 * config_.discriminator})));
  const std::array<Tensor, 2> parts = {h, spread(h)};
  return d_out_(ops::concat(parts, 1));
}

}  // namespace figment::models
