#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/host_tensor.h"
#include "tensor/kernel.h"
#include "tensor/tensor.h"

namespace figment::tensor {

/// What an op's CPU reference is given. Mutating ops change `inputs[i]` in place.
struct ReferenceSite {
  std::span<HostTensor*> inputs;
  std::span<HostTensor> outputs;  ///< typed and zeroed
  const Attributes& attributes;
};

/// What an op's gradient is given. `grads[i]` is the gradient of outputs[i], or an empty Tensor if
/// nothing depends on it. `needed[i]` says whether the gradient of inputs[i] is wanted.
struct GradientSite {
  Graph& graph;
  std::span<const Tensor> inputs;
  std::span<const Tensor> outputs;
  std::span<const Tensor> grads;
  std::span<const bool> needed;
  const Attributes& attributes;
};

/// One way of calling an op, for the contract tests. Inputs are drawn from uniform [low, high) unless
/// given. Gradients are checked for the inputs whose `checked` is set (all f32 ones if empty).
struct Example {
  struct Input {
    TensorType type;
    float low = -1;
    float high = 1;
    std::vector<float> floats = {};       ///< explicit values instead
    std::vector<std::int32_t> ints = {};  ///< explicit values instead; else drawn from [low, high)
  };
  std::string name = {};
  std::vector<Input> inputs = {};
  Attributes attributes = {};
  float tolerance = 1e-4F;         ///< |gpu - reference| <= tolerance * (1 + |reference|)
  bool check_gradient = true;      ///< false for points where finite differences say nothing
  std::vector<bool> checked = {};  ///< inputs to check the gradient of
};

/// Everything there is to know of an op. One static object an op; `ops/list.cpp` lists them all.
///
/// An op has a `kernel`, or an `expression` (a pointwise op: the runtime makes and fuses its kernels),
/// or is a `view` (its output is its first input's memory under another shape).
struct Op {
  std::string_view name;
  Family family = Family::pointwise;

  /// Types of the outputs. Throws Error, in words of the op, if the inputs do not fit.
  std::vector<TensorType> (*infer)(std::span<const TensorType> inputs, const Attributes& attributes) = nullptr;

  /// The simple, obviously right CPU version.
  void (*reference)(const ReferenceSite& site) = nullptr;

  /// Gradients of the inputs (empty Tensors where there is none). nullptr: not differentiable.
  std::vector<Tensor> (*gradient)(const GradientSite& site) = nullptr;

  KernelPlan (*kernel)(const KernelSite& site) = nullptr;

  /// GLSL expression for one output element. Operands and constants are names of float or vec4 values,
  /// and the expression must be right for both. Inputs broadcast by numpy's rules.
  std::string (*expression)(std::span<const std::string> operands, std::span<const std::string> constants) = nullptr;
  /// Numbers handed to `expression` (as push constants, so that they do not change the code).
  std::vector<float> (*constants)(const Attributes& attributes) = nullptr;

  bool view = false;
  std::vector<int> mutates = {};  ///< inputs (graph variables) that the kernel overwrites in place

  std::vector<Example> (*examples)() = nullptr;
};

}  // namespace figment::tensor
