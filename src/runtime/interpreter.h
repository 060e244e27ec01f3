#pragma once
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "tensor/graph.h"
#include "tensor/host_tensor.h"

namespace figment::runtime {

/// Runs graphs with the ops' CPU references: slow, simple, and what every kernel is measured against.
class Interpreter {
 public:
  /// Values of variables, kept between runs; made from `initial` when first used. A packed variable
  /// shares the memory of its parent.
  tensor::HostTensor variable(const tensor::Variable& variable);
  void set_variable(const tensor::Variable& variable, const tensor::HostTensor& value);

  /// Runs all nodes up to the last of `outputs` (and every node that mutates a variable), and returns the outputs.
  std::vector<tensor::HostTensor> run(const tensor::Graph& graph, std::span<const tensor::Tensor> outputs,
                                      const std::map<std::string, tensor::HostTensor>& inputs);

 private:
  std::unordered_map<tensor::VariableData*, tensor::HostTensor> variables_;
};

/// A HostTensor of the type with these values (integers as exact floats); zeros if empty.
tensor::HostTensor host_tensor_of(const tensor::TensorType& type, std::span<const float> values);

}  // namespace figment::runtime
