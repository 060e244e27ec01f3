#pragma once
#include <volk.h>

#include <cstdint>

#include "gpu/device.h"

namespace figment::gpu {

/// A 2D colour image in device memory with one view: offscreen render target, source of copies, sampled.
class Image {
 public:
  Image() = default;
  Image(const Device& device, std::uint32_t width, std::uint32_t height, VkFormat format = VK_FORMAT_R8G8B8A8_UNORM,
        VkImageUsageFlags usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT |
                                  VK_IMAGE_USAGE_TRANSFER_DST_BIT | VK_IMAGE_USAGE_SAMPLED_BIT);
  ~Image();
  Image(Image&& other) noexcept;
  Image& operator=(Image&& other) noexcept;

  VkImage handle() const { return image_; }
  VkImageView view() const { return view_; }
  VkFormat format() const { return format_; }
  std::uint32_t width() const { return width_; }
  std::uint32_t height() const { return height_; }

 private:
  void release();

  const Device* device_ = nullptr;
  VkImage image_ = VK_NULL_HANDLE;
  VkImageView view_ = VK_NULL_HANDLE;
  VkDeviceMemory memory_ = VK_NULL_HANDLE;
  VkDeviceSize allocated_ = 0;
  VkFormat format_ = VK_FORMAT_UNDEFINED;
  std::uint32_t width_ = 0;
  std::uint32_t height_ = 0;
};

}  // namespace figment::gpu
