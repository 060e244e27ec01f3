#include "core/error.h"
#include "ops/ops.h"

/// Ops made of other ops, which need no node of their own.
namespace figment::ops {

Tensor mse(Tensor a, Tensor b) {
  core::require(a.shape() == b.shape(), "mse compares tensors of one shape, and is given {} and {}",
                a.shape().to_string(), b.shape().to_string());
  return mean(square(sub(a, b)), {});
}

std::vector<Tensor> batch_norm(Tensor x, Tensor weight, Tensor bias, float epsilon) {
  const std::int64_t channels = x.dim(-1);
  const Tensor rows = reshape(x, {-1, channels});
  const Tensor average = mean(rows, {0});
  const Tensor centered = sub(rows, average);
  const Tensor variance = mean(square(centered), {0});
  Tensor y = mul(centered, rsqrt(shift(variance, epsilon)));
  if (weight) y = mul(y, weight);
  if (bias) y = add(y, bias);
  return {reshape(y, x.shape()), average, variance};
}

}  // namespace figment::ops
