#include "models/latent_diffusion/latent_unet.h"

#include <array>

#include "core/error.h"

namespace figment::models {
namespace {

constexpr std::int64_t time_channels = 64;
constexpr std::int64_t straight_channels = 32;
constexpr std::int64_t sketch_hidden = 256;
constexpr std::int64_t sketch_channels = 16;

nn::ConvShape conv3(std::int64_t inputs, std::int64_t outputs, std::int64_t stride = 1) {
  return {inputs, outputs, 3, stride, 1};
}

Tensor join(Tensor a, Tensor b) {
  const std::array<Tensor, 2> parts = {a, b};
  return ops::concat(parts, -1);
}

}  // namespace

LatentUnetConfig LatentUnetConfig::large(std::int64_t vocabulary) {
  LatentUnetConfig config;
  config.channels = 160;
  config.embedding = 512;
  config.heads = 8;
  config.vocabulary = vocabulary;
  config.text_channels = 256;
  config.text_layers = 4;
  config.text_heads = 8;
  return config;
}

LatentUnet::LatentUnet(const LatentUnetConfig& config, std::uint64_t seed)
    : config_(config),
      parameters_(seed),
      reader_(nn::Scope(parameters_) / "reader", config),
      time1_(nn::Scope(parameters_) / "time1", time_channels, config.embedding),
      time2_(nn::Scope(parameters_) / "time2", config.embedding, config.embedding),
      summary_(nn::Scope(parameters_) / "summary", config.text_channels, config.embedding),
      door_(nn::Scope(parameters_) / "door", conv3(config.code, config.channels)),
      places_(nn::Scope(parameters_)
                  .parameter("places", {1, config.side, config.side, config.channels}, nn::Initializer::normal(0.1F))),
      sketch1_(nn::Scope(parameters_) / "sketch1", config.text_channels, sketch_hidden),
      sketch2_(nn::Scope(parameters_) / "sketch2", sketch_hidden, config.side * config.side * sketch_channels,
               nn::Initializer::zeros()),
      sketch3_(nn::Scope(parameters_) / "sketch3", sketch_channels, config.channels),
      down1_(nn::Scope(parameters_) / "down1", config.channels, config.channels, config.embedding),
      reduce1_(nn::Scope(parameters_) / "reduce1", conv3(config.channels, 2 * config.channels, 2)),
      down2_(nn::Scope(parameters_) / "down2", 2 * config.channels, 2 * config.channels, config.embedding),
      down_words_(nn::Scope(parameters_) / "down_words", 2 * config.channels, config.text_channels, config.heads),
      down3_(nn::Scope(parameters_) / "down3", 2 * config.channels, 2 * config.channels, config.embedding),
      reduce2_(nn::Scope(parameters_) / "reduce2", conv3(2 * config.channels, 3 * config.channels, 2)),
      middle1_(nn::Scope(parameters_) / "middle1", 3 * config.channels, 3 * config.channels, config.embedding),
      middle_attention_(nn::Scope(parameters_) / "middle_attention", 3 * config.channels, config.heads),
      middle_words_(nn::Scope(parameters_) / "middle_words", 3 * config.channels, config.text_channels, config.heads),
      middle2_(nn::Scope(parameters_) / "middle2", 3 * config.channels, 3 * config.channels, config.embedding),
      enlarge1_(nn::Scope(parameters_) / "enlarge1", 3 * config.channels, 2 * config.channels),
      up1_(nn::Scope(parameters_) / "up1", 4 * config.channels, 2 * config.channels, config.embedding),
      up_attention_(nn::Scope(parameters_) / "up_attention", 2 * config.channels, config.heads),
      up_words_(nn::Scope(parameters_) / "up_words", 2 * config.channels, config.text_channels, config.heads),
      up2_(nn::Scope(parameters_) / "up2", 2 * config.channels, 2 * config.channels, config.embedding),
      enlarge2_(nn::Scope(parameters_) / "enlarge2", 2 * config.channels, config.channels),
      up3_(nn::Scope(parameters_) / "up3", config.channels, config.channels, config.embedding),
      fine_words_(nn::Scope(parameters_) / "fine_words", config.channels, config.text_channels, config.heads),
      up4_(nn::Scope(parameters_) / "up4", config.channels, config.channels, config.embedding),
      norm_(nn::Scope(parameters_) / "norm", config.channels),
      exit_(nn::Scope(parameters_) / "exit", conv3(config.channels, config.code), nn::Initializer::normal(0.01F)),
      straight_in_(nn::Scope(parameters_) / "straight_in", conv3(config.code, straight_channels)),
      straight_gain_(nn::Scope(parameters_) / "straight_gain", config.embedding, straight_channels),
      straight_out_(nn::Scope(parameters_) / "straight_out", straight_channels, config.code,
                    nn::Initializer::normal(0.01F)) {
  core::require(config.vocabulary > 2 && config.side % 4 == 0,
                "the network needs words to know and a side that can be halved twice, not {} and {}", config.vocabulary,
                config.side);
  parameters_.pack();
}

Tensor LatentUnet::operator()(Tensor x, Tensor time, Tensor words, Tensor* shares) const {
  const CaptionReader::Reading text = reader_(words);
  const Tensor embedding =
      ops::silu(time2_(ops::silu(time1_(nn::time_features(time, time_channels)))) + summary_(text.summary));
  const Tensor sketch = ops::reshape(sketch2_(ops::silu(sketch1_(text.summary))),
                                     {x.dim(0), config_.side, config_.side, sketch_channels});
  Tensor h = door_(x) + x.graph->variable(places_) + sketch3_(sketch);
  const Tensor fine = down1_(h, embedding);
  h = down_words_(down2_(reduce1_(fine), embedding), text);
  const Tensor coarse = down3_(h, embedding);
  h = middle_attention_(middle1_(reduce2_(coarse), embedding));
  h = middle2_(middle_words_(h, text), embedding);
  h = up1_(join(ops::upsample_nearest(enlarge1_(h), 2), coarse), embedding);
  const Tensor middle = up_attention_(h);
  h = up2_(up_words_(middle, text), embedding);
  const Tensor last = up3_(ops::upsample_nearest(enlarge2_(h), 2) + fine, embedding);
  h = up4_(fine_words_(last, text), embedding);
  if (shares != nullptr) {
    *shares = 0.5F * (ops::upsample_bilinear(up_words_.shares(middle, text), 2) + fine_words_.shares(last, text));
  }
  const Tensor gain = ops::reshape(straight_gain_(embedding), {x.dim(0), 1, 1, straight_channels});
  return exit_(norm_.with_silu(h)) + straight_out_(straight_in_(x) * gain);
}

}  // namespace figment::models
