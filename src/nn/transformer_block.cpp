#include "nn/transformer_block.h"

#include <cmath>

namespace figment::nn {
namespace {

constexpr float hidden = -1e9F;  // added to the logits of keys that the mask hides

Initializer small(const BlockShape& shape) {
  return Initializer::normal(0.02F / std::sqrt(2.0F * static_cast<float>(shape.layers)));
}

Tensor split_heads(Tensor x, std::int64_t heads) {
  return ops::transpose(ops::reshape(x, {x.dim(0), x.dim(1), heads, x.dim(2) / heads}), {0, 2, 1, 3});
}

}  // namespace

MultiHeadAttention::MultiHeadAttention(const Scope& scope, const BlockShape& shape)
    : heads(shape.heads),
      query(scope / "query", shape.channels, shape.channels),
      key(scope / "key", shape.channels, shape.channels),
      value(scope / "value", shape.channels, shape.channels),
      output(scope / "output", shape.channels, shape.channels, small(shape)) {}

Tensor MultiHeadAttention::operator()(Tensor x, Tensor keys, Tensor values, ops::AttentionOptions options) const {
  options.heads = heads;
  return output(ops::attention(query(x), keys, values, options));
}

Tensor MultiHeadAttention::weights(Tensor x, Tensor keys, Tensor key_mask) const {
  const float scale = 1 / std::sqrt(static_cast<float>(x.dim(2) / heads));
  Tensor logits = ops::matmul(split_heads(query(x), heads), split_heads(keys, heads), {.transpose_b = true}) * scale;
  if (key_mask) {
    logits = logits + ops::reshape((key_mask - 1.0F) * -hidden, {key_mask.dim(0), 1, 1, key_mask.dim(1)});
  }
  return ops::softmax(logits);
}

TransformerBlock::TransformerBlock(const Scope& scope, const BlockShape& shape)
    : norm1(scope / "norm1", shape.channels),
      self(scope / "self", shape),
      norm2(scope / "norm2", shape.channels),
      expand(scope / "expand", shape.channels, shape.expansion * shape.channels),
      contract(scope / "contract", shape.expansion * shape.channels, shape.channels, small(shape)) {
  if (!shape.has_cross) return;
  cross_norm.emplace(scope / "cross_norm", shape.channels);
  cross.emplace(scope / "cross", shape);
}

Tensor TransformerBlock::encode(Tensor h, Tensor mask, BlockSeen* seen) const {
  const Tensor x = norm1(h);
  const Tensor keys = self.key(x);
  ops::AttentionOptions options;
  options.key_mask = mask;
  if (seen != nullptr) seen->self = self.weights(x, keys, mask);
  return finish(h + self(x, keys, self.value(x), options), {}, nullptr);
}

Tensor TransformerBlock::decode(Tensor h, const BlockMemory& memory, BlockSeen* seen) const {
  const Tensor x = norm1(h);
  ops::AttentionOptions options;
  options.causal = true;
  return finish(h + self(x, self.key(x), self.value(x), options), memory, seen);
}

Tensor TransformerBlock::next(Tensor h, const BlockCache& cache, const BlockMemory& memory, BlockSeen* seen) const {
  const Tensor x = norm1(h);
  const Tensor keys = h.graph->variable(cache.keys);
  const Tensor values = h.graph->variable(cache.values);
  ops::write_rows(keys, self.key(x), cache.position);
  ops::write_rows(values, self.value(x), cache.position);
  ops::AttentionOptions options;
  options.causal = true;
  options.length = cache.length;
  return finish(h + self(x, keys, values, options), memory, seen);
}

BlockMemory TransformerBlock::memory(Tensor text, Tensor mask) const {
  return {cross->key(text), cross->value(text), mask};
}

Tensor TransformerBlock::finish(Tensor h, const BlockMemory& memory, BlockSeen* seen) const {
  if (cross) {
    const Tensor x = (*cross_norm)(h);
    ops::AttentionOptions options;
    options.key_mask = memory.mask;
    if (seen != nullptr) seen->cross = cross->weights(x, memory.keys, memory.mask);
    h = h + (*cross)(x, memory.keys, memory.values, options);
  }
  return h + contract(ops::gelu(expand(norm2(h))));
}

}  // namespace figment::nn
