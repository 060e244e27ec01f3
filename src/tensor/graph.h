#pragma once
#include <deque>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "tensor/attributes.h"
#include "tensor/op.h"
#include "tensor/tensor.h"

namespace figment::tensor {

/// One entry of a graph: an op applied to values, or a leaf (`op` is null) that is an input, a
/// variable or a constant.
struct Node {
  enum class Kind : std::uint8_t { op, input, variable, constant };
  Kind kind = Kind::op;
  const Op* op = nullptr;
  std::vector<Tensor> inputs;
  Attributes attributes;
  std::vector<TensorType> outputs;
  std::string name;             ///< of an input
  Variable variable;            ///< of a variable leaf
  std::vector<float> constant;  ///< values of a constant leaf (integers as exact floats)
};

/// A trace. Calling ops appends nodes; nothing runs. The order of the nodes is the order of execution:
/// a node that reads a variable sees what the mutating nodes before it left there.
class Graph {
 public:
  Graph() = default;
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  /// A value that the host writes before each run: step index, learning rate, labels, tokens.
  Tensor input(std::string name, TensorType type);

  /// The leaf of a variable; the same leaf each time.
  Tensor variable(const Variable& variable);

  /// A fixed value, uploaded once.
  Tensor constant(Shape shape, std::vector<float> values, DType dtype = DType::f32);
  Tensor scalar(float value) { return constant({}, {value}); }

  /// Applies an op and returns all its outputs. Throws Error if the shapes do not fit.
  std::vector<Tensor> apply(const Op& op, std::span<const Tensor> inputs, Attributes attributes = {});
  Tensor apply_one(const Op& op, std::initializer_list<Tensor> inputs, Attributes attributes = {});

  const Node& node(NodeId id) const { return nodes_[static_cast<std::size_t>(id)]; }
  NodeId size() const { return static_cast<NodeId>(nodes_.size()); }

 private:
  std::deque<Node> nodes_;
  std::unordered_map<const VariableData*, NodeId> variables_;
};

}  // namespace figment::tensor
