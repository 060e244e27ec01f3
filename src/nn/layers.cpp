#include "nn/layers.h"

#include <array>
#include <cmath>

namespace figment::nn {

Linear::Linear(const Scope& scope, std::int64_t inputs, std::int64_t outputs, Bias with_bias)
    : Linear(scope, inputs, outputs, Initializer::fan_in(inputs), with_bias) {}

Linear::Linear(const Scope& scope, std::int64_t inputs, std::int64_t outputs, Initializer initializer, Bias with_bias)
    : weight(scope.parameter("weight", {inputs, outputs}, initializer)) {
  if (with_bias == Bias::yes) bias = scope.parameter("bias", {outputs}, Initializer::zeros());
}

Tensor Linear::operator()(Tensor x) const {
  ops::MatmulOptions options;
  if (bias) options.bias = x.graph->variable(bias);
  return ops::matmul(x, x.graph->variable(weight), options);
}

Conv2d::Conv2d(const Scope& scope, ConvShape conv_shape)
    : Conv2d(scope, conv_shape, Initializer::fan_in(conv_shape.kernel * conv_shape.kernel * conv_shape.inputs)) {}

Conv2d::Conv2d(const Scope& scope, ConvShape conv_shape, Initializer initializer)
    : shape(conv_shape),
      weight(scope.parameter("weight", {shape.kernel, shape.kernel, shape.inputs, shape.outputs}, initializer)),
      bias(scope.parameter("bias", {shape.outputs}, Initializer::zeros())) {}

Tensor Conv2d::operator()(Tensor x) const {
  ops::ConvOptions options;
  options.stride = shape.stride;
  options.padding = shape.padding;
  options.bias = x.graph->variable(bias);
  return ops::conv2d(x, x.graph->variable(weight), options);
}

GroupNorm::GroupNorm(const Scope& scope, std::int64_t channels, std::int64_t group_count)
    : groups(group_count),
      weight(scope.parameter("weight", {channels}, Initializer::ones())),
      bias(scope.parameter("bias", {channels}, Initializer::zeros())) {}

Tensor GroupNorm::operator()(Tensor x) const {
  return ops::group_norm(x, x.graph->variable(weight), x.graph->variable(bias), groups);
}

Tensor GroupNorm::with_silu(Tensor x) const {
  return ops::group_norm(x, x.graph->variable(weight), x.graph->variable(bias), groups, true);
}

LayerNorm::LayerNorm(const Scope& scope, std::int64_t channels)
    : weight(scope.parameter("weight", {channels}, Initializer::ones())),
      bias(scope.parameter("bias", {channels}, Initializer::zeros())) {}

Tensor LayerNorm::operator()(Tensor x) const {
  return ops::layer_norm(x, x.graph->variable(weight), x.graph->variable(bias));
}

Embedding::Embedding(const Scope& scope, std::int64_t entries, std::int64_t channels, float deviation)
    : weight(scope.parameter("weight", {entries, channels}, Initializer::normal(deviation))) {}

Tensor Embedding::operator()(Tensor indices) const { return ops::embedding(indices.graph->variable(weight), indices); }

Tensor time_features(Tensor time, std::int64_t channels) {
  const std::int64_t half = channels / 2;
  std::vector<float> frequencies;
  for (std::int64_t i = 0; i < half; ++i) {
    const double fraction = half > 1 ? static_cast<double>(i) / static_cast<double>(half - 1) : 0.0;
    frequencies.push_back(static_cast<float>(1000.0 * std::pow(1000.0, -fraction)));
  }
  const Tensor angles = ops::reshape(time, {time.dim(0), 1}) * time.graph->constant({1, half}, frequencies);
  const std::array<Tensor, 2> parts = {ops::sin(angles), ops::cos(angles)};
  return ops::concat(parts, -1);
}

}  // namespace figment::nn
