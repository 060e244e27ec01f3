#include "runtime/fusion.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "tensor/op.h"

namespace figment::runtime {

using tensor::Graph;
using tensor::Node;
using tensor::NodeId;
using tensor::Tensor;

namespace {

constexpr std::size_t max_members = 32;

bool is_view(const Node& node) { return node.kind == Node::Kind::op && node.op->view; }
bool is_pointwise(const Node& node) {
  return node.kind == Node::Kind::op && !node.op->view && node.op->kernel == nullptr && node.op->expression != nullptr;
}

std::size_t at(NodeId id) { return static_cast<std::size_t>(id); }

class Grouper {
 public:
  explicit Grouper(const LiveGraph& live) : live_(live), group_of_(at(live.graph.size()), -1) {}

  std::vector<PointwiseGroup> run(bool fuse) {
    for (NodeId id = 0; id < live_.graph.size(); ++id) {
      const Node& node = live_.graph.node(id);
      if (!live_.live[at(id)] || !is_pointwise(node)) continue;
      std::vector<NodeId> members = {id};
      if (fuse) {
        for (const Tensor& input : node.inputs) members = joined(members, input.node);
      }
      for (const NodeId member : members) {
        int& group = group_of_[at(member)];
        if (group >= 0) groups_[at(group)].clear();
        group = static_cast<int>(groups_.size());
      }
      groups_.push_back(std::move(members));
    }
    std::vector<PointwiseGroup> result;
    for (auto& members : groups_) {
      if (!members.empty()) result.push_back(with_outputs(std::move(members)));
    }
    return result;
  }

 private:
  /// `members` with the group of `producer`, or as they were if that is not possible.
  std::vector<NodeId> joined(const std::vector<NodeId>& members, NodeId producer) const {
    const int group = group_of_[at(producer)];
    if (group < 0) return members;
    if (std::find(members.begin(), members.end(), producer) != members.end()) return members;
    const std::vector<NodeId>& others = groups_[at(group)];
    const auto& shape = live_.graph.node(members.back()).outputs[0].shape;
    if (live_.graph.node(producer).outputs[0].shape != shape) return members;
    if (members.size() + others.size() > max_members) return members;
    std::vector<NodeId> both = members;
    both.insert(both.end(), others.begin(), others.end());
    std::sort(both.begin(), both.end());
    const NodeId place = both.back();
    if (live_.frozen[at(producer)] != live_.frozen[at(members.back())]) return members;
    for (const NodeId other : others) {
      if (!can_move(other, place, both)) return members;
    }
    return make_pointwise_kernel(live_.graph, with_outputs(both)) ? both : members;
  }

  bool can_move(NodeId id, NodeId place, const std::vector<NodeId>& group) const {
    const auto readers = live_.readers.find({id, 0});
    if (readers != live_.readers.end()) {
      for (const NodeId reader : readers->second) {
        if (reader < place && !std::binary_search(group.begin(), group.end(), reader)) return false;
      }
    }
    for (const Tensor& input : live_.graph.node(id).inputs) {
      if (is_changed_between(live_, input, id, place)) return false;
    }
    return true;
  }

  PointwiseGroup with_outputs(std::vector<NodeId> members) const {
    PointwiseGroup group;
    for (const NodeId member : members) {
      bool needed = live_.wanted.contains({member, 0});
      const auto readers = live_.readers.find({member, 0});
      if (readers != live_.readers.end()) {
        for (const NodeId reader : readers->second) {
          // A member that reads it through a view does so by memory, too.
          const bool inside = std::binary_search(members.begin(), members.end(), reader);
          needed = needed || !inside || !reads_directly(reader, member);
        }
      }
      if (needed) group.outputs.push_back(member);
    }
    group.members = std::move(members);
    return group;
  }

  bool reads_directly(NodeId reader, NodeId member) const {
    const auto& inputs = live_.graph.node(reader).inputs;
    return std::all_of(inputs.begin(), inputs.end(), [&](const Tensor& input) {
      return input.node == member || base_of(live_.graph, input).node != member;
    });
  }

  const LiveGraph& live_;
  std::vector<std::vector<NodeId>> groups_;
  std::vector<int> group_of_;
};

}  // namespace

Tensor base_of(const Graph& graph, Tensor value) {
  while (is_view(graph.node(value.node))) value = graph.node(value.node).inputs[0];
  return value;
}

LiveGraph analyse(const Graph& graph, std::span<const Tensor> outputs) {
  LiveGraph result{graph, std::vector<bool>(at(graph.size()), false), {}, {}, {}, {}};
  result.frozen.resize(at(graph.size()), false);
  for (const Tensor& output : outputs) {
    core::require(output.graph == &graph, "an output of the program is empty or belongs to another graph");
    result.live[at(output.node)] = true;
    for (Tensor value = output;; value = graph.node(value.node).inputs[0]) {
      result.wanted[{value.node, value.output}] = true;
      if (!is_view(graph.node(value.node))) break;
    }
  }
  for (NodeId id = graph.size(); id-- > 0;) {
    const Node& node = graph.node(id);
    const bool mutates = node.kind == Node::Kind::op && !node.op->mutates.empty();
    if (mutates) result.live[at(id)] = true;
    if (!result.live[at(id)]) continue;
    for (const Tensor& input : node.inputs) result.live[at(input.node)] = true;
  }
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph.node(id);
    if (!result.live[at(id)] || node.kind != Node::Kind::op) continue;
    if (!node.op->mutates.empty()) result.mutators.push_back(id);
    if (is_view(node)) continue;
    for (Tensor value : node.inputs) {
      result.readers[{value.node, value.output}].push_back(id);
      while (is_view(graph.node(value.node))) {
        value = graph.node(value.node).inputs[0];
        result.readers[{value.node, value.output}].push_back(id);
      }
    }
  }
  return result;
}

void find_frozen(LiveGraph& live) {
  std::set<const tensor::VariableData*> changed;
  for (const NodeId id : live.mutators) {
    const Node& node = live.graph.node(id);
    for (const int index : node.op->mutates) {
      changed.insert(root_of(live.graph.node(node.inputs[static_cast<std::size_t>(index)].node).variable).first.get());
    }
  }
  for (NodeId id = 0; id < live.graph.size(); ++id) {
    const Node& node = live.graph.node(id);
    if (node.kind == Node::Kind::constant) {
      live.frozen[at(id)] = true;
    } else if (node.kind == Node::Kind::variable) {
      live.frozen[at(id)] = !changed.contains(root_of(node.variable).first.get());
    } else if (node.kind == Node::Kind::op) {
      live.frozen[at(id)] =
          node.op->mutates.empty() && std::all_of(node.inputs.begin(), node.inputs.end(),
                                                  [&](const Tensor& input) { return live.frozen[at(input.node)]; });
    }
  }
}

bool is_changed_between(const LiveGraph& live, Tensor value, NodeId after, NodeId before) {
  const Node& base = live.graph.node(base_of(live.graph, value).node);
  if (base.kind != Node::Kind::variable) return false;
  const tensor::VariableData* root = root_of(base.variable).first.get();
  for (auto it = std::upper_bound(live.mutators.begin(), live.mutators.end(), after);
       it != live.mutators.end() && *it < before; ++it) {
    const Node& mutator = live.graph.node(*it);
    for (const int index : mutator.op->mutates) {
      const Node& target = live.graph.node(mutator.inputs[static_cast<std::size_t>(index)].node);
      if (root_of(target.variable).first.get() == root) return true;
    }
  }
  return false;
}

std::vector<PointwiseGroup> group_pointwise(const LiveGraph& live, bool fuse) { return Grouper(live).run(fuse); }

}  // namespace figment::runtime
