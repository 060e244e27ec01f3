#include "models/diffusion/unet.h"

#include <array>

#include "core/error.h"

namespace figment::models {
namespace {

constexpr std::int64_t time_channels = 64;

nn::ConvShape conv3(std::int64_t inputs, std::int64_t outputs, std::int64_t stride = 1) {
  return {inputs, outputs, 3, stride, 1};
}

Tensor silu(Tensor x) { return ops::silu(x); }

Tensor join(Tensor a, Tensor b) {
  const std::array<Tensor, 2> parts = {a, b};
  return ops::concat(parts, -1);
}

}  // namespace

UnetConfig UnetConfig::large() {
  UnetConfig config;
  config.block = 2;
  config.channels = 128;
  config.embedding = 256;
  config.heads = 4;
  return config;
}

ResidualBlock::ResidualBlock(const nn::Scope& scope, std::int64_t inputs, std::int64_t outputs, std::int64_t embedding)
    : norm1(scope / "norm1", inputs),
      conv1(scope / "conv1", conv3(inputs, outputs)),
      scale(scope / "scale", embedding, outputs, nn::Initializer::zeros()),
      shift(scope / "shift", embedding, outputs, nn::Initializer::zeros()),
      norm2(scope / "norm2", outputs),
      conv2(scope / "conv2", conv3(outputs, outputs), nn::Initializer::zeros()) {
  if (inputs != outputs) skip.emplace_back(scope / "skip", inputs, outputs);
}

Tensor ResidualBlock::operator()(Tensor x, Tensor embedding) const {
  const std::int64_t batch = x.dim(0);
  const std::int64_t channels = conv2.shape.outputs;
  Tensor h = norm2(conv1(norm1.with_silu(x)));
  const Tensor a = ops::reshape(scale(embedding), {batch, 1, 1, channels});
  const Tensor b = ops::reshape(shift(embedding), {batch, 1, 1, channels});
  h = conv2(silu(h * (a + 1.0F) + b));
  return (skip.empty() ? x : skip.front()(x)) + h;
}

AttentionBlock::AttentionBlock(const nn::Scope& scope, std::int64_t channels, std::int64_t head_count)
    : heads(head_count),
      norm(scope / "norm", channels),
      query(scope / "query", channels, channels),
      key(scope / "key", channels, channels),
      value(scope / "value", channels, channels),
      output(scope / "output", channels, channels, nn::Initializer::zeros()) {}

Tensor AttentionBlock::operator()(Tensor x) const {
  const std::int64_t batch = x.dim(0);
  const std::int64_t places = x.dim(1) * x.dim(2);
  const std::int64_t channels = x.dim(3);
  const Tensor h = ops::reshape(norm(x), {batch, places, channels});
  ops::AttentionOptions options;
  options.heads = heads;
  const Tensor mixed = output(ops::attention(query(h), key(h), value(h), options));
  return x + ops::reshape(mixed, x.shape());
}

Unet::Unet(const UnetConfig& config, std::uint64_t seed)
    : config_(config),
      parameters_(seed),
      time1_(nn::Scope(parameters_) / "time1", time_channels, config.embedding),
      time2_(nn::Scope(parameters_) / "time2", config.embedding, config.embedding),
      classes_([&] {
        std::vector<nn::Embedding> tables;
        for (std::size_t i = 0; i < config.classes.size(); ++i) {
          tables.emplace_back(nn::Scope(parameters_) / ("class" + std::to_string(i)), config.classes[i] + 1,
                              config.embedding, 0.5F);
        }
        return tables;
      }()),
      door_(nn::Scope(parameters_) / "door", conv3(config.depth(), config.channels)),
      down1_(nn::Scope(parameters_) / "down1", config.channels, config.channels, config.embedding),
      down2_(nn::Scope(parameters_) / "down2", config.channels, config.channels, config.embedding),
      reduce1_(nn::Scope(parameters_) / "reduce1", conv3(config.channels, 2 * config.channels, 2)),
      down3_(nn::Scope(parameters_) / "down3", 2 * config.channels, 2 * config.channels, config.embedding),
      down4_(nn::Scope(parameters_) / "down4", 2 * config.channels, 2 * config.channels, config.embedding),
      down_attention_(nn::Scope(parameters_) / "down_attention", 2 * config.channels, config.heads),
      reduce2_(nn::Scope(parameters_) / "reduce2", conv3(2 * config.channels, 2 * config.channels, 2)),
      middle1_(nn::Scope(parameters_) / "middle1", 2 * config.channels, 2 * config.channels, config.embedding),
      middle_attention_(nn::Scope(parameters_) / "middle_attention", 2 * config.channels, config.heads),
      middle2_(nn::Scope(parameters_) / "middle2", 2 * config.channels, 2 * config.channels, config.embedding),
      enlarge1_(nn::Scope(parameters_) / "enlarge1", conv3(2 * config.channels, 2 * config.channels)),
      up1_(nn::Scope(parameters_) / "up1", 4 * config.channels, 2 * config.channels, config.embedding),
      up_attention_(nn::Scope(parameters_) / "up_attention", 2 * config.channels, config.heads),
      up2_(nn::Scope(parameters_) / "up2", 2 * config.channels, 2 * config.channels, config.embedding),
      enlarge2_(nn::Scope(parameters_) / "enlarge2", conv3(2 * config.channels, config.channels)),
      up3_(nn::Scope(parameters_) / "up3", 2 * config.channels, config.channels, config.embedding),
      up4_(nn::Scope(parameters_) / "up4", config.channels, config.channels, config.embedding),
      norm_(nn::Scope(parameters_) / "norm", config.channels),
      exit_(nn::Scope(parameters_) / "exit", conv3(config.channels, config.depth()), nn::Initializer::normal(0.01F)),
      straight_in_(nn::Scope(parameters_) / "straight_in", conv3(config.depth(), 2 * config.depth())),
      straight_gain_(nn::Scope(parameters_) / "straight_gain", config.embedding, 2 * config.depth()),
      straight_out_(nn::Scope(parameters_) / "straight_out", 2 * config.depth(), config.depth(),
                    nn::Initializer::normal(0.01F)) {
  parameters_.pack();
}

Tensor Unet::operator()(Tensor x, Tensor time, std::span<const Tensor> classes) const {
  core::require(classes.size() == classes_.size(), "the network takes {} attributes, not {}", classes_.size(),
                classes.size());
  Tensor embedding = time2_(silu(time1_(nn::time_features(time, time_channels))));
  for (std::size_t i = 0; i < classes.size(); ++i) embedding = embedding + classes_[i](classes[i]);
  embedding = silu(embedding);

  Tensor h = door_(x);
  h = down1_(h, embedding);
  const Tensor fine = down2_(h, embedding);
  h = down3_(reduce1_(fine), embedding);
  const Tensor coarse = down_attention_(down4_(h, embedding));
  h = middle1_(reduce2_(coarse), embedding);
  h = middle2_(middle_attention_(h), embedding);
  h = up1_(join(enlarge1_(ops::upsample_nearest(h, 2)), coarse), embedding);
  h = up2_(up_attention_(h), embedding);
  h = up3_(join(enlarge2_(ops::upsample_nearest(h, 2)), fine), embedding);
  h = up4_(h, embedding);
  // A linear denoiser whose filters are weighed by the time: at low noise, telling noise from picture takes no net,
  // only the right filter (Wiener's) for each level. It leaves the net free for what is not linear.
  const Tensor gain = ops::reshape(straight_gain_(embedding), {x.dim(0), 1, 1, 2 * config_.depth()});
  return exit_(norm_.with_silu(h)) + straight_out_(straight_in_(x) * gain);
}

}  // namespace figment::models
