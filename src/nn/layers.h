#pragma once
#include <cstdint>

#include "nn/parameters.h"
#include "ops/ops.h"

/// Layers: parameters with the op that uses them. Calling one appends nodes to the graph of its input.
namespace figment::nn {

enum class Bias { no, yes };

/// [.., inputs] -> [.., outputs]
struct Linear {
  Linear(const Scope& scope, std::int64_t inputs, std::int64_t outputs, Bias bias = Bias::yes);
  Linear(const Scope& scope, std::int64_t inputs, std::int64_t outputs, Initializer initializer, Bias bias = Bias::yes);
  Tensor operator()(Tensor x) const;
  Variable weight;  ///< [inputs, outputs]
  Variable bias;    ///< [outputs], or null
};

struct ConvShape {
  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
  std::int64_t kernel = 3;
  std::int64_t stride = 1;
  std::int64_t padding = 1;
};

/// [B, H, W, inputs] -> [B, H', W', outputs]
struct Conv2d {
  Conv2d(const Scope& scope, ConvShape shape);
  Conv2d(const Scope& scope, ConvShape shape, Initializer initializer);
  Tensor operator()(Tensor x) const;
  ConvShape shape;
  Variable weight;  ///< [kernel, kernel, inputs, outputs]
  Variable bias;    ///< [outputs]
};

/// Over groups of channels of [B, H, W, C].
struct GroupNorm {
  GroupNorm(const Scope& scope, std::int64_t channels, std::int64_t groups = 8);
  Tensor operator()(Tensor x) const;
  Tensor with_silu(Tensor x) const;  ///< the norm, then SiLU, in one kernel
  std::int64_t groups;
  Variable weight;  ///< [C]
  Variable bias;    ///< [C]
};

/// Over the last axis.
struct LayerNorm {
  LayerNorm(const Scope& scope, std::int64_t channels);
  Tensor operator()(Tensor x) const;
  Variable weight;  ///< [C]
  Variable bias;    ///< [C]
};

/// i32 [..] -> [.., channels]
struct Embedding {
  Embedding(const Scope& scope, std::int64_t entries, std::int64_t channels, float deviation = 0.02F);
  Tensor operator()(Tensor indices) const;
  Variable weight;  ///< [entries, channels]
};

/// Sinusoidal features of a scalar (Vaswani et al., 2017): time [B] in [0, 1] -> [B, channels], the first
/// half sines and the second cosines of frequencies from 1000 down to 1.
Tensor time_features(Tensor time, std::int64_t channels);

}  // namespace figment::nn
