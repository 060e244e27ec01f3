#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "nn/neighbours.h"

namespace figment::models {

using nn::Tensor;

/// Sizes of the story GPT.
struct GptConfig {
  std::int64_t vocabulary = 0;
  std::int64_t context = 192;  ///< tokens; the longest story has about 182
  std::int64_t channels = 128;
  std::int64_t layers = 4;
  std::int64_t heads = 4;
  std::int64_t reach = 0;  ///< earlier places that each place takes in before the blocks

  static GptConfig large(std::int64_t vocabulary);  ///< for a GPU
};

/// Keys and values of the tokens so far, one pair a layer: [B, context, channels] variables. With a reach also their
/// embeddings.
struct KeyValueCache {
  KeyValueCache(const GptConfig& config, std::int64_t batch);
  std::vector<tensor::Variable> keys;
  std::vector<tensor::Variable> values;
  tensor::Variable embedded;  ///< null without a reach
};

/// A decoder-only transformer with learned positions, pre-norm blocks, GELU and tied embeddings
/// (Radford et al., 2019).
class Gpt {
 public:
  Gpt(const GptConfig& config, std::uint64_t seed);

  /// tokens i32 [B, S] -> logits [B * S, vocabulary]; each place sees itself and what is before it.
  Tensor operator()(Tensor tokens) const;

  /// The next tokens of a text whose earlier keys and values are in the cache: tokens i32 [B, S] at places
  /// position .. position + S (i32 [1]), length = position + S (i32 [1]) -> logits [B * S, vocabulary]. `seen`, if
  /// given (S is 1 then): how much each layer and head looks at each place now, [B, layers * heads, context].
  Tensor next(Tensor tokens, Tensor position, Tensor length, const KeyValueCache& cache, Tensor* seen = nullptr) const;

  /// One token of each text, tokens i32 [B, 1], in as few dispatches as can be; `seen` of each layer [B, heads,
  /// context]. Weights that belong together are joined in a frozen program's prologue.
  Tensor next(Tensor tokens, Tensor position, Tensor length, const KeyValueCache& cache,
              std::vector<Tensor>& seen) const;

  const GptConfig& config() const { return config_; }
  nn::ParameterList& parameters() { return parameters_; }
  const nn::ParameterList& parameters() const { return parameters_; }

 private:
  struct Block {
    Block(const nn::Scope& scope, const GptConfig& config);
    nn::LayerNorm norm1;
    nn::Linear query, key, value, output;
    nn::LayerNorm norm2;
    nn::Linear expand, contract;
  };
  Tensor embed(Tensor tokens, Tensor places, const KeyValueCache& cache) const;
  Tensor run(Tensor h, Tensor position, Tensor length, const KeyValueCache* cache) const;
  Tensor logits(Tensor h) const;

  GptConfig config_;
  nn::ParameterList parameters_;
  nn::Embedding token_;
  nn::Embedding position_;
  std::optional<nn::Neighbours> neighbours_;
  std::vector<Block> blocks_;
  nn::LayerNorm norm_;
};

}  // namespace figment::models
