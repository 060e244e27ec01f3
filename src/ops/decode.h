#pragma once
#include <optional>
#include <span>
#include <vector>

#include "tensor/graph.h"

/// Ops for writing token by token, where a network has a row or a few and would be bound by its number of dispatches.
namespace figment::ops {

struct RowLinearOptions {
  tensor::Tensor norm_weight = {};  ///< [K]: layer_norm of x comes first
  tensor::Tensor norm_bias = {};    ///< [K], with norm_weight
  tensor::Tensor residual = {};     ///< [.., M], added to the result
  bool gelu = false;                ///< of the result, before the residual
};
/// x [.., K], weight [K, M], bias [M] -> gelu(layer_norm(x) weight + bias) + residual [.., M], for up to four rows in
/// one dispatch. K is a multiple of 32 and M of 4. No gradient.
tensor::Tensor row_linear(tensor::Tensor x, tensor::Tensor weight, tensor::Tensor bias, RowLinearOptions options = {});

/// Whether row_linear takes these sizes.
constexpr bool fits_row_linear(std::int64_t inputs, std::int64_t outputs) {
  return inputs % 32 == 0 && outputs % 4 == 0;
}

struct CachedAttention {
  tensor::Tensor values;  ///< [B, 1, C]
  tensor::Tensor seen;    ///< [B, heads, T]: what each head puts on each place; 0 behind the last
};
/// Attention of the newest place of each text. qkv [B, 1, 3 C] holds its query, key and value; key and value are
/// written into the caches [B, T, C] (variables) at row length - 1 (i32 [1]), and the query looks at the first `length`
/// rows. C / heads is a multiple of 4. No gradient.
CachedAttention attend_cached(tensor::Tensor qkv, tensor::Tensor keys, tensor::Tensor values, tensor::Tensor length,
                              std::int64_t heads);

}  // namespace figment::ops
