#include "app/frame_recorder.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <utility>

#include "app/style.h"
#include "gpu/graphics_pipeline.h"

namespace figment::app {

namespace {

VkClearColorValue clear_color() {
  const ImVec4 value = ImGui::ColorConvertU32ToFloat4(color::background);
  return {{value.x, value.y, value.z, 1.0F}};
}

}  // namespace

FrameRecorder::FrameRecorder(gpu::Device& device) : device_(device), commands_(device), timers_(device, 3) {}

VkCommandBuffer FrameRecorder::record(const FrameTarget& target, UiRenderer& renderer, const ImDrawData& data,
                                      std::span<PictureSheet* const> sheets, std::size_t slot, bool reads_back) {
  commands_.begin();
  const VkCommandBuffer commands = commands_.handle();
  commands_.barrier(gpu::Access::all, gpu::Access::all);  // what activities have submitted comes first
  commands_.reset_timers(timers_, 0, 3);
  commands_.timestamp(timers_, 0);
  for (PictureSheet* sheet : sheets) sheet->record(commands, slot);
  commands_.timestamp(timers_, 1);
  gpu::change_layout(commands, target.image, VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
  const VkClearColorValue clear = clear_color();
  gpu::begin_drawing(commands, target.view, target.extent, &clear);
  renderer.draw(commands, data, slot, target.extent);
  vkCmdEndRendering(commands);
  commands_.timestamp(timers_, 2);
  has_times_ = true;
  if (reads_back) {
    record_reading(target);
  } else if (target.final_layout != VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL) {
    gpu::change_layout(commands, target.image, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL, target.final_layout);
  }
  commands_.end();
  return commands;
}

void FrameRecorder::record_reading(const FrameTarget& target) {
  const VkExtent2D size = target.extent;
  const VkDeviceSize bytes = VkDeviceSize{4} * size.width * size.height;
  if (!pixels_ || pixels_.size() < bytes) pixels_ = gpu::Buffer(device_, bytes, gpu::MemoryKind::readback);
  pixels_size_ = size;
  is_bgra_ = target.format == VK_FORMAT_B8G8R8A8_UNORM || target.format == VK_FORMAT_B8G8R8A8_SRGB;
  has_pixels_ = true;
  const VkCommandBuffer commands = commands_.handle();
  gpu::change_layout(commands, target.image, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                     VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL);
  VkBufferImageCopy region{};
  region.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
  region.imageExtent = {size.width, size.height, 1};
  vkCmdCopyImageToBuffer(commands, target.image, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, pixels_.handle(), 1, &region);
  commands_.barrier(gpu::Access::transfer, gpu::Access::host);
  gpu::change_layout(commands, target.image, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, target.final_layout);
}

std::optional<FrameRecorder::Times> FrameRecorder::take_times() {
  if (!std::exchange(has_times_, false)) return {};
  const auto stamps = timers_.read_ns(0, 3);
  if (!stamps) return {};
  const double begin_ns = (*stamps)[0];
  const double end_ns = (*stamps)[2];
  return Times{((*stamps)[1] - begin_ns) * 1e-6, (end_ns - begin_ns) * 1e-6, begin_ns, end_ns};
}

/// One that nobody else has. A frame is large: memory that is fresh each time costs more than what is copied into it.
std::shared_ptr<FramePixels> FrameRecorder::unused_pixels() {
  const auto unused = std::ranges::find_if(pool_, [](const auto& pixels) { return pixels.use_count() == 1; });
  if (unused == pool_.end()) return pool_.emplace_back(std::make_shared<FramePixels>());
  std::atomic_thread_fence(std::memory_order_acquire);  // another thread may have let go of it
  return *unused;
}

std::shared_ptr<const FramePixels> FrameRecorder::take_pixels() {
  constexpr int kept_frames = 60;
  if (!std::exchange(has_pixels_, false)) {
    if (++unread_frames_ == kept_frames) pool_ = {};
    return nullptr;
  }
  unread_frames_ = 0;
  std::shared_ptr<FramePixels> result = unused_pixels();
  result->width = static_cast<int>(pixels_size_.width);
  result->height = static_cast<int>(pixels_size_.height);
  result->is_bgra = is_bgra_;
  result->bytes.resize(std::size_t{4} * pixels_size_.width * pixels_size_.height);
  std::memcpy(result->bytes.data(), pixels_.mapped(), result->bytes.size());
  return result;
}

formats::Picture FramePixels::picture() const {
  formats::Picture picture{width, height, 4, bytes};
  for (std::size_t i = 0; i < bytes.size(); i += 4) {
    if (is_bgra) std::swap(picture.pixels[i], picture.pixels[i + 2]);
    picture.pixels[i + 3] = 255;
  }
  return picture;
}

}  // namespace figment::app
