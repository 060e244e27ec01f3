#pragma once
#include <cstdint>

#include "tensor/op.h"

namespace figment::ops {

/// The sizes and options of an attention. Inputs q [B,S,H*D], k and v [B,T,H*D], then what the gradient needs (out,
/// log_sum [B,H,S], grad_out, grad_log_sum if it is there), then the mask [B,T] and the length [1] if there are any.
struct AttentionSizes {
  std::int64_t batch = 0, queries = 0, keys = 0, heads = 0, depth = 0;
  bool causal = false;
  float scale = 0;
  int grad_log_sum = -1;  ///< index of the input, or -1
  int mask = -1;          ///< index of the input, or -1
  int length = -1;        ///< index of the input, or -1
};

/// Throws Error if the shapes do not fit.
AttentionSizes attention_sizes(std::span<const tensor::TensorType> inputs, const tensor::Attributes& attributes,
                               bool is_gradient);

tensor::KernelPlan plan_attention(const AttentionSizes& sizes, const tensor::DeviceTraits& traits);
tensor::KernelPlan plan_attention_gradient(const AttentionSizes& sizes, const tensor::DeviceTraits& traits);

}  // namespace figment::ops
