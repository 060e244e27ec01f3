#include "models/pixelcnn/pixelcnn.h"

#include <string>

#include "core/error.h"

namespace figment::models {
namespace {

constexpr float place_deviation = 0.1F;

/// tanh of one tensor, let through by the other.
Tensor gate(const std::array<Tensor, 2>& x) { return ops::tanh(x[0]) * ops::sigmoid(x[1]); }

/// The same layer twice, under two names.
template <typename Layer, typename... Arguments>
std::array<Layer, 2> twice(const nn::Scope& scope, const std::string& name, Arguments... arguments) {
  return {Layer(scope / name, arguments...), Layer(scope / (name + "_gate"), arguments...)};
}

// The first windows leave out the cell itself: the rows above it, and the cells to its left.
constexpr CausalConv::Window rows_above = {2, 5, 2, 2, 2};
constexpr CausalConv::Window cells_before = {1, 4, 0, 4, 0};
// Later ones may look at the cell, where the shifted stacks hold what lies before it.
constexpr CausalConv::Window vertical_window = {2, 3, 1, 1, 1};
constexpr CausalConv::Window horizontal_window = {1, 3, 0, 2, 0};

}  // namespace

PixelCnnConfig PixelCnnConfig::large() {
  PixelCnnConfig config;
  config.channels = 128;
  config.layers = 10;
  config.condition = 64;
  return config;
}

CausalConv::CausalConv(const nn::Scope& scope, Window conv_window, std::int64_t inputs, std::int64_t outputs)
    : window(conv_window),
      weight(scope.parameter("weight", {window.height, window.width, inputs, outputs},
                             nn::Initializer::fan_in(window.height * window.width * inputs))),
      bias(scope.parameter("bias", {outputs}, nn::Initializer::zeros())) {}

Tensor CausalConv::pad(Tensor x) const {
  return ops::pad(x, {0, window.above, window.left, 0}, {0, 0, window.right, 0});
}

Tensor CausalConv::convolve(Tensor padded) const {
  ops::ConvOptions options;
  options.bias = padded.graph->variable(bias);
  return ops::conv2d(padded, padded.graph->variable(weight), options);
}

PixelCnn::Layer::Layer(const nn::Scope& scope, const PixelCnnConfig& config)
    : vertical(twice<CausalConv>(scope, "vertical", vertical_window, config.channels, config.channels)),
      horizontal(twice<CausalConv>(scope, "horizontal", horizontal_window, config.channels, config.channels)),
      link(twice<nn::Linear>(scope, "link", config.channels, config.channels, nn::Bias::no)),
      label(twice<nn::Linear>(scope, "label", config.condition, config.channels, nn::Bias::no)),
      out(scope / "out", config.channels, config.channels) {}

PixelCnn::PixelCnn(const PixelCnnConfig& config, std::uint64_t seed)
    : config_(config),
      parameters_(seed),
      classes_([&] {
        std::vector<nn::Embedding> tables;
        for (std::size_t i = 0; i < config.classes.size(); ++i) {
          tables.emplace_back(nn::Scope(parameters_) / ("class" + std::to_string(i)), config.classes[i] + 1,
                              config.condition, 0.7F);
        }
        return tables;
      }()),
      first_vertical_(nn::Scope(parameters_) / "first_vertical", rows_above, config.colors, config.channels),
      first_horizontal_(nn::Scope(parameters_) / "first_horizontal", cells_before, config.colors, config.channels),
      first_link_(nn::Scope(parameters_) / "first_link", config.channels, config.channels, nn::Bias::no),
      first_mirror_(nn::Scope(parameters_) / "first_mirror", config.colors, config.channels, nn::Bias::no),
      vertical_place_(nn::Scope(parameters_)
                          .parameter("vertical_place", {1, config.side, config.side, config.channels},
                                     nn::Initializer::normal(place_deviation))),
      horizontal_place_(nn::Scope(parameters_)
                            .parameter("horizontal_place", {1, config.side, config.side, config.channels},
                                       nn::Initializer::normal(place_deviation))),
      layers_([&] {
        std::vector<Layer> layers;
        for (std::int64_t i = 0; i < config.layers; ++i) {
          layers.emplace_back(nn::Scope(parameters_) / ("layer" + std::to_string(i)), config);
        }
        return layers;
      }()),
      head1_(nn::Scope(parameters_) / "head1", config.channels, 2 * config.channels),
      head2_(nn::Scope(parameters_) / "head2", 2 * config.channels, config.colors) {
  parameters_.pack();
}

/// cells [B, rows, side, colors]: in the right half of each row the cell that mirrors it, which is painted before; in
/// the left half nothing.
Tensor PixelCnn::mirrored(Tensor cells) const {
  const std::int64_t side = config_.side;
  std::vector<float> flip(static_cast<std::size_t>(side * side));
  for (std::int64_t x = side / 2; x < side; ++x) flip[static_cast<std::size_t>((side - 1 - x) * side + x)] = 1;
  const Tensor columns_last = ops::transpose(cells, {0, 1, 3, 2});
  const Tensor flipped = ops::matmul(columns_last, cells.graph->constant({side, side}, std::move(flip)));
  return ops::transpose(flipped, {0, 1, 3, 2});
}

Tensor PixelCnn::cells_of(Tensor indices) const {
  return ops::reshape(ops::one_hot(indices, config_.colors), {indices.dim(0), -1, config_.side, config_.colors});
}

std::vector<Tensor> PixelCnn::above(Tensor indices, std::span<const Tensor> labels) const {
  core::require(labels.size() == classes_.size(), "the network takes {} labels, not {}", classes_.size(),
                labels.size());
  const std::int64_t batch = indices.dim(0);
  Tensor condition = classes_[0](labels[0]);
  for (std::size_t i = 1; i < labels.size(); ++i) condition = condition + classes_[i](labels[i]);
  condition = ops::silu(condition);
  // The last row is above none.
  const Tensor rows = ops::slice(cells_of(indices), 1, 0, config_.side - 1);
  Tensor v = first_vertical_(rows) + indices.graph->variable(vertical_place_);
  std::vector<Tensor> all = {v};
  for (const Layer& layer : layers_) {
    std::array<Tensor, 2> parts;
    const Tensor padded = layer.vertical[0].pad(v);
    for (std::size_t i = 0; i < 2; ++i) {
      parts[i] =
          layer.vertical[i].convolve(padded) + ops::reshape(layer.label[i](condition), {batch, 1, 1, config_.channels});
    }
    v = v + gate(parts);
    all.push_back(v);
  }
  return all;
}

Tensor PixelCnn::along(Tensor indices, std::span<const Tensor> above, Tensor places) const {
  const Tensor cells = cells_of(indices);
  // The last column is before none.
  Tensor h = first_horizontal_(ops::slice(cells, 2, 0, config_.side - 1)) + first_link_(above[0]) +
             first_mirror_(mirrored(cells)) + places;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    std::array<Tensor, 2> parts;
    const Tensor before = layer.horizontal[0].pad(h);
    for (std::size_t i = 0; i < 2; ++i) parts[i] = layer.horizontal[i].convolve(before) + layer.link[i](above[l + 1]);
    h = h + layer.out(gate(parts));
  }
  return ops::reshape(h, {indices.dim(0), indices.dim(1), config_.channels});
}

Tensor PixelCnn::features(Tensor indices, std::span<const Tensor> labels) const {
  return along(indices, above(indices, labels), places(*indices.graph));
}

Tensor PixelCnn::logits(Tensor features) const { return head2_(ops::silu(head1_(ops::silu(features)))); }

}  // namespace figment::models
