#include "models/bert/bert.h"

#include <string>

#include "core/error.h"

namespace figment::models {

namespace {

constexpr std::int64_t reach = 2;  // places on each side that are taken in before the blocks

}  // namespace

BertConfig BertConfig::large(std::int64_t vocabulary) { return {vocabulary, 512, 512, 8, 8}; }

Bert::Bert(const BertConfig& config, std::uint64_t seed)
    : config_(config),
      parameters_(seed),
      token_(nn::Scope(parameters_) / "token", config.vocabulary, config.channels),
      position_(nn::Scope(parameters_) / "position", config.context, config.channels),
      neighbours_(nn::Scope(parameters_) / "neighbours", reach, reach, config.channels),
      blocks_([&] {
        std::vector<nn::TransformerBlock> blocks;
        for (std::int64_t i = 0; i < config.layers; ++i) {
          blocks.emplace_back(
              nn::Scope(parameters_) / "block" / std::to_string(i),
              nn::BlockShape{.channels = config.channels, .heads = config.heads, .layers = config.layers});
        }
        return blocks;
      }()),
      norm_(nn::Scope(parameters_) / "norm", config.channels),
      transform_(nn::Scope(parameters_) / "transform", config.channels, config.channels),
      transform_norm_(nn::Scope(parameters_) / "transform_norm", config.channels) {
  parameters_.pack();
}

/// Tokens, positions and neighbours; beyond the ends of the text there is nothing.
Tensor Bert::embed(Tensor tokens, Tensor mask) const {
  const std::int64_t length = tokens.dim(1);
  Tensor x = token_(tokens);
  if (mask) x = x * ops::reshape(mask, {mask.dim(0), length, 1});
  const Tensor positions = ops::slice(tokens.graph->variable(position_.weight), 0, 0, length);
  return x + positions + neighbours_(x);
}

Tensor Bert::features(Tensor tokens, Tensor mask, Tensor* seen) const {
  const std::int64_t length = tokens.dim(1);
  core::require(length <= config_.context, "a text of {} tokens is longer than the context of {}", length,
                config_.context);
  Tensor h = embed(tokens, mask);
  std::vector<Tensor> looked;
  for (const nn::TransformerBlock& block : blocks_) {
    nn::BlockSeen block_seen;
    h = block.encode(h, mask, seen != nullptr ? &block_seen : nullptr);
    if (seen != nullptr) looked.push_back(block_seen.self);
  }
  if (seen != nullptr) *seen = ops::concat(looked, 1);
  return norm_(h);
}

Tensor Bert::gather(Tensor features, Tensor places) {
  return ops::embedding(ops::reshape(features, {features.dim(0) * features.dim(1), features.dim(2)}), places);
}

Tensor Bert::logits(Tensor features) const {
  const Tensor x = transform_norm_(ops::gelu(transform_(features)));
  return ops::matmul(x, x.graph->variable(token_.weight), {.transpose_b = true});
}

}  // namespace figment::models
