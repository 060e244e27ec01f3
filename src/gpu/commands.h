#pragma once
#include <volk.h>

#include <array>
#include <cstdint>
#include <span>

#include "gpu/buffer.h"
#include "gpu/pipeline.h"
#include "gpu/timers.h"

namespace figment::gpu {

/// Who wrote, or will read and write, across a barrier.
enum class Access : std::uint8_t {
  compute,   ///< shader reads and writes, uniform and texel reads of compute shaders
  transfer,  ///< copies and fills
  host,      ///< mapped memory
  fragment,  ///< reads by vertex and fragment shaders
  indirect,  ///< dispatch sizes read from a buffer
  all,       ///< all but host
};

/// One command buffer with a pool of its own, so that threads may record side by side. It is recorded once and
/// submitted any number of times (also again before the last run has ended, on one queue in order).
class CommandBuffer {
 public:
  CommandBuffer() = default;
  explicit CommandBuffer(const Device& device);
  ~CommandBuffer();
  CommandBuffer(CommandBuffer&& other) noexcept;
  CommandBuffer& operator=(CommandBuffer&& other) noexcept;

  VkCommandBuffer handle() const { return buffer_; }

  /// Starts (again); what was recorded before is dropped. The buffer must not be in use. Every recording starts with
  /// no barrier: begin with barrier(Access::all, Access::all) if it follows work of earlier submissions.
  void begin();
  void end();

  void bind(const ComputePipeline& pipeline, VkDescriptorSet set = VK_NULL_HANDLE);
  /// Push constants of the bound pipeline, from byte 0. `bytes` is at most the spec's push_bytes.
  void push(std::span<const std::byte> bytes);
  template <typename T>
  void push_value(const T& value) {
    push(std::as_bytes(std::span(&value, 1)));
  }
  /// A dispatch of zero workgroups does nothing, but has lavapipe compile the shader for the bound views: so a
  /// recording with zeros warms pipelines up.
  void dispatch(std::uint32_t x, std::uint32_t y = 1, std::uint32_t z = 1);
  void dispatch_indirect(const Buffer& sizes, VkDeviceSize offset);

  void copy(const Buffer& source, VkDeviceSize source_offset, const Buffer& target, VkDeviceSize target_offset,
            VkDeviceSize bytes);
  /// Sets 32-bit words; offset and bytes are multiples of 4.
  void fill(const Buffer& target, VkDeviceSize offset, VkDeviceSize bytes, std::uint32_t word = 0);
  /// Writes at most 65536 bytes that are kept in the recording; offset and size are multiples of 4.
  void update(const Buffer& target, VkDeviceSize offset, std::span<const std::byte> bytes);

  /// One global memory barrier: all earlier `from` accesses are done and seen by all later `to` accesses.
  void barrier(Access from = Access::compute, Access to = Access::compute);

  /// Resets timer slots [first, first + count) within the recording, so that each replay measures anew.
  void reset_timers(const Timers& timers, std::uint32_t first, std::uint32_t count);
  /// Writes the time at which all earlier work of the queue is done.
  void timestamp(const Timers& timers, std::uint32_t slot);

 private:
  void release();

  const Device* device_ = nullptr;
  VkCommandPool pool_ = VK_NULL_HANDLE;
  VkCommandBuffer buffer_ = VK_NULL_HANDLE;
  const ComputePipeline* bound_ = nullptr;
};

}  // namespace figment::gpu
