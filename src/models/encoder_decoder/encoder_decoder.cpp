#include "models/encoder_decoder/encoder_decoder.h"

#include <array>
#include <string>

#include "core/error.h"

namespace figment::models {
namespace {

using tensor::DType;

std::vector<nn::TransformerBlock> make_blocks(const nn::Scope& scope, const EncoderDecoderConfig& config,
                                              bool has_cross) {
  std::vector<nn::TransformerBlock> blocks;
  for (std::int64_t i = 0; i < config.layers; ++i) {
    blocks.emplace_back(scope / std::to_string(i), nn::BlockShape{.channels = config.channels,
                                                                  .heads = config.heads,
                                                                  .layers = config.layers,
                                                                  .expansion = config.expansion,
                                                                  .has_cross = has_cross});
  }
  return blocks;
}

void require_room(const char* what, std::int64_t tokens, std::int64_t context) {
  core::require(tokens <= context, "a {} of {} tokens is longer than its context of {}", what, tokens, context);
}

/// x [sentences, ...] -> [sentences * beams, ...], each row repeated.
Tensor repeat_rows(Tensor x, std::int64_t beams) {
  if (beams == 1) return x;
  const std::int64_t rows = x.dim(0);
  const std::int64_t row = x.shape().count() / rows;
  const Tensor wide = ops::broadcast_to(ops::reshape(x, {rows, 1, row}), {rows, beams, row});
  std::vector<std::int64_t> shape;
  shape.push_back(rows * beams);
  for (int axis = 1; axis < x.shape().rank(); ++axis) shape.push_back(x.dim(axis));
  return ops::reshape(wide, tensor::Shape(shape));
}

}  // namespace

EncoderDecoderConfig EncoderDecoderConfig::large() const {
  EncoderDecoderConfig config = *this;
  config.channels = 384;
  config.layers = 6;
  config.heads = 6;
  return config;
}

DecoderState::DecoderState(const EncoderDecoderConfig& config, std::int64_t sentence_count, std::int64_t beam_count)
    : sentences(sentence_count), beams(beam_count) {
  const tensor::TensorType own{{batch(), config.target_context, config.channels}, DType::f32};
  const tensor::TensorType cross{{batch(), config.source_context, config.channels}, DType::f32};
  for (std::int64_t i = 0; i < config.layers; ++i) {
    const std::string layer = std::to_string(i);
    keys.push_back(tensor::make_variable("decoder.key." + layer, own));
    values.push_back(tensor::make_variable("decoder.value." + layer, own));
    cross_keys.push_back(tensor::make_variable("decoder.cross_key." + layer, cross));
    cross_values.push_back(tensor::make_variable("decoder.cross_value." + layer, cross));
  }
  source_mask = tensor::make_variable("decoder.source_mask", {{batch(), config.source_context}, DType::f32});
}

EncoderDecoder::EncoderDecoder(const EncoderDecoderConfig& config, std::uint64_t seed)
    : config_(config),
      parameters_(seed),
      token_(nn::Scope(parameters_) / "token", config.vocabulary, config.channels),
      source_position_(nn::Scope(parameters_) / "source_position", config.source_context, config.channels),
      target_position_(nn::Scope(parameters_) / "target_position", config.target_context, config.channels),
      neighbours_(config.reach == 0
                      ? std::nullopt
                      : std::optional<nn::Neighbours>(std::in_place, nn::Scope(parameters_) / "neighbours",
                                                      config.reach, config.reach, config.channels)),
      encoder_(make_blocks(nn::Scope(parameters_) / "encoder", config, false)),
      encoder_norm_(nn::Scope(parameters_) / "encoder_norm", config.channels),
      decoder_(make_blocks(nn::Scope(parameters_) / "decoder", config, true)),
      norm_(nn::Scope(parameters_) / "norm", config.channels) {
  parameters_.pack();
}

Tensor mask_of(Tensor tokens) {
  return ops::greater(ops::cast(tokens, DType::f32), tokens.graph->constant({1}, {0.5F}));
}

Tensor EncoderDecoder::encode(Tensor source, Tensor mask) const {
  require_room("source", source.dim(1), config_.source_context);
  Tensor h = token_(source);
  if (neighbours_) {
    h = h * ops::reshape(mask, {mask.dim(0), mask.dim(1), 1});  // padding is nobody's neighbour
    h = h + (*neighbours_)(h);
  }
  h = h + ops::slice(source.graph->variable(source_position_.weight), 0, 0, source.dim(1));
  for (const nn::TransformerBlock& block : encoder_) h = block.encode(h, mask);
  return encoder_norm_(h);
}

Tensor EncoderDecoder::logits(Tensor h) const {
  h = ops::reshape(norm_(h), {h.dim(0) * h.dim(1), config_.channels});
  return ops::matmul(h, h.graph->variable(token_.weight), {.transpose_b = true});
}

Tensor EncoderDecoder::operator()(Tensor source, Tensor target) const {
  require_room("target", target.dim(1), config_.target_context);
  const Tensor mask = mask_of(source);
  const Tensor text = encode(source, mask);
  Tensor h = token_(target) + ops::slice(target.graph->variable(target_position_.weight), 0, 0, target.dim(1));
  for (const nn::TransformerBlock& block : decoder_) h = block.decode(h, block.memory(text, mask));
  return logits(h);
}

void EncoderDecoder::read(Tensor source, const DecoderState& state) const {
  nn::Graph& graph = *source.graph;
  const Tensor mask = mask_of(source);
  const Tensor text = encode(source, mask);
  for (std::size_t i = 0; i < decoder_.size(); ++i) {
    const nn::BlockMemory memory = decoder_[i].memory(text);
    ops::assign(graph.variable(state.cross_keys[i]), repeat_rows(memory.keys, state.beams));
    ops::assign(graph.variable(state.cross_values[i]), repeat_rows(memory.values, state.beams));
  }
  ops::assign(graph.variable(state.source_mask), repeat_rows(mask, state.beams));
}

Tensor EncoderDecoder::next(Tensor tokens, Tensor position, Tensor length, const DecoderState& state,
                            Tensor* seen) const {
  nn::Graph& graph = *tokens.graph;
  const std::int64_t batch = tokens.dim(0);
  Tensor h = token_(ops::reshape(tokens, {batch, 1})) + target_position_(position);
  std::vector<Tensor> weights;
  for (std::size_t i = 0; i < decoder_.size(); ++i) {
    nn::BlockSeen looked;
    h = decoder_[i].next(
        h, {state.keys[i], state.values[i], position, length},
        {graph.variable(state.cross_keys[i]), graph.variable(state.cross_values[i]), graph.variable(state.source_mask)},
        seen == nullptr ? nullptr : &looked);
    if (seen != nullptr) {
      weights.push_back(ops::reshape(looked.cross, {batch, config_.heads, config_.source_context}));
    }
  }
  if (seen != nullptr) *seen = weights.size() == 1 ? weights[0] : ops::concat(weights, 1);
  return logits(h);
}

}  // namespace figment::models
