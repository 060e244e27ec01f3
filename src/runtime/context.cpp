#include "runtime/context.h"

#include <algorithm>
#include <cstdlib>

#include "core/error.h"
#include "core/hash.h"
#include "gpu/commands.h"
#include "runtime/host_bytes.h"

namespace figment::runtime {

namespace {

bool choose_cpu_kernels(const ContextOptions& options, const gpu::DeviceInfo& info) {
  if (options.cpu_kernels) return *options.cpu_kernels;
  const char* const given = std::getenv("FIGMENT_KERNELS");
  if (given == nullptr || *given == '\0') return info.is_cpu;
  const std::string_view value = given;
  core::require(value == "cpu" || value == "gpu", "FIGMENT_KERNELS is \"{}\"; set it to cpu or gpu, or unset it",
                value);
  return value == "cpu";
}

tensor::DeviceTraits traits_of(const gpu::DeviceInfo& info, bool cpu_kernels) {
  tensor::DeviceTraits traits;
  traits.is_cpu = cpu_kernels;
  traits.subgroup_size = info.subgroup_size;
  traits.core_count = std::max(info.core_count, 1U);
  traits.f16_storage = info.f16_storage;
  traits.max_storage_bytes = static_cast<std::int64_t>(info.max_storage_range);
  traits.max_texels = static_cast<std::int64_t>(info.max_texel_elements);
  traits.shared_memory_bytes = info.shared_memory_bytes;
  traits.max_workgroup_invocations = info.max_workgroup_invocations;
  return traits;
}

gpu::BindingKind kind_of(const tensor::Operand& operand) {
  return operand.view == tensor::View::storage ? gpu::BindingKind::storage_buffer : gpu::BindingKind::uniform_texel;
}

}  // namespace

Context::Context(const ContextOptions& options)
    : device_(options.shared_device ? options.shared_device
                                    : std::shared_ptr<gpu::Device>(gpu::Device::create(options.device))),
      shaders_(options.shader_directory),
      pipelines_(*device_, shaders_),
      variables_(*device_),
      traits_(traits_of(device_->info(), choose_cpu_kernels(options, device_->info()))) {}

Context::~Context() { device_->wait_idle(); }

BufferSlice Context::memory(const tensor::Variable& variable) { return variables_.memory(variable); }

void Context::upload(const tensor::Variable& variable, std::span<const float> values) {
  core::require(static_cast<std::int64_t>(values.size()) == variable->type.shape.count(),
                "the variable {} of shape {} is given {} values", variable->name, variable->type.shape.to_string(),
                values.size());
  const BufferSlice slice = memory(variable);
  std::vector<std::byte> bytes(slice.bytes);
  encode(variable->type.dtype, values, bytes.data());
  device_->queue().wait(device_->queue().submitted());
  gpu::upload(*device_, *slice.owner, bytes, slice.offset);
  note_change(variable);
}

void Context::upload(const tensor::Variable& variable, const tensor::HostTensor& value) {
  if (!value.is_integer()) return upload(variable, value.floats);
  core::require(value.type.shape.count() == variable->type.shape.count(),
                "the variable {} of shape {} is given the shape {}", variable->name, variable->type.shape.to_string(),
                value.type.shape.to_string());
  const BufferSlice slice = memory(variable);
  std::vector<std::byte> bytes(slice.bytes);
  encode_ints(variable->type.dtype, value.ints, bytes.data());
  device_->queue().wait(device_->queue().submitted());
  gpu::upload(*device_, *slice.owner, bytes, slice.offset);
  note_change(variable);
}

tensor::HostTensor Context::download(const tensor::Variable& variable) {
  const BufferSlice slice = memory(variable);
  std::vector<std::byte> bytes(slice.bytes);
  device_->queue().wait(device_->queue().submitted());
  gpu::download(*device_, *slice.owner, bytes, slice.offset);
  return decode(variable->type, bytes.data());
}

void Context::copy(const tensor::Variable& source, const tensor::Variable& target) {
  core::require(source->type == target->type, "the variable {} is {} and cannot be copied to {}, which is {}",
                source->name, source->type.to_string(), target->name, target->type.to_string());
  const BufferSlice from = memory(source);
  const BufferSlice to = memory(target);
  gpu::CommandBuffer commands(*device_);
  commands.begin();
  commands.barrier(gpu::Access::all, gpu::Access::transfer);
  commands.copy(*from.owner, from.offset, *to.owner, to.offset, from.bytes);
  commands.barrier(gpu::Access::transfer, gpu::Access::all);
  commands.end();
  device_->queue().run(commands.handle());
  note_change(target);
}

std::uint64_t Context::version(const tensor::Variable& variable) const {
  const auto found = versions_.find(root_of(variable).first.get());
  return found == versions_.end() ? 0 : found->second;
}

void Context::note_change(const tensor::Variable& variable) { ++versions_[root_of(variable).first.get()]; }

void Context::collect_variables() {
  device_->wait_idle();
  variables_.collect();
}

std::vector<gpu::ShaderChange> Context::poll_shader_changes() {
  std::vector<gpu::ShaderChange> changes = shaders_.poll_changes();
  if (std::any_of(changes.begin(), changes.end(), [](const gpu::ShaderChange& change) { return change.ok; })) {
    const std::scoped_lock lock(mutex_);
    uses_subgroups_.clear();
    ++shader_generation_;
  }
  return changes;
}

bool Context::uses_subgroups(const std::string& shader) {
  const std::scoped_lock lock(mutex_);
  const auto found = uses_subgroups_.find(shader);
  if (found != uses_subgroups_.end()) return found->second;
  const gpu::ShaderCodePtr code = shaders_.code(shader);
  bool uses = false;
  // SPIR-V: five words of header, then OpCapability (17) instructions of two words before all others.
  for (std::size_t i = 5; i + 1 < code->words.size() && (code->words[i] & 0xffffU) == 17U; i += 2) {
    const std::uint32_t capability = code->words[i + 1];
    uses = uses || (capability >= 61 && capability <= 68);  // GroupNonUniform to GroupNonUniformQuad
  }
  return uses_subgroups_[shader] = uses;
}

gpu::PipelineSpec Context::pipeline_spec(const tensor::KernelCall& call) {
  gpu::PipelineSpec spec;
  if (call.source.empty()) {
    spec.shader = call.shader + ".comp";
  } else {
    spec.shader = call.shader + "_" + core::to_hex(core::hash_text(call.source)) + ".comp";
    bool is_new = false;
    {
      const std::scoped_lock lock(mutex_);
      is_new = generated_.insert(spec.shader).second;
    }
    if (is_new) shaders_.add(spec.shader, call.source);
  }
  for (const tensor::Operand& operand : call.operands) spec.bindings.push_back(kind_of(operand));
  spec.constants = call.constants;
  spec.push_bytes = static_cast<std::uint32_t>(call.push.size() * sizeof(std::uint32_t));
  if (uses_subgroups(spec.shader)) {
    spec.subgroup_size = traits_.subgroup_size;
    spec.full_subgroups = true;
  }
  return spec;
}

}  // namespace figment::runtime
