#include "gpu/commands.h"

#include <utility>

namespace figment::gpu {

namespace {

struct Scope {
  VkPipelineStageFlags2 stages;
  VkAccessFlags2 access;
};

Scope scope_of(Access access) {
  constexpr VkAccessFlags2 memory = VK_ACCESS_2_MEMORY_READ_BIT | VK_ACCESS_2_MEMORY_WRITE_BIT;
  switch (access) {
    case Access::compute:
      return {VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
              VK_ACCESS_2_SHADER_READ_BIT | VK_ACCESS_2_SHADER_WRITE_BIT | VK_ACCESS_2_UNIFORM_READ_BIT};
    case Access::transfer:
      return {VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT, VK_ACCESS_2_TRANSFER_READ_BIT | VK_ACCESS_2_TRANSFER_WRITE_BIT};
    case Access::host:
      return {VK_PIPELINE_STAGE_2_HOST_BIT, VK_ACCESS_2_HOST_READ_BIT | VK_ACCESS_2_HOST_WRITE_BIT};
    case Access::fragment:
      return {VK_PIPELINE_STAGE_2_VERTEX_SHADER_BIT | VK_PIPELINE_STAGE_2_FRAGMENT_SHADER_BIT,
              VK_ACCESS_2_SHADER_READ_BIT | VK_ACCESS_2_UNIFORM_READ_BIT};
    case Access::indirect:
      return {VK_PIPELINE_STAGE_2_DRAW_INDIRECT_BIT, VK_ACCESS_2_INDIRECT_COMMAND_READ_BIT};
    case Access::all:
      return {VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, memory};
  }
  return {VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, memory};
}

}  // namespace

CommandBuffer::CommandBuffer(const Device& device) : device_(&device) {
  VkCommandPoolCreateInfo pool{VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO};
  pool.queueFamilyIndex = device.queue().family();
  check(vkCreateCommandPool(device.handle(), &pool, nullptr, &pool_), "vkCreateCommandPool");
  VkCommandBufferAllocateInfo info{VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO};
  info.commandPool = pool_;
  info.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
  info.commandBufferCount = 1;
  const VkResult result = vkAllocateCommandBuffers(device.handle(), &info, &buffer_);
  if (result != VK_SUCCESS) release();
  check(result, "vkAllocateCommandBuffers");
}

CommandBuffer::~CommandBuffer() { release(); }

void CommandBuffer::release() {
  if (pool_ != VK_NULL_HANDLE) vkDestroyCommandPool(device_->handle(), pool_, nullptr);
  pool_ = VK_NULL_HANDLE;
}

CommandBuffer::CommandBuffer(CommandBuffer&& other) noexcept { *this = std::move(other); }

CommandBuffer& CommandBuffer::operator=(CommandBuffer&& other) noexcept {
  std::swap(device_, other.device_);
  std::swap(pool_, other.pool_);
  std::swap(buffer_, other.buffer_);
  std::swap(bound_, other.bound_);
  return *this;
}

void CommandBuffer::begin() {
  check(vkResetCommandPool(device_->handle(), pool_, 0), "vkResetCommandPool");
  VkCommandBufferBeginInfo info{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
  info.flags = VK_COMMAND_BUFFER_USAGE_SIMULTANEOUS_USE_BIT;
  check(vkBeginCommandBuffer(buffer_, &info), "vkBeginCommandBuffer");
  ++device_->statistics().command_buffers;
  bound_ = nullptr;
}

void CommandBuffer::end() { check(vkEndCommandBuffer(buffer_), "vkEndCommandBuffer"); }

void CommandBuffer::bind(const ComputePipeline& pipeline, VkDescriptorSet set) {
  if (bound_ != &pipeline) vkCmdBindPipeline(buffer_, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline.handle());
  bound_ = &pipeline;
  if (set == VK_NULL_HANDLE) return;
  vkCmdBindDescriptorSets(buffer_, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline.layout(), 0, 1, &set, 0, nullptr);
}

void CommandBuffer::push(std::span<const std::byte> bytes) {
  core::require(bound_ != nullptr && bytes.size() <= bound_->spec().push_bytes && bytes.size() % 4 == 0,
                "{} bytes of push constants do not suit the bound pipeline.", bytes.size());
  if (bytes.empty()) return;
  vkCmdPushConstants(buffer_, bound_->layout(), VK_SHADER_STAGE_COMPUTE_BIT, 0,
                     static_cast<std::uint32_t>(bytes.size()), bytes.data());
}

void CommandBuffer::dispatch(std::uint32_t x, std::uint32_t y, std::uint32_t z) {
  const auto& most = device_->info().max_workgroup_count;
  core::require(x <= most[0] && y <= most[1] && z <= most[2],
                "A dispatch of {}x{}x{} workgroups is over the device's limit of {}x{}x{}.", x, y, z, most[0], most[1],
                most[2]);
  vkCmdDispatch(buffer_, x, y, z);
}

void CommandBuffer::dispatch_indirect(const Buffer& sizes, VkDeviceSize offset) {
  vkCmdDispatchIndirect(buffer_, sizes.handle(), offset);
}

void CommandBuffer::copy(const Buffer& source, VkDeviceSize source_offset, const Buffer& target,
                         VkDeviceSize target_offset, VkDeviceSize bytes) {
  if (bytes == 0) return;
  const VkBufferCopy region{source_offset, target_offset, bytes};
  vkCmdCopyBuffer(buffer_, source.handle(), target.handle(), 1, &region);
}

void CommandBuffer::fill(const Buffer& target, VkDeviceSize offset, VkDeviceSize bytes, std::uint32_t word) {
  if (bytes != 0) vkCmdFillBuffer(buffer_, target.handle(), offset, bytes, word);
}

void CommandBuffer::update(const Buffer& target, VkDeviceSize offset, std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  core::require(bytes.size() <= 65536 && bytes.size() % 4 == 0 && offset % 4 == 0,
                "An update of {} bytes at {} is not possible: at most 65536, multiples of 4.", bytes.size(), offset);
  vkCmdUpdateBuffer(buffer_, target.handle(), offset, bytes.size(), bytes.data());
}

void CommandBuffer::barrier(Access from, Access to) {
  const Scope source = scope_of(from);
  const Scope target = scope_of(to);
  VkMemoryBarrier2 memory{VK_STRUCTURE_TYPE_MEMORY_BARRIER_2};
  memory.srcStageMask = source.stages;
  // Only writes have to be made available; what was read needs no more than the order.
  memory.srcAccessMask = source.access & (VK_ACCESS_2_SHADER_WRITE_BIT | VK_ACCESS_2_TRANSFER_WRITE_BIT |
                                          VK_ACCESS_2_HOST_WRITE_BIT | VK_ACCESS_2_MEMORY_WRITE_BIT);
  memory.dstStageMask = target.stages;
  memory.dstAccessMask = target.access;
  VkDependencyInfo info{VK_STRUCTURE_TYPE_DEPENDENCY_INFO};
  info.memoryBarrierCount = 1;
  info.pMemoryBarriers = &memory;
  vkCmdPipelineBarrier2(buffer_, &info);
}

void CommandBuffer::reset_timers(const Timers& timers, std::uint32_t first, std::uint32_t count) {
  if (timers.is_available()) vkCmdResetQueryPool(buffer_, timers.handle(), first, count);
}

void CommandBuffer::timestamp(const Timers& timers, std::uint32_t slot) {
  if (!timers.is_available()) return;
  vkCmdWriteTimestamp2(buffer_, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, timers.handle(), slot);
  // Once something was drawn, llvmpipe writes a timestamp only when it flushes, after the kernels that come next: a
  // barrier flushes.
  if (device_->info().is_cpu) barrier(Access::all, Access::all);
}

}  // namespace figment::gpu
