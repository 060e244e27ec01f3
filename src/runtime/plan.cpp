#include <algorithm>

#include "core/error.h"
#include "runtime/fusion.h"
#include "runtime/plan.h"
#include "runtime/pointwise.h"
#include "runtime/variable_store.h"
#include "tensor/op.h"

namespace figment::runtime {

using tensor::Graph;
using tensor::Node;
using tensor::NodeId;
using tensor::Operand;
using tensor::Tensor;
using tensor::TensorType;
using tensor::View;

namespace {

std::size_t at(NodeId id) { return static_cast<std::size_t>(id); }

bool is_pack(const Node& node) { return node.kind == Node::Kind::op && node.op->name == "pack"; }

class Lowering {
 public:
  Lowering(const LiveGraph& live, const tensor::DeviceTraits& traits)
      : live_(live), graph_(live.graph), traits_(traits) {}

  Plan run(bool fuse) {
    const std::vector<PointwiseGroup> groups = group_pointwise(live_, fuse);
    for (const PointwiseGroup& group : groups) {
      for (const NodeId member : group.members) group_of_[member] = &group;
    }
    place_packs();
    for (NodeId id = 0; id < graph_.size(); ++id) {
      if (live_.live[at(id)]) lower_node(id);
    }
    for (const auto& [key, wanted] : live_.wanted) {
      const auto found = plan_.values.find(key);
      if (found != plan_.values.end()) storage(found->second).persistent = true;
    }
    order_frozen();
    return std::move(plan_);
  }

 private:
  /// Storages whose content never changes between replays: constants, and variables nobody here changes.
  std::vector<bool> fixed_leaves() const {
    std::vector<bool> fixed(plan_.storages.size(), false);
    for (const auto& [key, slice] : plan_.values) {
      const Node::Kind kind = graph_.node(key.first).kind;
      const bool is_leaf = kind == Node::Kind::variable || kind == Node::Kind::constant;
      if (is_leaf && live_.frozen[at(key.first)]) fixed[static_cast<std::size_t>(slice.storage)] = true;
    }
    return fixed;
  }

  /// Marks the steps of frozen nodes, and those steps of other nodes that only read what is fixed and are alone in
  /// writing their scratch: a transform of weights, say.
  void mark_frozen() {
    std::vector<bool> fixed = fixed_leaves();
    std::vector<int> writers(plan_.storages.size(), 0);
    for (const Step& step : plan_.steps) {
      for (const StepOperand& operand : step.operands) {
        if (operand.writes) ++writers[static_cast<std::size_t>(operand.slice.storage)];
      }
    }
    const bool any_fixed = std::find(fixed.begin(), fixed.end(), true) != fixed.end();
    for (Step& step : plan_.steps) {
      step.frozen =
          live_.frozen[at(step.node)] ||
          (any_fixed && std::all_of(step.operands.begin(), step.operands.end(), [&](const StepOperand& operand) {
             const auto index = static_cast<std::size_t>(operand.slice.storage);
             const bool is_own = plan_.storages[index].home == Storage::Home::arena && writers[index] == 1;
             return operand.writes ? is_own && !operand.reads : static_cast<bool>(fixed[index]);
           }));
      if (!step.frozen) continue;
      for (const StepOperand& operand : step.operands) {
        if (operand.writes) fixed[static_cast<std::size_t>(operand.slice.storage)] = true;
      }
    }
  }

  /// Brings the frozen steps to the front, and keeps what they leave for the others.
  void order_frozen() {
    mark_frozen();
    std::vector<bool> written(plan_.storages.size(), false);
    for (const Step& step : plan_.steps) {
      for (const StepOperand& operand : step.operands) {
        const auto index = static_cast<std::size_t>(operand.slice.storage);
        if (step.frozen && operand.writes) {
          written[index] = true;
        } else if (!step.frozen && written[index]) {
          plan_.storages[index].persistent = true;
        }
      }
    }
    const auto rest =
        std::stable_partition(plan_.steps.begin(), plan_.steps.end(), [](const Step& step) { return step.frozen; });
    plan_.frozen_steps = static_cast<std::size_t>(rest - plan_.steps.begin());
  }

  Storage& storage(const Slice& slice) { return plan_.storages[static_cast<std::size_t>(slice.storage)]; }

  Slice add_storage(Storage storage) {
    plan_.storages.push_back(std::move(storage));
    return {static_cast<int>(plan_.storages.size()) - 1, 0, plan_.storages.back().bytes};
  }

  Slice arena_slice(const TensorType& type) {
    Storage made;
    made.bytes = type.bytes();
    return add_storage(std::move(made));
  }

  // ---- leaves

  Slice variable_slice(const tensor::Variable& variable) {
    const auto [root, first] = root_of(variable);
    const auto [it, is_new] = roots_.try_emplace(root.get(), -1);
    if (is_new) {
      Storage made;
      made.home = Storage::Home::variable;
      made.variable = root;
      made.bytes = root->type.bytes();
      it->second = add_storage(std::move(made)).storage;
    }
    return {it->second, first * tensor::bytes_of(root->type.dtype), variable->type.bytes()};
  }

  void lower_leaf(NodeId id, const Node& node) {
    if (node.kind == Node::Kind::variable) {
      plan_.values[{id, 0}] = variable_slice(node.variable);
      return;
    }
    Storage made;
    made.home = node.kind == Node::Kind::input ? Storage::Home::input : Storage::Home::constant;
    made.bytes = node.outputs[0].bytes();
    made.node = id;
    if (node.kind == Node::Kind::input) plan_.inputs.push_back(id);
    plan_.values[{id, 0}] = add_storage(std::move(made));
  }

  // ---- packs: the producers of the parts write into the packed tensor where they can

  void place_packs() {
    for (NodeId id = 0; id < graph_.size(); ++id) {
      const Node& node = graph_.node(id);
      if (!live_.live[at(id)] || !is_pack(node)) continue;
      Storage made;
      made.bytes = node.outputs[0].bytes();
      made.persistent = true;  // the gaps are zeroed once, so nobody else may write there
      const Slice whole = add_storage(std::move(made));
      plan_.values[{id, 0}] = whole;
      std::int64_t offset = 0;
      for (const Tensor& part : node.inputs) {
        const Tensor base = base_of(graph_, part);
        if (can_place(base)) plan_.values[{base.node, base.output}] = {whole.storage, offset, part.type().bytes()};
        offset += align_memory(part.type().bytes());
      }
    }
  }

  bool can_place(const Tensor& base) const {
    const Node& node = graph_.node(base.node);
    if (node.kind != Node::Kind::op || is_pack(node)) return false;
    if (plan_.values.contains({base.node, base.output})) return false;
    // Generated kernels write zeros behind the last element; others may leave anything in the last texel.
    return node.op->kernel == nullptr || base.type().bytes() % 16 == 0;
  }

  void lower_pack(NodeId id, const Node& node) {
    const Slice whole = plan_.values.at({id, 0});
    std::int64_t offset = 0;
    for (const Tensor& part : node.inputs) {
      const Slice target = {whole.storage, offset, part.type().bytes()};
      const Slice source = value(part);
      offset += align_memory(target.bytes);
      if (source.storage == target.storage && source.offset == target.offset) continue;
      add_copy(id, source, target, part.dtype());
    }
  }

  void add_copy(NodeId id, const Slice& source, const Slice& target, tensor::DType dtype) {
    Step step;
    step.kind = Step::Kind::copy;
    step.node = id;
    step.call.shader = "copy";
    step.operands = {{source, View::storage, dtype, true, false}, {target, View::storage, dtype, false, true}};
    plan_.steps.push_back(std::move(step));
  }

  // ---- nodes

  void lower_node(NodeId id) {
    const Node& node = graph_.node(id);
    for (const TensorType& type : node.outputs) {
      core::require(type.shape.count() > 0, "{} makes a tensor of shape {}, which has no elements",
                    node.op != nullptr ? node.op->name : std::string_view(node.name), type.shape.to_string());
    }
    if (node.kind != Node::Kind::op) {
      lower_leaf(id, node);
    } else if (node.op->view) {
      lower_view(id, node);
    } else if (is_pack(node)) {
      lower_pack(id, node);
    } else if (const auto group = group_of_.find(id); group != group_of_.end()) {
      if (group->second->members.back() == id) lower_group(*group->second);
    } else {
      lower_kernel(id, node);
    }
  }

  Slice value(const Tensor& tensor) const { return plan_.values.at({tensor.node, tensor.output}); }

  void lower_view(NodeId id, const Node& node) {
    const Tensor source = node.inputs[0];
    // A fused producer may run later than this view, so its memory is set aside now.
    const Slice shown = output_slice(source);
    plan_.values[{id, 0}] = shown;
    NodeId last = live_.wanted.contains({id, 0}) ? graph_.size() : id;
    if (const auto readers = live_.readers.find({id, 0}); readers != live_.readers.end()) {
      for (const NodeId reader : readers->second) last = std::max(last, place_of(reader));
    }
    if (!is_changed_between(live_, source, id, last)) return;
    const Slice copy = arena_slice(node.outputs[0]);
    add_copy(id, shown, copy, node.outputs[0].dtype);
    plan_.values[{id, 0}] = copy;
  }

  NodeId place_of(NodeId id) const {
    const auto group = group_of_.find(id);
    return group == group_of_.end() ? id : group->second->members.back();
  }

  Slice output_slice(const Tensor& tensor) {
    const ValueKey key{tensor.node, tensor.output};
    const auto found = plan_.values.find(key);
    if (found != plan_.values.end()) return found->second;
    return plan_.values[key] = arena_slice(tensor.type());
  }

  Tensor output_of(NodeId id, int index) const { return {const_cast<Graph*>(&graph_), id, index}; }

  void lower_group(const PointwiseGroup& group) {
    std::optional<PointwiseKernel> kernel = make_pointwise_kernel(graph_, group);
    const Node& last = graph_.node(group.members.back());
    core::require(kernel.has_value(), "{} of shape {} broadcasts over too many dimensions; reshape its inputs to fewer",
                  last.op->name, last.outputs[0].shape.to_string());
    Step step;
    step.node = group.members.back();
    step.family = last.op->family;
    step.flops = static_cast<double>(group.members.size()) * static_cast<double>(last.outputs[0].shape.count());
    for (std::size_t i = 0; i < kernel->inputs.size(); ++i) {
      const Tensor& input = kernel->inputs[i];
      step.operands.push_back({value(input), kernel->call.operands[i].view, input.dtype(), true, false});
    }
    for (const NodeId member : group.outputs) {
      const Tensor output = output_of(member, 0);
      step.operands.push_back({output_slice(output), View::storage, output.dtype(), false, true});
    }
    step.call = std::move(kernel->call);
    plan_.flops += step.flops;
    plan_.steps.push_back(std::move(step));
  }

  void lower_kernel(NodeId id, const Node& node) {
    core::require(node.op->kernel != nullptr, "{} has no kernel, so it cannot run on a device", node.op->name);
    std::vector<TensorType> types;
    for (const Tensor& input : node.inputs) types.push_back(input.type());
    tensor::KernelPlan kernel = node.op->kernel({types, node.outputs, node.attributes, traits_});
    std::vector<Slice> scratch;
    std::int64_t scratch_bytes = 0;
    for (const std::int64_t bytes : kernel.scratch_bytes) {
      Storage made;
      made.bytes = std::max<std::int64_t>(bytes, 4);
      scratch_bytes += made.bytes;
      scratch.push_back(add_storage(std::move(made)));
    }
    plan_.scratch_bytes = std::max(plan_.scratch_bytes, scratch_bytes);
    plan_.flops += kernel.flops;
    for (int i = 0; i < static_cast<int>(node.outputs.size()); ++i) output_slice(output_of(id, i));
    // Matrix products have the operations where there are some: what is around them only brings numbers into shape, as
    // Winograd's transforms.
    const auto is_product = [](const tensor::KernelCall& call) { return call.shader.starts_with("matmul"); };
    const auto products = std::ranges::count_if(kernel.calls, is_product);
    for (tensor::KernelCall& call : kernel.calls) {
      Step step;
      step.node = id;
      step.family = node.op->family;
      step.flops = products == 0      ? kernel.flops / static_cast<double>(kernel.calls.size())
                   : is_product(call) ? kernel.flops / static_cast<double>(products)
                                      : 0;
      for (const Operand& operand : call.operands) step.operands.push_back(resolve(id, node, operand, scratch));
      step.call = std::move(call);
      plan_.steps.push_back(std::move(step));
    }
  }

  StepOperand resolve(NodeId id, const Node& node, const Operand& operand, const std::vector<Slice>& scratch) {
    const auto index = static_cast<std::size_t>(operand.index);
    const bool through_storage = operand.view == View::storage;
    const std::size_t limit = operand.kind == Operand::Kind::input    ? node.inputs.size()
                              : operand.kind == Operand::Kind::output ? node.outputs.size()
                                                                      : scratch.size();
    core::require(operand.index >= 0 && index < limit, "the kernel of {} names an operand that it does not have",
                  node.op->name);
    StepOperand result;
    result.view = operand.view;
    result.reads = true;
    if (operand.kind == Operand::Kind::input) {
      const auto& mutates = node.op->mutates;
      result.slice = value(node.inputs[index]);
      result.dtype = node.inputs[index].dtype();
      result.writes = through_storage && std::find(mutates.begin(), mutates.end(), operand.index) != mutates.end();
    } else if (operand.kind == Operand::Kind::output) {
      result.slice = output_slice(output_of(id, operand.index));
      result.dtype = node.outputs[index].dtype;
      result.writes = through_storage;
    } else {
      result.slice = scratch[index];
      result.writes = through_storage;
    }
    return result;
  }

  const LiveGraph& live_;
  const Graph& graph_;
  const tensor::DeviceTraits& traits_;
  Plan plan_;
  std::map<NodeId, const PointwiseGroup*> group_of_;
  std::map<const tensor::VariableData*, int> roots_;
};

}  // namespace

std::int64_t Step::bytes() const {
  std::int64_t sum = 0;
  for (const StepOperand& operand : operands) sum += operand.slice.bytes;
  return sum;
}

std::int64_t Step::moved_bytes() const {
  const std::int64_t all = bytes();
  if (family != tensor::Family::data || operands.size() < 2) return all;
  std::int64_t sum = 0;
  for (const StepOperand& operand : operands) sum += std::min(operand.slice.bytes, all - operand.slice.bytes);
  return sum;
}

Plan lower(const Graph& graph, std::span<const Tensor> outputs, const tensor::DeviceTraits& traits, bool fuse,
           bool freeze) {
  LiveGraph live = analyse(graph, outputs);
  if (freeze) find_frozen(live);
  return Lowering(live, traits).run(fuse);
}

}  // namespace figment::runtime
