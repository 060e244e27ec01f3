#pragma once
#include <volk.h>

#include "gpu/device.h"

namespace figment::app {

/// Host-visible memory for the vertices and indices of one frame. Grows; what was in it is lost then.
class StreamBuffer {
 public:
  StreamBuffer() = default;
  ~StreamBuffer() { release(); }
  StreamBuffer(const StreamBuffer&) = delete;
  StreamBuffer& operator=(const StreamBuffer&) = delete;

  /// At least `bytes` bytes; the device must not be using the buffer. Returns the host's view of it.
  void* reserve(const gpu::Device& device, VkDeviceSize bytes);
  VkBuffer handle() const { return buffer_; }

 private:
  void release();

  const gpu::Device* device_ = nullptr;
  VkBuffer buffer_ = VK_NULL_HANDLE;
  VkDeviceMemory memory_ = VK_NULL_HANDLE;
  VkDeviceSize size_ = 0;
  void* mapped_ = nullptr;
};

}  // namespace figment::app
