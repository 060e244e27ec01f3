#include "models/gpt/gpt.h"

#include <cmath>
#include <string>

#include "core/error.h"

namespace figment::models {

GptConfig GptConfig::large(std::int64_t vocabulary) { return {vocabulary, 512, 384, 8, 6}; }

KeyValueCache::KeyValueCache(const GptConfig& config, std::int64_t batch) {
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
  h = ops::reshape(norm_(h), {h.dim(0) * h.dim(1), config_.channels});
  return ops::matmul(h, h.graph->variable(token_.weight), {.transpose_b = true});
}

Tensor Gpt::operator()(Tensor tokens) const {
  const std::int64_t length = tokens.dim(1);
  core::require(length <= config_.context, "a text of {} tokens is longer than the context of {}", length,
                config_.context);
  const Tensor positions = ops::slice(tokens.graph->variable(position_.weight), 0, 0, length);
  return run(token_(tokens) + positions, {}, {}, nullptr);
}

Tensor Gpt::next(Tensor tokens, Tensor position, Tensor length, const KeyValueCache& cache) const {
  const std::int64_t count = tokens.dim(1);
  std::vector<float> steps;
  for (std::int64_t i = 0; i < count; ++i) steps.push_back(static_cast<float>(i));
  Tensor places = position;
  if (count > 1) {
    places =
        ops::cast(ops::cast(position, tensor::DType::f32) + tokens.graph->constant({count}, steps), tensor::DType::i32);
  }
  return run(token_(tokens) + position_(places), position, length, &cache);
}

}  // namespace figment::models
