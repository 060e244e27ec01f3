#pragma once
#include <volk.h>

#include <mutex>
#include <span>
#include <vector>

#include "gpu/buffer.h"
#include "gpu/pipeline.h"

namespace figment::gpu {

/// What is put at a binding: a range of a buffer, a texel view, or an image in the layout for shader reads.
struct Binding {
  BindingKind kind = BindingKind::storage_buffer;
  VkBuffer buffer = VK_NULL_HANDLE;
  VkDeviceSize offset = 0;
  VkDeviceSize bytes = VK_WHOLE_SIZE;
  VkBufferView view = VK_NULL_HANDLE;
  VkImageView image = VK_NULL_HANDLE;
  VkSampler sampler = VK_NULL_HANDLE;

  static Binding storage(const Buffer& buffer, VkDeviceSize offset = 0, VkDeviceSize bytes = VK_WHOLE_SIZE) {
    return {BindingKind::storage_buffer, buffer.handle(), offset, bytes, VK_NULL_HANDLE};
  }
  static Binding uniform(const Buffer& buffer, VkDeviceSize offset = 0, VkDeviceSize bytes = VK_WHOLE_SIZE) {
    return {BindingKind::uniform_buffer, buffer.handle(), offset, bytes, VK_NULL_HANDLE};
  }
  static Binding texel(const BufferView& view) {
    return {BindingKind::uniform_texel, VK_NULL_HANDLE, 0, 0, view.handle()};
  }
  static Binding texel_write(const BufferView& view) {
    return {BindingKind::storage_texel, VK_NULL_HANDLE, 0, 0, view.handle()};
  }
  static Binding sampled(VkImageView image, VkSampler sampler) {
    return {BindingKind::sampled_image, VK_NULL_HANDLE, 0, 0, VK_NULL_HANDLE, image, sampler};
  }
};

/// Sets that are written once and live as long as the allocator. Thread-safe.
class DescriptorAllocator {
 public:
  explicit DescriptorAllocator(const Device& device);
  ~DescriptorAllocator();
  DescriptorAllocator(const DescriptorAllocator&) = delete;
  DescriptorAllocator& operator=(const DescriptorAllocator&) = delete;

  /// A set of the pipeline's layout with its bindings in order. Throws core::Error if count or kinds differ.
  VkDescriptorSet make(const ComputePipeline& pipeline, std::span<const Binding> bindings);
  /// The same for any layout; the kinds are the bindings' own.
  VkDescriptorSet make(VkDescriptorSetLayout layout, std::span<const Binding> bindings);
  /// Frees all sets, and keeps room for new ones; none may be in use.
  void reset();

 private:
  void add_pool();

  const Device& device_;
  std::mutex mutex_;
  std::vector<VkDescriptorPool> pools_;
};

}  // namespace figment::gpu
