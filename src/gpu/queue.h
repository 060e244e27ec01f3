#pragma once
#include <volk.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>

#include "gpu/statistics.h"

namespace figment::gpu {

/// A semaphore that a submission waits for or signals; `value` counts for timeline semaphores only.
struct SemaphoreUse {
  VkSemaphore semaphore = VK_NULL_HANDLE;
  std::uint64_t value = 0;
  VkPipelineStageFlags2 stages = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT;
};

/// The one queue of a device, with a timeline semaphore: each submission gets the next value. Any thread
/// may submit, wait and ask. Errors: DeviceLost, core::Error.
class Queue {
 public:
  /// `shared_mutex` guards the queue instead of an own mutex, for a queue that belongs to a host program.
  Queue(VkDevice device, VkQueue queue, std::uint32_t family, Statistics& statistics,
        std::mutex* shared_mutex = nullptr);
  ~Queue();
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  /// Submits and returns the timeline value that is reached when these buffers are done. Work of later
  /// submissions is not ordered after this one's unless a barrier was recorded (see CommandBuffer::barrier).
  std::uint64_t submit(std::span<const VkCommandBuffer> buffers, std::span<const SemaphoreUse> waits = {},
                       std::span<const SemaphoreUse> signals = {}, VkFence fence = VK_NULL_HANDLE);
  std::uint64_t submit(VkCommandBuffer buffer) { return submit(std::span(&buffer, 1)); }

  /// Blocks until `value` is reached; false after `timeout_ms` milliseconds without.
  bool wait(std::uint64_t value, double timeout_ms = -1.0) const;
  bool is_done(std::uint64_t value) const { return completed() >= value; }
  /// The highest value reached.
  std::uint64_t completed() const;
  /// The value of the latest submission.
  std::uint64_t submitted() const { return submitted_; }
  /// Submits and waits.
  void run(VkCommandBuffer buffer) { wait(submit(buffer)); }
  void wait_idle();

  /// vkQueuePresentKHR under the queue's mutex. VK_SUBOPTIMAL_KHR and VK_ERROR_OUT_OF_DATE_KHR are returned,
  /// other errors thrown.
  VkResult present(const VkPresentInfoKHR& present_info);

  VkQueue handle() const { return queue_; }
  std::uint32_t family() const { return family_; }
  VkSemaphore timeline() const { return timeline_; }
  /// To be held around any other use of the queue (ImGui's font upload, say).
  std::mutex& mutex() { return *mutex_; }

 private:
  VkDevice device_;
  VkQueue queue_;
  std::uint32_t family_;
  Statistics& statistics_;
  VkSemaphore timeline_ = VK_NULL_HANDLE;
  std::atomic<std::uint64_t> submitted_{0};  ///< written under the mutex, read without: a present may hold it long
  mutable std::mutex own_mutex_;
  std::mutex* mutex_;
};

}  // namespace figment::gpu
