#include "models/gpt/gpt.h"

#include <array>
#include <cmath>
#include <string>

#include "core/error.h"
#include "ops/decode.h"

namespace figment::models {

GptConfig GptConfig::large(std::int64_t vocabulary) { return {vocabulary, 512, 384, 8, 6}; }

KeyValueCache::KeyValueCache(const GptConfig& config, std::int64_t batch) {
  if (config.reach > 0) {
    embedded = tensor::make_variable("cache.embedded", {{batch, config.context, config.channels}, tensor::DType::f32});
  }
  for (std::int64_t i = 0; i < config.layers; ++i) {
    const tensor::TensorType type{{batch, config.context, config.channels}, tensor::DType::f32};
    keys.push_back(tensor::make_variable("cache.key." + std::to_string(i), type));
    values.push_back(tensor::make_variable("cache.value." + std::to_string(i), type));
  }
}

Gpt::Block::Block(const nn::Scope& scope, const GptConfig& config)
    : norm1(scope / "norm1", config.channels),
      query(scope / "query", config.channels, config.channels),
      key(scope / "key", config.channels, config.channels),
      value(scope / "value", config.channels, config.channels),
      output(scope / "output", config.channels, config.channels,
             nn::Initializer::normal(0.02F / std::sqrt(2.0F * static_cast<float>(config.layers)))),
      norm2(scope / "norm2", config.channels),
      expand(scope / "expand", config.channels, 4 * config.channels),
      contract(scope / "contract", 4 * config.channels, config.channels,
               nn::Initializer::normal(0.02F / std::sqrt(2.0F * static_cast<float>(config.layers)))) {}

Gpt::Gpt(const GptConfig& config, std::uint64_t seed)
    : config_(config),
      parameters_(seed),
      token_(nn::Scope(parameters_) / "token", config.vocabulary, config.channels),
      position_(nn::Scope(parameters_) / "position", config.context, config.channels),
      neighbours_(config.reach == 0
                      ? std::nullopt
                      : std::optional<nn::Neighbours>(std::in_place, nn::Scope(parameters_) / "neighbours",
                                                      config.reach, 0, config.channels)),
      blocks_([&] {
        std::vector<Block> blocks;
        for (std::int64_t i = 0; i < config.layers; ++i) {
          blocks.emplace_back(nn::Scope(parameters_) / "block" / std::to_string(i), config);
        }
        return blocks;
      }()),
      norm_(nn::Scope(parameters_) / "norm", config.channels) {
  parameters_.pack();
}

Tensor Gpt::run(Tensor h, Tensor position, Tensor length, const KeyValueCache* cache) const {
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const Block& block = blocks_[i];
    const Tensor x = block.norm1(h);
    Tensor keys = block.key(x);
    Tensor values = block.value(x);
    ops::AttentionOptions options;
    options.heads = config_.heads;
    options.causal = true;
    if (cache != nullptr) {
      const Tensor key_cache = h.graph->variable(cache->keys[i]);
      const Tensor value_cache = h.graph->variable(cache->values[i]);
      ops::write_rows(key_cache, keys, position);
      ops::write_rows(value_cache, values, position);
      keys = key_cache;
      values = value_cache;
      options.length = length;
    }
    h = h + block.output(ops::attention(block.query(x), keys, values, options));
    h = h + block.contract(ops::gelu(block.expand(block.norm2(h))));
  }
  return logits(h);
}

Tensor Gpt::logits(Tensor h) const {
  h = ops::reshape(norm_(h), {h.dim(0) * h.dim(1), config_.channels});
  return ops::matmul(h, h.graph->variable(token_.weight), {.transpose_b = true});
}

Tensor Gpt::operator()(Tensor tokens) const {
  const std::int64_t length = tokens.dim(1);
  core::require(length <= config_.context, "a text of {} tokens is longer than the context of {}", length,
                config_.context);
  const Tensor positions = ops::slice(tokens.graph->variable(position_.weight), 0, 0, length);
  Tensor h = token_(tokens);
  if (neighbours_) h = h + (*neighbours_)(h);
  return run(h + positions, {}, {}, nullptr);
}

/// Tokens at these places i32 [S], with what is before them.
Tensor Gpt::embed(Tensor tokens, Tensor places, const KeyValueCache& cache) const {
  Tensor h = token_(tokens);
  if (neighbours_) h = h + neighbours_->next(h, places, h.graph->variable(cache.embedded));
  return h + position_(places);
}

Tensor Gpt::next(Tensor tokens, Tensor position, Tensor length, const KeyValueCache& cache, Tensor* seen) const {
  const std::int64_t count = tokens.dim(1);
  if (count == 1) {
    std::vector<Tensor> looked;
    const Tensor result = next(tokens, position, length, cache, looked);
    if (seen != nullptr) *seen = ops::concat(looked, 1);
    return result;
  }
  core::require(seen == nullptr, "what is looked at can be seen for one token at a time only");
  std::vector<float> steps;
  for (std::int64_t i = 0; i < count; ++i) steps.push_back(static_cast<float>(i));
  const Tensor places =
      ops::cast(ops::cast(position, tensor::DType::f32) + tokens.graph->constant({count}, steps), tensor::DType::i32);
  return run(embed(tokens, places, cache), position, length, &cache);
}

Tensor Gpt::next(Tensor tokens, Tensor position, Tensor length, const KeyValueCache& cache,
                 std::vector<Tensor>& seen) const {
  core::require(tokens.dim(1) == 1, "one token of each text at a time, not {}", tokens.dim(1));
  tensor::Graph& graph = *tokens.graph;
  const auto leaf = [&](const tensor::Variable& variable) { return graph.variable(variable); };
  const auto linear = [&](const nn::Linear& layer, Tensor x, ops::RowLinearOptions options) {
    return ops::row_linear(x, leaf(layer.weight), leaf(layer.bias), options);
  };
  Tensor h = embed(tokens, position, cache);
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const Block& block = blocks_[i];
    const std::array<Tensor, 3> weights = {leaf(block.query.weight), leaf(block.key.weight), leaf(block.value.weight)};
    const std::array<Tensor, 3> biases = {leaf(block.query.bias), leaf(block.key.bias), leaf(block.value.bias)};
    const Tensor qkv = ops::row_linear(h, ops::concat(weights, 1), ops::concat(biases, 0),
                                       {.norm_weight = leaf(block.norm1.weight), .norm_bias = leaf(block.norm1.bias)});
    const ops::CachedAttention read =
        ops::attend_cached(qkv, leaf(cache.keys[i]), leaf(cache.values[i]), length, config_.heads);
    seen.push_back(read.seen);
    h = linear(block.output, read.values, {.residual = h});
    const Tensor wide = linear(
        block.expand, h, {.norm_weight = leaf(block.norm2.weight), .norm_bias = leaf(block.norm2.bias), .gelu = true});
    h = linear(block.contract, wide, {.residual = h});
  }
  return logits(h);
}

}  // namespace figment::models
