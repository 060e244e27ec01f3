#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "tensor/kernel.h"
#include "tensor/op.h"

/// Small helpers for the kernel functions and examples of ops.
namespace figment::ops {

constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

constexpr std::uint32_t word(std::int64_t value) { return static_cast<std::uint32_t>(value); }

/// `count` workgroups as a grid within the 65535 groups a dimension that Vulkan promises. The grid may hold
/// a few more than `count`: the shader checks flat_group() (shaders/include/launch.glsl) against the count.
inline std::array<std::uint32_t, 3> flat_groups(std::int64_t count) {
  const std::int64_t x = std::clamp<std::int64_t>(count, 1, 65535);
  return {word(x), word(std::max<std::int64_t>(1, ceil_div(count, x))), 1};
}

/// Workgroup size of elementwise kernels, in invocations of one vec4 each.
inline constexpr std::int64_t flat_local_size = 64;

/// Grid for an elementwise kernel over `elements` floats.
inline std::array<std::uint32_t, 3> elementwise_groups(std::int64_t elements) {
  return flat_groups(ceil_div(ceil_div(elements, 4), flat_local_size));
}

/// Product of all extents but the last.
inline std::int64_t row_count(const tensor::Shape& shape) {
  std::int64_t rows = 1;
  for (int axis = 0; axis + 1 < shape.rank(); ++axis) rows *= shape[axis];
  return rows;
}

inline tensor::Example::Input uniform_input(tensor::Shape shape, float low = -1, float high = 1) {
  tensor::Example::Input input;
  input.type = {std::move(shape), tensor::DType::f32};
  input.low = low;
  input.high = high;
  return input;
}

inline tensor::Example::Input float_input(tensor::Shape shape, std::vector<float> values) {
  tensor::Example::Input input = uniform_input(std::move(shape));
  input.floats = std::move(values);
  return input;
}

inline tensor::Example::Input int_input(tensor::Shape shape, std::vector<std::int32_t> values,
                                        tensor::DType dtype = tensor::DType::i32) {
  tensor::Example::Input input;
  input.type = {std::move(shape), dtype};
  input.ints = std::move(values);
  return input;
}

/// Integers drawn from [low, high).
inline tensor::Example::Input random_int_input(tensor::Shape shape, int low, int high) {
  tensor::Example::Input input;
  input.type = {std::move(shape), tensor::DType::i32};
  input.low = static_cast<float>(low);
  input.high = static_cast<float>(high);
  return input;
}

inline tensor::Example example(std::string name, std::vector<tensor::Example::Input> inputs,
                               tensor::Attributes attributes = {}) {
  tensor::Example result;
  result.name = std::move(name);
  result.inputs = std::move(inputs);
  result.attributes = std::move(attributes);
  return result;
}

inline tensor::Example example_without_gradient(std::string name, std::vector<tensor::Example::Input> inputs,
                                                tensor::Attributes attributes = {}) {
  tensor::Example result = example(std::move(name), std::move(inputs), std::move(attributes));
  result.check_gradient = false;
  return result;
}

/// The example with these inputs stored as halves. The reference sees the rounded numbers too, so the tolerance stays.
inline tensor::Example in_half(tensor::Example example, std::initializer_list<std::size_t> inputs) {
  example.name += ", halves";
  for (const std::size_t input : inputs) {
    example.inputs.at(input).type.dtype = tensor::DType::f16;
    example.name += ' ';
    example.name += std::to_string(input);
  }
  return example;
}

}  // namespace figment::ops
