#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tensor/graph.h"
#include "tensor/kernel.h"

namespace figment::runtime {

/// Pointwise nodes of one output shape that become one kernel. `members` are in graph order, `outputs` are
/// those whose values are needed outside.
struct PointwiseGroup {
  std::vector<tensor::NodeId> members;
  std::vector<tensor::NodeId> outputs;
};

/// The kernel of a group, with the values that its first operands (inputs) read; the outputs follow in order.
struct PointwiseKernel {
  tensor::KernelCall call;
  std::vector<tensor::Tensor> inputs;
  std::vector<bool> input_is_whole;  ///< element i of the input is only used for element i of the outputs
};

inline constexpr int pointwise_max_inputs = 8;
inline constexpr int pointwise_max_outputs = 4;

/// Generates the group's kernel; nothing if it needs more inputs, outputs, dimensions or push constants than there are.
///
/// Each invocation makes four neighbouring elements. The code depends on the expressions and on how each input is
/// addressed; extents, strides and the ops' constants are push constants, so that few distinct kernels exist.
std::optional<PointwiseKernel> make_pointwise_kernel(const tensor::Graph& graph, const PointwiseGroup& group);

}  // namespace figment::runtime
