#include "app/presenter.h"

#include <utility>

#include "gpu/error.h"

namespace figment::app {

Presenter::Presenter(gpu::Device& device, VkSurfaceKHR surface)
    : device_(device),
      swapchain_(device, surface),
      renderer_(device, swapchain_.format()),
      frames_{Frame(device), Frame(device)} {
  static_assert(frames_in_flight == 2);
  const VkSemaphoreCreateInfo semaphore{VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, nullptr, 0};
  for (Frame& frame : frames_) {
    gpu::check(vkCreateSemaphore(device_.handle(), &semaphore, nullptr, &frame.acquired), "vkCreateSemaphore");
  }
}

Presenter::~Presenter() {
  try {
    device_.wait_idle();
  } catch (const core::Error&) {
    // A lost device runs nothing any more.
  }
  for (const Frame& frame : frames_) vkDestroySemaphore(device_.handle(), frame.acquired, nullptr);
}

void Presenter::finish(Frame& frame) {
  device_.queue().wait(frame.done);
  if (const auto times = frame.recorder.take_times()) {
    pictures_ms_ += 0.2 * (times->pictures_ms - pictures_ms_);
    drawing_ms_ += 0.2 * (times->drawing_ms - drawing_ms_);
    if (times_receiver_) times_receiver_(*times);
  }
  if (auto pixels = frame.recorder.take_pixels(); pixels && receiver_) receiver_(std::move(pixels));
}

void Presenter::wait_for_slot() { finish(frames_[slot_]); }

void Presenter::flush() {
  for (std::size_t i = 0; i < frames_in_flight; ++i) finish(frames_[(slot_ + i) % frames_in_flight]);
}

bool Presenter::draw(const ImDrawData& data, VkExtent2D window, std::span<PictureSheet* const> sheets,
                     bool reads_back) {
  const VkExtent2D now = swapchain_.extent();
  if (is_stale_ || now.width != window.width || now.height != window.height) {
    if (window.width == 0 || window.height == 0 || !swapchain_.resize(window)) return false;
    is_stale_ = false;
  }
  Frame& frame = frames_[slot_];
  const std::optional<std::uint32_t> image = swapchain_.acquire(frame.acquired);
  if (!image) {
    is_stale_ = true;
    return false;
  }
  const FrameTarget target{swapchain_.image(*image), swapchain_.view(*image), swapchain_.extent(), swapchain_.format(),
                           VK_IMAGE_LAYOUT_PRESENT_SRC_KHR};
  const VkCommandBuffer commands =
      frame.recorder.record(target, renderer_, data, sheets, slot_, reads_back && swapchain_.can_be_read());
  const gpu::SemaphoreUse wait{frame.acquired, 0, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT};
  const gpu::SemaphoreUse signal{swapchain_.finished(*image), 0, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT};
  device_.driver_threads().share_processor(false);  // as many small dispatches before may have wanted it
  frame.done = device_.queue().submit(std::span(&commands, 1), std::span(&wait, 1), std::span(&signal, 1));
  is_stale_ = !swapchain_.present(*image);
  slot_ = (slot_ + 1) % frames_in_flight;
  return true;
}

}  // namespace figment::app
