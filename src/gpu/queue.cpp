#include "gpu/queue.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <vector>

#include "gpu/error.h"

namespace figment::gpu {

namespace {

std::vector<VkSemaphoreSubmitInfo> infos_of(std::span<const SemaphoreUse> uses) {
  std::vector<VkSemaphoreSubmitInfo> infos;
  infos.reserve(uses.size() + 1);
  for (const SemaphoreUse& use : uses) {
    VkSemaphoreSubmitInfo info{VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO};
    info.semaphore = use.semaphore;
    info.value = use.value;
    info.stageMask = use.stages;
    infos.push_back(info);
  }
  return infos;
}

/// For tests of what happens when a device is lost: with FIGMENT_LOSE_DEVICE_AFTER=N in the environment, that befalls
/// all queues of the process at the N-th submission.
class Trial {
 public:
  /// Throws DeviceLost once the time has come.
  void check_alive(const char* call) const {
    if (is_lost_) check(VK_ERROR_DEVICE_LOST, call);
  }
  void count_submission(VkQueue queue) {
    if (submissions_left_ < 0 || --submissions_left_ > 0) return;
    vkQueueWaitIdle(queue);  // the device goes on in truth, and may be using what is about to be destroyed
    is_lost_ = true;
  }

 private:
  static int submissions_from_environment() {
    const char* text = std::getenv("FIGMENT_LOSE_DEVICE_AFTER");
    return text == nullptr ? -1 : std::max(std::atoi(text), 1);
  }
  std::atomic<int> submissions_left_ = submissions_from_environment();
  std::atomic<bool> is_lost_ = false;
};

Trial& trial() {
  static Trial only;
  return only;
}

}  // namespace

Queue::Queue(VkDevice device, VkQueue queue, std::uint32_t family, Statistics& statistics, std::mutex* shared_mutex)
    : device_(device),
      queue_(queue),
      family_(family),
      statistics_(statistics),
      mutex_(shared_mutex != nullptr ? shared_mutex : &own_mutex_) {
  VkSemaphoreTypeCreateInfo type{VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO};
  type.semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE;
  VkSemaphoreCreateInfo info{VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, &type};
  check(vkCreateSemaphore(device_, &info, nullptr, &timeline_), "vkCreateSemaphore");
}

Queue::~Queue() { vkDestroySemaphore(device_, timeline_, nullptr); }

std::uint64_t Queue::submit(std::span<const VkCommandBuffer> buffers, std::span<const SemaphoreUse> waits,
                            std::span<const SemaphoreUse> signals, VkFence fence) {
  std::vector<VkCommandBufferSubmitInfo> commands;
  commands.reserve(buffers.size());
  for (const VkCommandBuffer buffer : buffers) {
    VkCommandBufferSubmitInfo info{VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO};
    info.commandBuffer = buffer;
    commands.push_back(info);
  }
  const auto wait_infos = infos_of(waits);
  auto signal_infos = infos_of(signals);

  const std::scoped_lock lock(*mutex_);
  trial().count_submission(queue_);
  trial().check_alive("vkQueueSubmit2");
  const std::uint64_t value = submitted_ + 1;
  VkSemaphoreSubmitInfo timeline{VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO};
  timeline.semaphore = timeline_;
  timeline.value = value;
  timeline.stageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT;
  signal_infos.push_back(timeline);

  VkSubmitInfo2 info{VK_STRUCTURE_TYPE_SUBMIT_INFO_2};
  info.waitSemaphoreInfoCount = static_cast<std::uint32_t>(wait_infos.size());
  info.pWaitSemaphoreInfos = wait_infos.data();
  info.commandBufferInfoCount = static_cast<std::uint32_t>(commands.size());
  info.pCommandBufferInfos = commands.data();
  info.signalSemaphoreInfoCount = static_cast<std::uint32_t>(signal_infos.size());
  info.pSignalSemaphoreInfos = signal_infos.data();
  check(vkQueueSubmit2(queue_, 1, &info, fence), "vkQueueSubmit2");
  submitted_ = value;
  ++statistics_.submissions;
  return value;
}

bool Queue::wait(std::uint64_t value, double timeout_ms) const {
  trial().check_alive("vkWaitSemaphores");
  VkSemaphoreWaitInfo info{VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO};
  info.semaphoreCount = 1;
  info.pSemaphores = &timeline_;
  info.pValues = &value;
  const std::uint64_t timeout_ns =
      timeout_ms < 0.0 || timeout_ms > 1e12 ? UINT64_MAX : static_cast<std::uint64_t>(timeout_ms * 1e6);
  const VkResult result = vkWaitSemaphores(device_, &info, timeout_ns);
  check(result, "vkWaitSemaphores");
  return result == VK_SUCCESS;
}

std::uint64_t Queue::completed() const {
  std::uint64_t value = 0;
  check(vkGetSemaphoreCounterValue(device_, timeline_, &value), "vkGetSemaphoreCounterValue");
  // A lost device may report the largest value: never claim more than was submitted.
  return std::min(value, submitted());
}

void Queue::wait_idle() {
  trial().check_alive("vkQueueWaitIdle");
  const std::scoped_lock lock(*mutex_);
  check(vkQueueWaitIdle(queue_), "vkQueueWaitIdle");
}

VkResult Queue::present(const VkPresentInfoKHR& present_info) {
  trial().check_alive("vkQueuePresentKHR");
  const std::scoped_lock lock(*mutex_);
  const VkResult result = vkQueuePresentKHR(queue_, &present_info);
  if (result != VK_ERROR_OUT_OF_DATE_KHR) check(result, "vkQueuePresentKHR");
  return result;
}

}  // namespace figment::gpu
