#pragma once
#include <volk.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "gpu/device.h"

namespace figment::gpu {

enum class MemoryKind {
  device,    ///< fastest for the device; mapped() too where memory is unified
  upload,    ///< host writes, coherent
  readback,  ///< host reads, coherent, cached where there is such memory
};

/// A typed view of a part of a buffer for samplerBuffer and imageBuffer.
class BufferView {
 public:
  BufferView() = default;
  /// `offset` is a multiple of DeviceInfo::min_texel_alignment, both in bytes.
  BufferView(const Device& device, VkBuffer buffer, VkDeviceSize offset, VkDeviceSize bytes, VkFormat format);
  ~BufferView();
  BufferView(BufferView&& other) noexcept;
  BufferView& operator=(BufferView&& other) noexcept;

  VkBufferView handle() const { return view_; }

 private:
  VkDevice device_ = VK_NULL_HANDLE;
  VkBufferView view_ = VK_NULL_HANDLE;
};

/// A buffer with memory of its own, usable for everything: storage, uniform, both texel kinds, vertices, indices,
/// indirect and transfers. Few and big is the intended use: views and descriptor offsets cut it up. Contents start
/// undefined.
class Buffer {
 public:
  Buffer() = default;
  /// Errors: zero bytes, more than the device's limits or its memory (the message says how much).
  Buffer(const Device& device, VkDeviceSize bytes, MemoryKind kind = MemoryKind::device);
  ~Buffer();
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&& other) noexcept;

  VkBuffer handle() const { return buffer_; }
  VkDeviceSize size() const { return size_; }
  explicit operator bool() const { return buffer_ != VK_NULL_HANDLE; }

  /// The host's view of the memory (coherent), or nullptr where the host cannot see it.
  std::byte* mapped() const { return mapped_; }
  template <typename T>
  T* mapped_as() const {
    return reinterpret_cast<T*>(mapped_);
  }

  /// A view of `bytes` bytes from `offset`.
  BufferView texel_view(VkDeviceSize offset, VkDeviceSize bytes, VkFormat format) const;

 private:
  void release();

  const Device* device_ = nullptr;
  VkBuffer buffer_ = VK_NULL_HANDLE;
  VkDeviceMemory memory_ = VK_NULL_HANDLE;
  VkDeviceSize size_ = 0;
  VkDeviceSize allocated_ = 0;
  std::byte* mapped_ = nullptr;
};

/// Copies host bytes into `buffer`, by way of a staging buffer if it is not mapped, and waits. For setting up, not
/// for replays. The caller sees to it that the device is not using the range.
void upload(Device& device, const Buffer& buffer, std::span<const std::byte> bytes, VkDeviceSize offset = 0);
/// Copies from `buffer` to the host and waits for that copy. The work that wrote the range must be done.
void download(Device& device, const Buffer& buffer, std::span<std::byte> bytes, VkDeviceSize offset = 0);

}  // namespace figment::gpu
