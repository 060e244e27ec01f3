#include "ops/pointwise.h"

#include <algorithm>

namespace figment::ops {

std::vector<const tensor::Op*> pointwise_arithmetic_ops();
std::vector<const tensor::Op*> pointwise_activation_ops();
std::vector<const tensor::Op*> pointwise_cast_ops();

std::vector<const tensor::Op*> pointwise_ops() {
  std::vector<const tensor::Op*> list = pointwise_arithmetic_ops();
  for (const auto& group : {pointwise_activation_ops(), pointwise_cast_ops()}) {
    list.insert(list.end(), group.begin(), group.end());
  }
  return list;
}

}  // namespace figment::ops

namespace figment::ops::pointwise {

std::vector<TensorType> infer(std::span<const TensorType> inputs, const Attributes&) {
  TensorType result = {inputs[0].shape, DType::f16};
  for (const TensorType& input : inputs) {
    core::require(input.dtype == DType::f32 || input.dtype == DType::f16,
                  "elementwise arithmetic needs f32 or f16, and is given {}; cast it first", input.to_string());
    result.shape = tensor::broadcast(result.shape, input.shape);
    if (input.dtype == DType::f32) result.dtype = DType::f32;
  }
  return {result};
}

std::int64_t broadcast_index(const Shape& from, const Shape& to, std::int64_t index) {
  std::int64_t result = 0;
  std::int64_t stride = 1;
  for (int axis = 1; axis <= from.rank(); ++axis) {
    const std::int64_t coordinate = index % to[-axis];
    index /= to[-axis];
    if (from[-axis] != 1) result += coordinate * stride;
    stride *= from[-axis];
  }
  return result;
}

std::vector<float> one_constant(const Attributes& attributes) { return {static_cast<float>(attributes.number("k"))}; }

float constant_of(const ReferenceSite& site) { return static_cast<float>(site.attributes.number("k")); }

Example::Input grid_input(Shape shape, float low, float high, float phase) {
  Example::Input input;
  const std::int64_t count = shape.count();
  // Even, so that the grid's middle lies between two of its points.
  const std::int64_t cells = (count + 1) / 2 * 2;
  const std::int64_t stride = count < 3 ? 1 : 2 * (count / 3) + 1;
  std::vector<std::int64_t> order;
  for (std::int64_t i = 0; i < count; ++i) order.push_back(i);
  // A fixed shuffle: neighbours in the tensor are far apart in value.
  for (std::int64_t i = count - 1; i > 0; --i) {
    std::swap(order[static_cast<std::size_t>(i)], order[static_cast<std::size_t>((i * stride + 5) % (i + 1))]);
  }
  for (const std::int64_t cell : order) {
    input.floats.push_back(low + (high - low) * (static_cast<float>(cell) + phase) / static_cast<float>(cells));
  }
  input.type = {std::move(shape), DType::f32};
  input.low = low;
  input.high = high;
  return input;
}

std::vector<Example> unary_examples(float low, float high, const Attributes& attributes) {
  std::vector<Example> examples;
  for (const Shape& shape : {Shape{}, Shape{5}, Shape{3, 4}, Shape{2, 3, 7}, Shape{2, 1, 3, 2, 8}}) {
    examples.push_back({.name = shape.to_string(), .inputs = {grid_input(shape, low, high)}, .attributes = attributes});
  }
  return examples;
}

std::vector<Example> binary_examples(float low, float high, const Attributes& attributes) {
  const std::vector<std::pair<Shape, Shape>> pairs = {
      {{}, {}},
      {{3, 8}, {3, 8}},
      {{3, 7}, {7}},
      {{2, 3, 4}, {}},
      {{}, {5}},
      {{4, 1}, {1, 5}},
      {{2, 3, 1, 4}, {2, 1, 5, 4}},
      {{2, 2, 3, 8}, {2, 1, 1, 8}},
      {{1, 2, 3, 2, 3}, {3, 1, 3}},
  };
  std::vector<Example> examples;
  for (const auto& [a, b] : pairs) {
    examples.push_back({.name = a.to_string() + " with " + b.to_string(),
                        .inputs = {grid_input(a, low, high, 0.5F), grid_input(b, low, high, 0.27F)},
                        .attributes = attributes});
  }
  Example halves = {.name = "halves",
                    .inputs = {grid_input({2, 6}, low, high), grid_input({6}, low, high, 0.27F)},
                    .attributes = attributes,
                    .check_gradient = false};
  for (Example::Input& input : halves.inputs) input.type.dtype = DType::f16;
  examples.push_back(std::move(halves));
  return examples;
}

}  // namespace figment::ops::pointwise
