#include "tensor/graph.h"

#include <algorithm>

#include "core/error.h"

namespace figment::tensor {

const TensorType& Tensor::type() const {
  core::require(graph != nullptr, "an empty tensor has no type");
  return graph->node(node).outputs[static_cast<std::size_t>(output)];
}

Variable make_variable(std::string name, TensorType type, std::vector<float> initial) {
  core::require(initial.empty() || static_cast<std::int64_t>(initial.size()) == type.shape.count(),
                "the variable {} of shape {} is given {} values", name, type.shape.to_string(), initial.size());
  auto variable = std::make_shared<VariableData>();
  variable->name = std::move(name);
  variable->type = std::move(type);
  variable->initial = std::move(initial);
  return variable;
}

Variable pack_variables(std::string name, const std::vector<Variable>& members) {
  std::int64_t total = 0;
  for (const Variable& member : members) {
    core::require(!member->parent, "the variable {} is packed already", member->name);
    core::require(member->type.dtype == DType::f32, "the variable {} is not f32 and cannot be packed", member->name);
    member->offset = total;
    total += (member->type.shape.count() + pack_alignment - 1) / pack_alignment * pack_alignment;
  }
  Variable flat =
      make_variable(std::move(name), {{total}, DType::f32}, std::vector<float>(static_cast<std::size_t>(total)));
  for (const Variable& member : members) {
    std::copy(member->initial.begin(), member->initial.end(), flat->initial.begin() + member->offset);
    member->parent = flat;
  }
  return flat;
}

Tensor Graph::input(std::string name, TensorType type) {
  Node node;
  node.kind = Node::Kind::input;
  node.name = std::move(name);
  node.outputs = {std::move(type)};
  nodes_.push_back(std::move(node));
  return {this, size() - 1, 0};
}

Tensor Graph::variable(const Variable& variable) {
  if (const auto found = variables_.find(variable.get()); found != variables_.end()) return {this, found->second, 0};
  Node node;
  node.kind = Node::Kind::variable;
  node.name = variable->name;
  node.variable = variable;
  node.outputs = {variable->type};
  nodes_.push_back(std::move(node));
  variables_[variable.get()] = size() - 1;
  return {this, size() - 1, 0};
}

Tensor Graph::constant(Shape shape, std::vector<float> values, DType dtype) {
  core::require(shape.count() == static_cast<std::int64_t>(values.size()), "{} values do not fill the shape {}",
                values.size(), shape.to_string());
  Node node;
  node.kind = Node::Kind::constant;
  node.outputs = {TensorType{std::move(shape), dtype}};
  node.constant = std::move(values);
  nodes_.push_back(std::move(node));
  return {this, size() - 1, 0};
}

std::vector<Tensor> Graph::apply(const Op& op, std::span<const Tensor> inputs, Attributes attributes) {
  std::vector<TensorType> types;
  for (const Tensor& input : inputs) {
    core::require(input.graph == this, "{} is given a tensor of another graph", op.name);
    types.push_back(input.type());
  }
  for (const int index : op.mutates) {
    core::require(node(inputs[static_cast<std::size_t>(index)].node).kind == Node::Kind::variable,
                  "{} changes its input {} in place, which must be a variable", op.name, index);
  }
  Node made;
  made.op = &op;
  made.outputs = op.infer(types, attributes);
  made.inputs.assign(inputs.begin(), inputs.end());
  made.attributes = std::move(attributes);
  const auto count = static_cast<int>(made.outputs.size());
  nodes_.push_back(std::move(made));
  std::vector<Tensor> results;
  for (int i = 0; i < count; ++i) results.push_back({this, size() - 1, i});
  return results;
}

Tensor Graph::apply_one(const Op& op, std::initializer_list<Tensor> inputs, Attributes attributes) {
  const std::vector<Tensor> results =
      apply(op, std::span<const Tensor>(inputs.begin(), inputs.size()), std::move(attributes));
  return results.empty() ? Tensor{} : results.front();
}

}  // namespace figment::tensor
