#include "models/lstm/character_net.h"

#include <array>
#include <cmath>
#include <string>

namespace figment::models {

using ops::Cell;

namespace {

/// Columns of a unit in the weights; a gru's third is moved within the op's four.
std::int64_t stored_columns(Cell cell) { return cell == Cell::gru ? 3 : ops::columns_of(cell); }

/// A gru's [N, units * 3] (reset, update, new) as the op's four columns of a unit, with `third` and `fourth` [N, units,
/// 1].
Tensor four_columns(Tensor x, std::int64_t units, bool is_recurrent, Tensor fourth) {
  const std::int64_t rows = x.dim(0);
  x = ops::reshape(x, {rows, units, 3});
  const Tensor gates = ops::slice(x, 2, 0, 2);
  const Tensor fresh = ops::slice(x, 2, 2, 3);
  const Tensor none = ops::scale(fresh, 0);
  const std::array<Tensor, 3> parts =
      is_recurrent ? std::array{gates, none, fresh}
                   : std::array{gates, fresh, fourth ? ops::broadcast_to(fourth, fresh.shape()) : none};
  return ops::reshape(ops::concat(parts, 2), {rows, units * 4});
}

/// Biases with which cells begin by keeping what they hold (Gers et al., 2000), half of them for long: a forget gate of
/// 1 - 1 / tau forgets within tau characters (Tallec and Ollivier, 2018). The times are spread evenly on a logarithmic
/// scale, and the input gates such that the cells do not grow.
void begin_gates(std::vector<float>& bias, const CharacterNetConfig& config) {
  constexpr float shortest_memory = 8;
  const auto units = static_cast<std::size_t>(config.units);
  for (std::size_t unit = 0; unit < units; ++unit) {
    float& input = bias[4 * unit];
    float& forget = bias[4 * unit + 1];
    forget = 1;
    if (config.longest_memory <= shortest_memory || unit % 2 == 0) continue;
    const float share = static_cast<float>(unit) / static_cast<float>(units);
    const float tau = shortest_memory * std::pow(config.longest_memory / shortest_memory, share);
    forget = std::log(tau - 1);
    input = -0.5F * std::log(tau);
  }
}

}  // namespace

CharacterMemory::CharacterMemory(const CharacterNetConfig& config, std::int64_t batch) {
  const tensor::TensorType type{{batch, config.units}, tensor::DType::f32};
  for (std::int64_t i = 0; i < config.layers; ++i) {
    hidden.push_back(tensor::make_variable("state.hidden." + std::to_string(i), type));
    if (config.cell == Cell::lstm) cells.push_back(tensor::make_variable("state.cell." + std::to_string(i), type));
  }
}

CharacterState CharacterMemory::read(nn::Graph& graph, Tensor keep) const {
  CharacterState state;
  for (const tensor::Variable& variable : hidden) state.hidden.push_back(graph.variable(variable) * keep);
  for (const tensor::Variable& variable : cells) state.cells.push_back(graph.variable(variable) * keep);
  return state;
}

void CharacterMemory::write(const CharacterState& state) const {
  for (std::size_t i = 0; i < hidden.size(); ++i) {
    ops::assign(state.hidden[i].graph->variable(hidden[i]), state.hidden[i]);
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    ops::assign(state.cells[i].graph->variable(cells[i]), state.cells[i]);
  }
}

CharacterNet::CharacterNet(const nn::Scope& scope, const CharacterNetConfig& config)
    : config_(config), output_(scope / "output", config.units, config.vocabulary) {
  const std::int64_t columns = config.units * stored_columns(config.cell);
  const float width = 1.0F / std::sqrt(static_cast<float>(config.units));
  const nn::Initializer uniform{nn::Initializer::Kind::uniform, width};
  for (std::int64_t i = 0; i < config.layers; ++i) {
    const nn::Scope at = scope / "layer" / std::to_string(i);
    Layer layer;
    layer.input = at.parameter("input", {i == 0 ? config.vocabulary : config.units, columns},
                               i == 0 ? nn::Initializer::normal(0.3F) : uniform);
    layer.recurrent = at.parameter("recurrent", {config.units, columns}, uniform);
    layer.bias = at.parameter("bias", {columns}, nn::Initializer::zeros());
    if (config.cell == Cell::gru) layer.extra = at.parameter("extra", {config.units}, nn::Initializer::zeros());
    if (config.cell == Cell::lstm) begin_gates(layer.bias->initial, config);
    layers_.push_back(layer);
  }
}

Tensor CharacterNet::with_bias(Tensor x, const Layer& layer) const {
  nn::Graph& graph = *x.graph;
  x = x + graph.variable(layer.bias);
  if (config_.cell != Cell::gru) return x;
  return four_columns(x, config_.units, false, ops::reshape(graph.variable(layer.extra), {1, config_.units, 1}));
}

Tensor CharacterNet::table(nn::Graph& graph) const { return with_bias(graph.variable(layers_[0].input), layers_[0]); }

Tensor CharacterNet::recurrent_weight(nn::Graph& graph, std::size_t layer) const {
  const Tensor weight = graph.variable(layers_[layer].recurrent);
  return config_.cell == Cell::gru ? four_columns(weight, config_.units, true, {}) : weight;
}

Tensor CharacterNet::brought(Tensor below, const Layer& layer) const {
  const std::int64_t steps = below.dim(0), batch = below.dim(1);
  nn::Graph& graph = *below.graph;
  const Tensor rows = ops::reshape(below, {steps * batch, config_.units});
  if (config_.cell == Cell::gru) {
    const Tensor x = with_bias(ops::matmul(rows, graph.variable(layer.input)), layer);
    return ops::reshape(x, {steps, batch, x.dim(1)});
  }
  const Tensor x = ops::matmul(rows, graph.variable(layer.input), {.bias = graph.variable(layer.bias)});
  return ops::reshape(x, {steps, batch, x.dim(1)});
}

CharacterNet::Output CharacterNet::operator()(Tensor tokens, const CharacterState& before) const {
  nn::Graph& graph = *tokens.graph;
  const std::int64_t steps = tokens.dim(0), batch = tokens.dim(1);
  Output result;
  Tensor x = ops::embedding(table(graph), tokens);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (i > 0) x = brought(x, layers_[i]);
    const bool is_lstm = config_.cell == Cell::lstm;
    const ops::Recurrence layer = ops::recurrent(config_.cell, x, recurrent_weight(graph, i), before.hidden[i],
                                                 is_lstm ? before.cells[i] : Tensor{});
    const auto last = [&](Tensor all) {
      return ops::reshape(ops::slice(all, 0, steps - 1, steps), {batch, config_.units});
    };
    result.state.hidden.push_back(last(layer.hidden));
    if (is_lstm) result.state.cells.push_back(last(layer.cells));
    result.layers.push_back(layer);
    x = layer.hidden;
  }
  result.logits = output_(ops::reshape(x, {steps * batch, config_.units}));
  return result;
}

CharacterState CharacterNet::zero_state(nn::Graph& graph, std::int64_t batch) const {
  CharacterState state;
  const Tensor zeros =
      graph.constant({batch, config_.units}, std::vector<float>(static_cast<std::size_t>(batch * config_.units)));
  for (std::int64_t i = 0; i < config_.layers; ++i) {
    state.hidden.push_back(zeros);
    if (config_.cell == Cell::lstm) state.cells.push_back(zeros);
  }
  return state;
}

}  // namespace figment::models
