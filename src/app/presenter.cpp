#include "app/presenter.h"

#include <algorithm>
#include <utility>

#include "app/style.h"
#include "gpu/error.h"

namespace figment::app {

namespace {

VkClearColorValue clear_color() {
  const ImVec4 value = ImGui::ColorConvertU32ToFloat4(color::background);
  return {{value.x, value.y, value.z, 1.0F}};
}

}  // namespace

Presenter::Presenter(gpu::Device& device, VkSurfaceKHR surface)
    : device_(device), swapchain_(device, surface), renderer_(device, swapchain_.format()) {
  const VkSemaphoreCreateInfo semaphore{VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, nullptr, 0};
  for (Frame& frame : frames_) {
    frame.commands = gpu::CommandBuffer(device_);
    frame.timers = gpu::Timers(device_, 3);
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
  if (frame.has_times) {
    const auto sheets = frame.timers.elapsed_ms(0, 1);
    const auto rest = frame.timers.elapsed_ms(1, 2);
    if (sheets && rest) {
      pictures_ms_ += 0.2 * (*sheets - pictures_ms_);
      drawing_ms_ += 0.2 * (*sheets + *rest - drawing_ms_);
    }
    frame.has_times = false;
  }
  if (!std::exchange(frame.has_pixels, false) || !receiver_) return;
  formats::Picture picture;
  picture.width = static_cast<int>(frame.pixels_size.width);
  picture.height = static_cast<int>(frame.pixels_size.height);
  picture.channels = 4;
  const std::size_t bytes = std::size_t{4} * frame.pixels_size.width * frame.pixels_size.height;
  const auto* source = frame.pixels.mapped_as<std::uint8_t>();
  picture.pixels.assign(source, source + bytes);
  const bool is_bgra =
      swapchain_.format() == VK_FORMAT_B8G8R8A8_UNORM || swapchain_.format() == VK_FORMAT_B8G8R8A8_SRGB;
  for (std::size_t i = 0; i < bytes; i += 4) {
    if (is_bgra) std::swap(picture.pixels[i], picture.pixels[i + 2]);
    picture.pixels[i + 3] = 255;
  }
  receiver_(std::move(picture));
}

void Presenter::wait_for_slot() { finish(frames_[slot_]); }

void Presenter::flush() {
  for (std::size_t i = 0; i < frames_in_flight; ++i) finish(frames_[(slot_ + i) % frames_in_flight]);
}

void Presenter::record_reading(Frame& frame, std::uint32_t image) {
  const VkExtent2D size = swapchain_.extent();
  const VkDeviceSize bytes = VkDeviceSize{4} * size.width * size.height;
  if (!frame.pixels || frame.pixels.size() < bytes) {
    frame.pixels = gpu::Buffer(device_, bytes, gpu::MemoryKind::readback);
  }
  frame.pixels_size = size;
  frame.has_pixels = true;
  const VkCommandBuffer commands = frame.commands.handle();
  gpu::change_layout(commands, swapchain_.image(image), VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                     VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL);
  VkBufferImageCopy region{};
  region.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
  region.imageExtent = {size.width, size.height, 1};
  vkCmdCopyImageToBuffer(commands, swapchain_.image(image), VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, frame.pixels.handle(),
                         1, &region);
  frame.commands.barrier(gpu::Access::transfer, gpu::Access::host);
  gpu::change_layout(commands, swapchain_.image(image), VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
                     VK_IMAGE_LAYOUT_PRESENT_SRC_KHR);
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
  frame.commands.begin();
  const VkCommandBuffer commands = frame.commands.handle();
  frame.commands.barrier(gpu::Access::all, gpu::Access::all);  // what activities have submitted comes first
  frame.commands.reset_timers(frame.timers, 0, 3);
  frame.commands.timestamp(frame.timers, 0);
  for (PictureSheet* sheet : sheets) sheet->record(commands, slot_);
  frame.commands.timestamp(frame.timers, 1);
  gpu::change_layout(commands, swapchain_.image(*image), VK_IMAGE_LAYOUT_UNDEFINED,
                     VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
  const VkClearColorValue clear = clear_color();
  gpu::begin_drawing(commands, swapchain_.view(*image), swapchain_.extent(), &clear);
  renderer_.draw(commands, data, slot_, swapchain_.extent());
  vkCmdEndRendering(commands);
  frame.commands.timestamp(frame.timers, 2);
  frame.has_times = true;
  if (reads_back && swapchain_.can_be_read()) {
    record_reading(frame, *image);
  } else {
    gpu::change_layout(commands, swapchain_.image(*image), VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                       VK_IMAGE_LAYOUT_PRESENT_SRC_KHR);
  }
  frame.commands.end();
  const gpu::SemaphoreUse wait{frame.acquired, 0, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT};
  const gpu::SemaphoreUse signal{swapchain_.finished(*image), 0, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT};
  frame.done = device_.queue().submit(std::span(&commands, 1), std::span(&wait, 1), std::span(&signal, 1));
  is_stale_ = !swapchain_.present(*image);
  slot_ = (slot_ + 1) % frames_in_flight;
  return true;
}

}  // namespace figment::app
