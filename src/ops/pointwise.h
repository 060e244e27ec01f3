#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "ops/ops.h"
#include "tensor/op.h"

/// What the files of pointwise ops share: the shape rule, references and examples.
namespace figment::ops::pointwise {

using tensor::Attributes;
using tensor::Example;
using tensor::Family;
using tensor::GradientSite;
using tensor::HostTensor;
using tensor::Op;
using tensor::ReferenceSite;
using Names = std::span<const std::string>;

/// The broadcast of all inputs; f16 if all are f16, else f32. Throws Error for integers.
std::vector<TensorType> infer(std::span<const TensorType> inputs, const Attributes& attributes);

/// Flat index into `from` of the element that broadcasts to element `index` of `to`.
std::int64_t broadcast_index(const Shape& from, const Shape& to, std::int64_t index);

/// A CPU reference: output[i] = f(input0[i], input1[i], ...) with broadcasting.
template <typename F, std::size_t... I>
void map_indices(const ReferenceSite& site, F f, std::index_sequence<I...>) {
  HostTensor& out = site.outputs[0];
  for (std::int64_t i = 0; i < out.count(); ++i) {
    out.floats[static_cast<std::size_t>(i)] =
        f(site.inputs[I]
              ->floats[static_cast<std::size_t>(broadcast_index(site.inputs[I]->type.shape, out.type.shape, i))]...);
  }
}
template <typename F>
void map1(const ReferenceSite& site, F f) {
  map_indices(site, f, std::make_index_sequence<1>());
}
template <typename F>
void map2(const ReferenceSite& site, F f) {
  map_indices(site, f, std::make_index_sequence<2>());
}
template <typename F>
void map3(const ReferenceSite& site, F f) {
  map_indices(site, f, std::make_index_sequence<3>());
}

/// The value of attribute "k": the one constant of ops such as scale and shift.
std::vector<float> one_constant(const Attributes& attributes);
float constant_of(const ReferenceSite& site);

/// The gradient of input i if it is wanted: make() summed to the shape of the input.
template <typename F>
Tensor grad_if_needed(const GradientSite& site, std::size_t i, F make) {
  return site.needed[i] ? sum_to(make(), site.inputs[i].shape()) : Tensor{};
}

/// Inputs of several ranks and odd sizes. Values are a shuffled grid over [low, high) that stays off its
/// middle, so that finite differences never step over a kink there.
std::vector<Example> unary_examples(float low, float high, const Attributes& attributes = {});
/// Pairs of shapes that broadcast; no two values are equal.
std::vector<Example> binary_examples(float low, float high, const Attributes& attributes = {});
/// An input of grid values; `phase` in [0, 1) moves the grid by a part of its spacing.
Example::Input grid_input(Shape shape, float low, float high, float phase = 0.5F);

}  // namespace figment::ops::pointwise
