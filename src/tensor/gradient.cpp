#include "tensor/gradient.h"

#include <map>

#include "core/error.h"

namespace figment::tensor {
namespace {

using Key = std::pair<NodeId, int>;

/// Marks the nodes that lie on a path from a target.
std::vector<bool> depends_on(const Graph& graph, NodeId last, std::span<const Tensor> targets) {
  std::vector<bool> depends(static_cast<std::size_t>(last) + 1, false);
  for (const Tensor& target : targets) {
    if (target.node <= last) depends[static_cast<std::size_t>(target.node)] = true;
  }
  for (NodeId id = 0; id <= last; ++id) {
    for (const Tensor& input : graph.node(id).inputs) {
      if (depends[static_cast<std::size_t>(input.node)]) depends[static_cast<std::size_t>(id)] = true;
    }
  }
  return depends;
}

bool is_differentiable(DType dtype) { return dtype == DType::f32 || dtype == DType::f16; }

}  // namespace

GradientSupport& gradient_support() {
  static GradientSupport support;
  return support;
}

std::vector<Tensor> gradient(Tensor loss, std::span<const Tensor> targets) {
  Graph& graph = *loss.graph;
  core::require(loss.shape().count() == 1, "the loss must have one element, and has the shape {}",
                loss.shape().to_string());
  const std::vector<bool> depends = depends_on(graph, loss.node, targets);
  std::map<Key, Tensor> grads;
  grads[{loss.node, loss.output}] = graph.constant(loss.shape(), {1.0F});

  for (NodeId id = loss.node; id >= 0; --id) {
    if (!depends[static_cast<std::size_t>(id)]) continue;
    const Node& node = graph.node(id);
    if (node.kind != Node::Kind::op) continue;
    std::vector<Tensor> outputs;
    std::vector<Tensor> output_grads;
    bool any = false;
    for (int i = 0; i < static_cast<int>(node.outputs.size()); ++i) {
      outputs.push_back({&graph, id, i});
      const auto found = grads.find({id, i});
      output_grads.push_back(found == grads.end() ? Tensor{} : found->second);
      any = any || found != grads.end();
    }
    if (!any) continue;
    const auto needed = std::make_unique<bool[]>(node.inputs.size());
    bool wanted = false;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      needed[i] = depends[static_cast<std::size_t>(node.inputs[i].node)] && is_differentiable(node.inputs[i].dtype());
      wanted = wanted || needed[i];
    }
    if (!wanted) continue;
    core::require(node.op->gradient != nullptr, "{} is not differentiable", node.op->name);
    const std::vector<Tensor> inputs = node.inputs;
    const std::vector<Tensor> input_grads = node.op->gradient(
        {graph, inputs, outputs, output_grads, std::span<const bool>(needed.get(), inputs.size()), node.attributes});
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (!needed[i] || i >= input_grads.size() || !input_grads[i]) continue;
      Tensor& sum = grads[{inputs[i].node, inputs[i].output}];
      sum = sum ? gradient_support().accumulate(sum, input_grads[i]) : input_grads[i];
    }
  }

  std::vector<Tensor> results;
  for (const Tensor& target : targets) {
    const auto found = grads.find({target.node, target.output});
    results.push_back(found == grads.end() ? Tensor{} : found->second);
  }
  return results;
}

}  // namespace figment::tensor
