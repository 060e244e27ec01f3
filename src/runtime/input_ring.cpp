#include "runtime/input_ring.h"

#include <cstring>
#include <utility>

#include "runtime/variable_store.h"

namespace figment::runtime {

InputRing::InputRing(gpu::Device& device, const gpu::Buffer& target, VkDeviceSize offset, VkDeviceSize bytes, bool keep)
    : device_(device),
      bytes_(bytes),
      stride_(static_cast<VkDeviceSize>(align_memory(static_cast<std::int64_t>(bytes)))),
      slots_(device, stride_ * slot_count, gpu::MemoryKind::upload) {
  if (keep) kept_.resize(bytes);
  for (std::size_t i = 0; i < slot_count; ++i) {
    copies_[i] = gpu::CommandBuffer(device);
    copies_[i].begin();
    copies_[i].barrier(gpu::Access::all, gpu::Access::transfer);
    copies_[i].copy(slots_, i * stride_, target, offset, bytes);
    copies_[i].barrier(gpu::Access::transfer, gpu::Access::all);
    copies_[i].end();
  }
}

void InputRing::next_slot() {
  slot_ = (slot_ + 1) % slot_count;
  if (busy_until_[slot_] != 0) device_.queue().wait(busy_until_[slot_]);
}

std::byte* InputRing::stage() {
  if (!staged_ && kept_.empty()) next_slot();
  staged_ = true;
  return kept_.empty() ? slot_memory() : kept_.data();
}

VkCommandBuffer InputRing::take() {
  if (!std::exchange(staged_, false)) return VK_NULL_HANDLE;
  if (!kept_.empty()) {
    next_slot();
    std::memcpy(slot_memory(), kept_.data(), kept_.size());
  }
  taken_ = true;
  return copies_[slot_].handle();
}

void InputRing::submitted(std::uint64_t value) {
  if (std::exchange(taken_, false)) busy_until_[slot_] = value;
}

}  // namespace figment::runtime
