#include <algorithm>
#include <cstring>

#include "core/error.h"
#include "gpu/commands.h"
#include "runtime/host_bytes.h"
#include "runtime/program.h"

namespace figment::runtime {

using tensor::DType;
using tensor::Graph;
using tensor::Node;
using tensor::NodeId;
using tensor::View;

namespace {

constexpr std::int64_t small_input_bytes = 64 << 10;

VkFormat format_of(DType dtype, View view) {
  const bool four = view == View::texel4;
  switch (dtype) {
    case DType::f32:
      return four ? VK_FORMAT_R32G32B32A32_SFLOAT : VK_FORMAT_R32_SFLOAT;
    case DType::f16:
      return four ? VK_FORMAT_R16G16B16A16_SFLOAT : VK_FORMAT_R16_SFLOAT;
    case DType::i32:
      return four ? VK_FORMAT_R32G32B32A32_SINT : VK_FORMAT_R32_SINT;
    case DType::u32:
      return four ? VK_FORMAT_R32G32B32A32_UINT : VK_FORMAT_R32_UINT;
    case DType::u8:
      return four ? VK_FORMAT_R8G8B8A8_UNORM : VK_FORMAT_R8_UNORM;
  }
  return VK_FORMAT_UNDEFINED;
}

void fill_zero(gpu::Device& device, const gpu::Buffer& buffer) {
  gpu::CommandBuffer commands(device);
  commands.begin();
  commands.fill(buffer, 0, buffer.size());
  commands.barrier(gpu::Access::all, gpu::Access::all);
  commands.end();
  device.queue().run(commands.handle());
}

}  // namespace

void Program::allocate(const Graph& graph) {
  memory_plan_ = place(plan_.storages, static_cast<int>(plan_.steps.size()));
  gpu::Device& device = context_.device();
  if (memory_plan_.arena_bytes > 0) {
    arena_ = gpu::Buffer(device, static_cast<VkDeviceSize>(memory_plan_.arena_bytes));
    fill_zero(device, arena_);  // the gaps of packed tensors are never written again
  }
  variable_memory_.resize(plan_.storages.size());
  for (std::size_t i = 0; i < plan_.storages.size(); ++i) {
    if (plan_.storages[i].home == Storage::Home::variable) {
      variable_memory_[i] = context_.memory(plan_.storages[i].variable);
    }
  }
  make_inputs(graph);
  make_constants(graph);
}

void Program::make_inputs(const Graph& graph) {
  // Small inputs side by side share one ring; each large one has its own, so that it is copied only when it changes.
  std::vector<Storage*> small;
  std::vector<Storage*> large;
  for (Storage& storage : plan_.storages) {
    if (storage.home != Storage::Home::input) continue;
    (storage.bytes <= small_input_bytes ? small : large).push_back(&storage);
  }
  std::int64_t total = 0;
  const auto append = [&](Storage& storage) {
    storage.offset = total;
    total += align_memory(storage.bytes);
  };
  for (Storage* storage : small) append(*storage);
  const std::int64_t small_total = total;
  for (Storage* storage : large) append(*storage);
  if (total > 0) {
    input_memory_ = gpu::Buffer(context_.device(), static_cast<VkDeviceSize>(total));
    fill_zero(context_.device(), input_memory_);
  }
  const auto add_ring = [&](std::int64_t offset, std::int64_t bytes, bool keep) {
    rings_.push_back(std::make_unique<InputRing>(context_.device(), input_memory_, static_cast<VkDeviceSize>(offset),
                                                 static_cast<VkDeviceSize>(bytes), keep));
    return static_cast<int>(rings_.size()) - 1;
  };
  std::map<NodeId, std::pair<int, std::int64_t>> places;
  if (!small.empty()) {
    const int ring = add_ring(0, small_total, true);
    for (const Storage* storage : small) places[storage->node] = {ring, storage->offset};
  }
  for (const Storage* storage : large) places[storage->node] = {add_ring(storage->offset, storage->bytes, false), 0};
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph.node(id);
    if (node.kind != Node::Kind::input) continue;
    const auto place = places.find(id);
    Input input{node.outputs[0], id, -1, 0};
    if (place != places.end()) std::tie(input.ring, input.offset) = place->second;
    core::require(inputs_.emplace(node.name, input).second, "{} has two inputs named {}", options_.name, node.name);
  }
}

void Program::make_constants(const Graph& graph) {
  std::int64_t total = 0;
  for (Storage& storage : plan_.storages) {
    if (storage.home != Storage::Home::constant) continue;
    storage.offset = total;
    total += align_memory(storage.bytes);
  }
  if (total == 0) return;
  std::vector<std::byte> content(static_cast<std::size_t>(total));
  for (const Storage& storage : plan_.storages) {
    if (storage.home != Storage::Home::constant) continue;
    const Node& node = graph.node(storage.node);
    encode(node.outputs[0].dtype, node.constant, content.data() + storage.offset);
  }
  constant_memory_ = gpu::Buffer(context_.device(), static_cast<VkDeviceSize>(total));
  gpu::upload(context_.device(), constant_memory_, content);
}

BufferSlice Program::locate(const Slice& slice) const {
  const auto index = static_cast<std::size_t>(slice.storage);
  const Storage& storage = plan_.storages[index];
  const auto bytes = static_cast<VkDeviceSize>(slice.bytes);
  if (storage.home == Storage::Home::variable) {
    const BufferSlice& root = variable_memory_[index];
    return {root.buffer, root.offset + static_cast<VkDeviceSize>(slice.offset), bytes, root.owner};
  }
  const gpu::Buffer& buffer = storage.home == Storage::Home::arena   ? arena_
                              : storage.home == Storage::Home::input ? input_memory_
                                                                     : constant_memory_;
  return {buffer.handle(), static_cast<VkDeviceSize>(storage.offset + slice.offset), bytes, &buffer};
}

VkBufferView Program::view_of(const StepOperand& operand, const BufferSlice& slice) {
  const std::int64_t texel = tensor::bytes_of(operand.dtype) * (operand.view == View::texel4 ? 4 : 1);
  const std::int64_t bytes = (operand.slice.bytes + texel - 1) / texel * texel;
  const VkFormat format = format_of(operand.dtype, operand.view);
  const ViewKey key{slice.buffer, slice.offset, static_cast<VkDeviceSize>(bytes), format};
  const auto found = views_.find(key);
  if (found != views_.end()) return found->second.handle();
  core::require(bytes / texel <= context_.traits().max_texels,
                "{} needs a texel view of {} elements, and the device has at most {}; choose a smaller model or batch",
                options_.name, bytes / texel, context_.traits().max_texels);
  gpu::BufferView view = slice.owner->texel_view(slice.offset, static_cast<VkDeviceSize>(bytes), format);
  return views_.emplace(key, std::move(view)).first->second.handle();
}

gpu::Binding Program::bind(const Step& step, const StepOperand& operand) {
  const BufferSlice slice = locate(operand.slice);
  gpu::Binding binding;
  if (operand.view != View::storage) {
    binding.kind = gpu::BindingKind::uniform_texel;
    binding.view = view_of(operand, slice);
    return binding;
  }
  // Kernels may write whole vectors at the end; memory is set aside for that.
  const VkDeviceSize bytes = (slice.bytes + 15) / 16 * 16;
  core::require(static_cast<std::int64_t>(bytes) <= context_.traits().max_storage_bytes,
                "{} binds {} MiB at once for {}, and the device allows {} MiB; choose a smaller model or batch",
                options_.name, bytes >> 20, step.call.shader, context_.traits().max_storage_bytes >> 20);
  return {gpu::BindingKind::storage_buffer, slice.buffer, slice.offset, bytes, VK_NULL_HANDLE};
}

void Program::make_commands() {
  descriptors_->reset();
  commands_.clear();
  std::vector<gpu::Binding> bindings;
  for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
    const Step& step = plan_.steps[i];
    Command command;
    for (const StepOperand& operand : step.operands) {
      const BufferSlice slice = locate(operand.slice);
      command.ranges.push_back({slice.buffer, slice.offset, slice.offset + slice.bytes, operand.reads, operand.writes});
    }
    if (step.kind == Step::Kind::dispatch) {
      bindings.clear();
      for (const StepOperand& operand : step.operands) bindings.push_back(bind(step, operand));
      command.pipeline = context_.pipelines().get(specs_[i]);
      command.set = descriptors_->make(*command.pipeline, bindings);
      command.push = step.call.push;
      command.groups = step.call.groups;
    }
    commands_.push_back(std::move(command));
  }
}

/// Ends of segments of the steps behind the frozen ones, counted from there.
std::vector<int> Program::wanted_segments() const {
  std::vector<int> ends = profile_.segments(plan_.frozen_steps, plan_.steps.size(), segment_ms());
  for (int& end : ends) end -= static_cast<int>(plan_.frozen_steps);
  return ends;
}

/// What segments of the steps from `first` on cost; their ends are counted from there.
std::vector<double> Program::costs_of(std::size_t first, std::span<const int> ends) const {
  std::vector<double> costs_ms;
  std::size_t step = first;
  for (const int end : ends) {
    double cost_ms = 0;
    for (; step < first + static_cast<std::size_t>(end); ++step) cost_ms += profile_.cost_ms(step);
    costs_ms.push_back(cost_ms);
  }
  return costs_ms;
}

void Program::record() {
  prologue_.reset();
  plain_.reset();
  profiled_.reset();
  const std::size_t frozen = plan_.frozen_steps;
  const std::span<const Command> repeated = std::span(commands_).subspan(frozen);
  if (frozen > 0) {
    const std::vector<int> ends = profile_.segments(0, frozen, segment_ms());
    prologue_.emplace(context_.device(), std::span(commands_).first(frozen), ends, false);
    prologue_costs_ms_ = costs_of(0, ends);
    prologue_version_.reset();
  }
  segment_ends_ = wanted_segments();
  segment_costs_ms_ = costs_of(frozen, segment_ends_);
  plain_.emplace(context_.device(), repeated, segment_ends_, false);
  profiled_.emplace(context_.device(), repeated, segment_ends_, true);
  plain_pending_ = 0;
  profiled_pending_ = 0;
}

bool Program::take_changed_shaders() {
  if (options_.keeps_shaders || shader_generation_ == context_.shader_generation()) return false;
  shader_generation_ = context_.shader_generation();
  bool changed = false;
  for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
    if (plan_.steps[i].kind != Step::Kind::dispatch) continue;
    specs_[i] = context_.pipeline_spec(plan_.steps[i].call);
    changed = changed || context_.pipelines().get(specs_[i]) != commands_[i].pipeline;
  }
  return changed;
}

}  // namespace figment::runtime
