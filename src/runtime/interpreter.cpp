#include "runtime/interpreter.h"

#include <algorithm>

#include "core/error.h"
#include "tensor/op.h"

namespace figment::runtime {

using tensor::Graph;
using tensor::HostTensor;
using tensor::Node;
using tensor::Tensor;

HostTensor host_tensor_of(const tensor::TensorType& type, std::span<const float> values) {
  HostTensor result(type);
  if (result.is_integer()) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      result.ints[i] = static_cast<std::int32_t>(static_cast<std::int64_t>(values[i]));
    }
  } else {
    std::copy(values.begin(), values.end(), result.floats.begin());
  }
  return result;
}

HostTensor Interpreter::variable(const tensor::Variable& variable) {
  if (variable->parent) {
    const HostTensor flat = this->variable(variable->parent);
    const auto first = flat.floats.begin() + variable->offset;
    return HostTensor::of(variable->type.shape, {first, first + variable->type.shape.count()});
  }
  const auto found = variables_.find(variable.get());
  if (found != variables_.end()) return found->second;
  return variables_[variable.get()] = host_tensor_of(variable->type, variable->initial);
}

void Interpreter::set_variable(const tensor::Variable& variable, const HostTensor& value) {
  core::require(value.type == variable->type, "the variable {} is {}, not {}", variable->name,
                variable->type.to_string(), value.type.to_string());
  if (variable->parent) {
    HostTensor flat = this->variable(variable->parent);
    std::copy(value.floats.begin(), value.floats.end(), flat.floats.begin() + variable->offset);
    variables_[variable->parent.get()] = std::move(flat);
  } else {
    variables_[variable.get()] = value;
  }
}

std::vector<HostTensor> Interpreter::run(const Graph& graph, std::span<const Tensor> outputs,
                                         const std::map<std::string, HostTensor>& inputs) {
  std::vector<std::vector<HostTensor>> values(static_cast<std::size_t>(graph.size()));
  for (tensor::NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph.node(id);
    auto& made = values[static_cast<std::size_t>(id)];
    if (node.kind == Node::Kind::constant) {
      made = {host_tensor_of(node.outputs[0], node.constant)};
    } else if (node.kind == Node::Kind::variable) {
      made = {variable(node.variable)};
    } else if (node.kind == Node::Kind::input) {
      const auto given = inputs.find(node.name);
      core::require(given != inputs.end(), "the input {} is not given", node.name);
      core::require(given->second.type == node.outputs[0], "the input {} is {}, not {}", node.name,
                    node.outputs[0].to_string(), given->second.type.to_string());
      made = {given->second};
    } else {
      std::vector<HostTensor*> operands;
      for (const Tensor& input : node.inputs) {
        auto& value = values[static_cast<std::size_t>(input.node)][static_cast<std::size_t>(input.output)];
        if (graph.node(input.node).kind == Node::Kind::variable) value = variable(graph.node(input.node).variable);
        operands.push_back(&value);
      }
      for (const tensor::TensorType& type : node.outputs) made.emplace_back(type);
      node.op->reference({operands, made, node.attributes});
      for (const int index : node.op->mutates) {
        const Tensor& target = node.inputs[static_cast<std::size_t>(index)];
        set_variable(graph.node(target.node).variable, *operands[static_cast<std::size_t>(index)]);
      }
    }
  }
  std::vector<HostTensor> results;
  for (const Tensor& output : outputs) {
    if (graph.node(output.node).kind == Node::Kind::variable) {
      results.push_back(variable(graph.node(output.node).variable));
    } else {
      results.push_back(values[static_cast<std::size_t>(output.node)][static_cast<std::size_t>(output.output)]);
    }
  }
  return results;
}

}  // namespace figment::runtime
