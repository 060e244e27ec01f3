#pragma once
#include <cstdint>
#include <optional>

#include "nn/layers.h"

namespace figment::nn {

/// Sizes of one block of a transformer.
struct BlockShape {
  std::int64_t channels = 128;
  std::int64_t heads = 4;
  std::int64_t layers = 1;  ///< blocks in the whole stack: what each adds begins the smaller, the more there are
  std::int64_t expansion = 4;
  bool has_cross = false;  ///< looks at another text as well
};

/// Attention with its four linear maps.
struct MultiHeadAttention {
  MultiHeadAttention(const Scope& scope, const BlockShape& shape);
  /// x [B, S, C]; keys and values [B, T, C], made by `key` and `value` -> [B, S, C]. `options.heads` is set here.
  Tensor operator()(Tensor x, Tensor keys, Tensor values, ops::AttentionOptions options = {}) const;
  /// How much each place of x looks at each key, for views: [B, heads, S, T], rows sum to 1. `key_mask` as in
  /// ops::AttentionOptions, or none.
  Tensor weights(Tensor x, Tensor keys, Tensor key_mask = {}) const;
  std::int64_t heads;
  Linear query, key, value, output;
};

/// What is looked at of the other text: keys and values [B, T, C] as TransformerBlock::memory() makes them, mask f32
/// [B, T] or none.
struct BlockMemory {
  Tensor keys = {};
  Tensor values = {};
  Tensor mask = {};
};

/// What comes of it besides h, for views; filled if asked for.
struct BlockSeen {
  Tensor self = {};   ///< [B, heads, S, S]; not while a cache is used or the block is causal
  Tensor cross = {};  ///< [B, heads, S, T]
};

/// Keys and values of earlier places: [B, context, C] variables, filled up to `position`; length = position + S.
struct BlockCache {
  Variable keys;
  Variable values;
  Tensor position;  ///< i32 [1]
  Tensor length;    ///< i32 [1]
};

/// One layer of a transformer with pre-norm (Xiong et al., 2020): self-attention, if wanted attention to another text,
/// and a feed-forward net with GELU; each adds to its input.
struct TransformerBlock {
  TransformerBlock(const Scope& scope, const BlockShape& shape);

  /// h [B, S, C] -> [B, S, C], every place seeing all that `mask` (f32 [B, S], or none) leaves; for encoders.
  Tensor encode(Tensor h, Tensor mask = {}, BlockSeen* seen = nullptr) const;
  /// h [B, S, C] -> [B, S, C], each place seeing itself and those before; memory only if has_cross.
  Tensor decode(Tensor h, const BlockMemory& memory = {}, BlockSeen* seen = nullptr) const;
  /// The same for places position .. position + S of a text whose earlier keys and values are in the cache.
  Tensor next(Tensor h, const BlockCache& cache, const BlockMemory& memory = {}, BlockSeen* seen = nullptr) const;

  /// Keys and values of another text [B, T, C]: to be computed once a text. Only if has_cross.
  BlockMemory memory(Tensor text, Tensor mask = {}) const;

  LayerNorm norm1;
  MultiHeadAttention self;
  std::optional<LayerNorm> cross_norm;
  std::optional<MultiHeadAttention> cross;
  LayerNorm norm2;
  Linear expand, contract;

 private:
  Tensor finish(Tensor h, const BlockMemory& memory, BlockSeen* seen) const;
};

}  // namespace figment::nn
