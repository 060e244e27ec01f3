#pragma once
#include <cmath>
#include <numbers>
#include <vector>

#include "ops/ops.h"

namespace figment::training {

/// A deterministic sampler of few steps (Song et al., 2021), unrolled into a graph, for networks that predict v of the
/// cosine process: `predict(x, time)` with time [count]. From noise `x` [count, ...] to the clean x. What is taken for
/// clean on the way is kept within [-limit, limit].
template <typename Predict>
tensor::Tensor unrolled_sample(tensor::Tensor x, int steps, float limit, const Predict& predict) {
  const std::int64_t count = x.dim(0);
  const auto angle_at = [steps](int step) {
    return (std::numbers::pi_v<float> / 2) * (1 - static_cast<float>(step) / static_cast<float>(steps));
  };
  for (int i = 0; i < steps; ++i) {
    const float angle = angle_at(i);
    const float next = angle_at(i + 1);
    const std::vector<float> times(static_cast<std::size_t>(count),
                                   1 - static_cast<float>(i) / static_cast<float>(steps));
    const tensor::Tensor v = predict(x, x.graph->constant({count}, times));
    const tensor::Tensor x0 = ops::clamp(std::cos(angle) * x - std::sin(angle) * v, -limit, limit);
    const tensor::Tensor noise = std::sin(angle) * x + std::cos(angle) * v;
    x = std::cos(next) * x0 + std::sin(next) * noise;
  }
  return x;
}

}  // namespace figment::training
