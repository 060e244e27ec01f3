#include <array>
#include <cmath>
#include <string>

#include "core/error.h"
#include "models/latent_diffusion/latent_unet.h"

namespace figment::models {
namespace {

constexpr float word_deviation = 0.5F;  // of a fresh word's vector: large, so that words differ from the first step on

}  // namespace

CaptionReader::Block::Block(const nn::Scope& scope, std::int64_t channels)
    : norm1(scope / "norm1", channels),
      query(scope / "query", channels, channels),
      key(scope / "key", channels, channels),
      value(scope / "value", channels, channels),
      output(scope / "output", channels, channels, nn::Initializer::normal(0.02F)),
      norm2(scope / "norm2", channels),
      expand(scope / "expand", channels, 4 * channels),
      contract(scope / "contract", 4 * channels, channels, nn::Initializer::normal(0.02F)) {}

CaptionReader::CaptionReader(const nn::Scope& scope, const LatentUnetConfig& config)
    : config_(config),
      word_(scope / "word", config.vocabulary, config.text_channels, word_deviation),
      position_(scope / "position", config.words, config.text_channels, 0.1F),
      rest_(scope / "rest", LatentUnetConfig::rests, config.text_channels, word_deviation),
      blocks_([&] {
        std::vector<Block> blocks;
        for (std::int64_t i = 0; i < config.text_layers; ++i) {
          blocks.emplace_back(scope / "block" / std::to_string(i), config.text_channels);
        }
        return blocks;
      }()),
      norm_(scope / "norm", config.text_channels) {}

CaptionReader::Reading CaptionReader::operator()(Tensor words) const {
  core::require(words.dim(1) == config_.words, "a caption has {} words, filled up with 0, not {}", config_.words,
                words.dim(1));
  tensor::Graph& graph = *words.graph;
  const std::int64_t batch = words.dim(0);
  const std::int64_t channels = config_.text_channels;
  const Tensor seen = ops::greater(ops::cast(words, tensor::DType::f32), graph.constant({1, 1}, {0.5F}));
  Tensor h = word_(words) + graph.variable(position_.weight);
  ops::AttentionOptions options;
  options.heads = config_.text_heads;
  options.key_mask = seen;
  for (const Block& block : blocks_) {
    const Tensor x = block.norm1(h);
    h = h + block.output(ops::attention(block.query(x), block.key(x), block.value(x), options));
    h = h + block.contract(ops::gelu(block.expand(block.norm2(h))));
  }
  h = norm_(h);
  const Tensor weights = ops::reshape(seen, {batch, config_.words, 1});
  const Tensor number = ops::maximum(ops::sum(weights, {1}), graph.constant({1, 1}, {1}));
  const Tensor rests =
      ops::broadcast_to(ops::reshape(graph.variable(rest_.weight), {1, LatentUnetConfig::rests, channels}),
                        {batch, LatentUnetConfig::rests, channels});
  const Tensor ones = ops::broadcast_to(graph.constant({1, 1}, {1}), {batch, LatentUnetConfig::rests});
  const std::array<Tensor, 2> keys = {rests, h};
  const std::array<Tensor, 2> masks = {ones, seen};
  return {ops::concat(keys, 1), ops::concat(masks, 1), ops::sum(h * weights, {1}) / number};
}

WordAttention::WordAttention(const nn::Scope& scope, std::int64_t channels, std::int64_t text_channels,
                             std::int64_t head_count)
    : heads(head_count),
      norm(scope / "norm", channels),
      query(scope / "query", channels, channels),
      key(scope / "key", text_channels, channels),
      value(scope / "value", text_channels, channels),
      gate(scope / "gate", channels, channels),
      output(scope / "output", channels, channels, nn::Initializer::normal(0.02F)) {}

Tensor WordAttention::operator()(Tensor x, const CaptionReader::Reading& text) const {
  const Tensor h = ops::reshape(norm(x), {x.dim(0), x.dim(1) * x.dim(2), x.dim(3)});
  ops::AttentionOptions options;
  options.heads = heads;
  options.key_mask = text.mask;
  const Tensor answer = ops::attention(query(h), key(text.keys), value(text.keys), options);
  return x + ops::reshape(output(answer * ops::silu(gate(h))), x.shape());
}

Tensor WordAttention::shares(Tensor x, const CaptionReader::Reading& text) const {
  const std::int64_t batch = x.dim(0);
  const std::int64_t places = x.dim(1) * x.dim(2);
  const std::int64_t keys = text.keys.dim(1);
  const std::int64_t depth = x.dim(3) / heads;
  const auto by_head = [&](Tensor rows, std::int64_t count) {
    return ops::transpose(ops::reshape(rows, {batch, count, heads, depth}), {0, 2, 1, 3});
  };
  const Tensor q = by_head(query(ops::reshape(norm(x), {batch, places, x.dim(3)})), places);
  const Tensor scores = ops::matmul(q, by_head(key(text.keys), keys), {.transpose_b = true}) *
                        (1.0F / std::sqrt(static_cast<float>(depth)));
  const Tensor hidden = (ops::reshape(text.mask, {batch, 1, 1, keys}) + -1.0F) * 1e4F;
  return ops::reshape(ops::mean(ops::softmax(scores + hidden), {1}), {batch, x.dim(1), x.dim(2), keys});
}

}  // namespace figment::models
