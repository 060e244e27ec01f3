#include "models/sketch/sketch.h"

#include <array>

#include "core/error.h"

namespace figment::models {
namespace {

constexpr std::int64_t features = 64;       // of the labels
constexpr std::int64_t fine_channels = 16;  // at the full side
constexpr std::int64_t heads = 4;
constexpr std::int64_t door_channels = 6;  // four of a square of pixels, and the two of the place

nn::ConvShape conv3(std::int64_t inputs, std::int64_t outputs, std::int64_t stride = 1) {
  return {inputs, outputs, 3, stride, 1};
}

Tensor join(Tensor a, Tensor b) {
  const std::array<Tensor, 2> parts = {a, b};
  return ops::concat(parts, -1);
}

std::vector<nn::Embedding> embeddings(const nn::Scope& scope, const std::vector<std::int64_t>& classes,
                                      std::int64_t channels, float deviation) {
  std::vector<nn::Embedding> tables;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    tables.emplace_back(scope / ("label" + std::to_string(i)), classes[i] + 1, channels, deviation);
  }
  return tables;
}

Tensor embed(const std::vector<nn::Embedding>& tables, const std::vector<Tensor>& labels) {
  core::require(labels.size() == tables.size(), "the network takes {} labels, not {}", tables.size(), labels.size());
  Tensor sum = tables.front()(labels.front());
  for (std::size_t i = 1; i < labels.size(); ++i) sum = sum + tables[i](labels[i]);
  return sum;
}

/// Where a pixel is, as two channels from -1 to 1: on an empty paper nothing else tells the sky from the ground.
Tensor places(tensor::Graph& graph, std::int64_t batch, std::int64_t side) {
  std::vector<float> values;
  for (std::int64_t y = 0; y < side; ++y) {
    for (std::int64_t x = 0; x < side; ++x) {
      const auto place = [side](std::int64_t i) {
        return (2 * static_cast<float>(i) + 1) / static_cast<float>(side) - 1;
      };
      values.push_back(place(x));
      values.push_back(place(y));
    }
  }
  return ops::broadcast_to(graph.constant({1, side, side, 2}, values), {batch, side, side, 2});
}

}  // namespace

SketchConfig SketchConfig::large() {
  SketchConfig config;
  config.channels = 96;
  config.discriminator = 64;
  return config;
}

SketchGenerator::Layer::Layer(const nn::Scope& scope, nn::ConvShape shape, std::int64_t inputs)
    : conv(scope / "conv", shape),
      norm(scope / "norm", shape.outputs),
      scale(scope / "scale", inputs, shape.outputs, nn::Initializer::zeros()),
      shift(scope / "shift", inputs, shape.outputs, nn::Initializer::zeros()) {}

Tensor SketchGenerator::Layer::operator()(Tensor x, Tensor labels) const {
  const std::int64_t batch = x.dim(0);
  const std::int64_t channels = conv.shape.outputs;
  const Tensor a = ops::reshape(scale(labels), {batch, 1, 1, channels});
  const Tensor b = ops::reshape(shift(labels), {batch, 1, 1, channels});
  return ops::silu(norm(conv(x)) * (a + 1.0F) + b);
}

SketchGenerator::SketchGenerator(const nn::Scope& scope, const SketchConfig& config)
    : config_(config),
      labels_(embeddings(scope, config.classes, features, 0.5F)),
      door_(scope / "door", conv3(door_channels, config.channels), features),
      down1_(scope / "down1", conv3(config.channels, config.channels), features),
      reduce2_(scope / "reduce2", conv3(config.channels, 2 * config.channels, 2), features),
      down2_(scope / "down2", conv3(2 * config.channels, 2 * config.channels), features),
      reduce3_(scope / "reduce3", conv3(2 * config.channels, 4 * config.channels, 2), features),
      down3_(scope / "down3", conv3(4 * config.channels, 4 * config.channels), features),
      reduce4_(scope / "reduce4", conv3(4 * config.channels, 4 * config.channels, 2), features),
      middle_(scope / "middle", conv3(4 * config.channels, 4 * config.channels), features),
      mix_norm_(scope / "mix_norm", 4 * config.channels),
      query_(scope / "query", 4 * config.channels, 4 * config.channels),
      key_(scope / "key", 4 * config.channels, 4 * config.channels),
      value_(scope / "value", 4 * config.channels, 4 * config.channels),
      mixed_(scope / "mixed", 4 * config.channels, 4 * config.channels, nn::Initializer::zeros()),
      up3_(scope / "up3", conv3(8 * config.channels, 4 * config.channels), features),
      enlarge2_(scope / "enlarge2", 4 * config.channels, 2 * config.channels),
      up2_(scope / "up2", conv3(4 * config.channels, 2 * config.channels), features),
      enlarge1_(scope / "enlarge1", 2 * config.channels, config.channels),
      up1_(scope / "up1", conv3(2 * config.channels, config.channels), features),
      fine_(scope / "fine", conv3(config.channels, 4 * fine_channels)),
      ink_(scope / "ink", conv3(1, fine_channels)),
      detail_(scope / "detail", conv3(fine_channels, fine_channels)),
      exit_(scope / "exit", conv3(fine_channels, 3)) {
  core::require(config.side % 16 == 0, "the pictures must have a multiple of 16 pixels a side, not {}", config.side);
}

/// Attention over all places: mirrored shores and the light of the sun reach far.
Tensor SketchGenerator::mix(Tensor x) const {
  const Tensor h = ops::reshape(mix_norm_(x), {x.dim(0), x.dim(1) * x.dim(2), x.dim(3)});
  ops::AttentionOptions options;
  options.heads = heads;
  return x + ops::reshape(mixed_(ops::attention(query_(h), key_(h), value_(h), options)), x.shape());
}

Tensor SketchGenerator::operator()(Tensor lines, const std::vector<Tensor>& labels) const {
  const Tensor said = embed(labels_, labels);
  const Tensor squares = ops::space_to_depth(lines, 2);
  const Tensor in = join(squares, places(*lines.graph, lines.dim(0), config_.side / 2));
  const Tensor half = down1_(door_(in, said), said);
  const Tensor quarter = down2_(reduce2_(half, said), said);
  const Tensor eighth = mix(down3_(reduce3_(quarter, said), said));
  Tensor h = middle_(reduce4_(eighth, said), said);
  h = up3_(join(ops::upsample_nearest(h, 2), eighth), said);
  h = up2_(join(ops::upsample_nearest(enlarge2_(h), 2), quarter), said);
  h = up1_(join(ops::upsample_nearest(enlarge1_(h), 2), half), said);
  h = ops::silu(ops::depth_to_space(fine_(h), 2) + ink_(lines));
  return ops::tanh(exit_(ops::silu(detail_(h))));
}

SketchDiscriminator::SketchDiscriminator(const nn::Scope& scope, const SketchConfig& config)
    : labels_(embeddings(scope, config.classes, 4 * config.discriminator, 0.1F)),
      conv1_(scope / "conv1", conv3(16, config.discriminator)),
      conv2_(scope / "conv2", conv3(config.discriminator, 2 * config.discriminator, 2)),
      conv3_(scope / "conv3", conv3(2 * config.discriminator, 4 * config.discriminator, 2)),
      score_(scope / "score", {4 * config.discriminator, 1, 1, 1, 0}) {}

Tensor SketchDiscriminator::operator()(Tensor pictures, Tensor lines, const std::vector<Tensor>& labels) const {
  Tensor h = ops::space_to_depth(join(pictures, lines), 2);
  h = ops::leaky_relu(conv1_(h));
  h = ops::leaky_relu(conv2_(h));
  h = ops::leaky_relu(conv3_(h));
  const std::int64_t batch = h.dim(0), places = h.dim(1) * h.dim(2), channels = h.dim(3);
  const Tensor score = ops::reshape(score_(h), {batch, places});
  const Tensor flat = ops::reshape(h, {batch, places, channels});
  const Tensor said = ops::reshape(embed(labels_, labels), {batch, channels, 1});
  return score + ops::reshape(ops::matmul(flat, said), {batch, places});
}

}  // namespace figment::models
