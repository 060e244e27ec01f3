#pragma once
#include <volk.h>

#include <optional>
#include <vector>

#include "gpu/device.h"

namespace figment::app {

/// The images that the display shows.
class Swapchain {
 public:
  /// Takes the surface over.
  Swapchain(gpu::Device& device, VkSurfaceKHR surface);
  ~Swapchain();
  Swapchain(const Swapchain&) = delete;
  Swapchain& operator=(const Swapchain&) = delete;

  /// Makes the images anew for a window of this size; waits for the device. False if there is nothing to show now.
  bool resize(VkExtent2D size);
  bool is_usable() const { return swapchain_ != VK_NULL_HANDLE; }

  /// The next image, or nothing if the swapchain must be resized. `acquired` is signalled when it may be drawn to.
  std::optional<std::uint32_t> acquire(VkSemaphore acquired);
  /// Shows an image once `finished(index)` is signalled. False if the swapchain should be resized.
  bool present(std::uint32_t index);

  VkFormat format() const { return format_.format; }
  VkExtent2D extent() const { return extent_; }
  bool can_be_read() const { return can_be_read_; }
  const char* mode_name() const;
  VkImage image(std::uint32_t index) const { return images_[index].image; }
  VkImageView view(std::uint32_t index) const { return images_[index].view; }
  VkSemaphore finished(std::uint32_t index) const { return images_[index].finished; }

 private:
  struct Image {
    VkImage image = VK_NULL_HANDLE;
    VkImageView view = VK_NULL_HANDLE;
    VkSemaphore finished = VK_NULL_HANDLE;
  };
  void choose_format();
  void choose_mode();
  void make_images();
  void release_images();

  gpu::Device& device_;
  VkSurfaceKHR surface_;
  VkSurfaceFormatKHR format_{};
  VkPresentModeKHR mode_ = VK_PRESENT_MODE_FIFO_KHR;
  VkSwapchainKHR swapchain_ = VK_NULL_HANDLE;
  VkExtent2D extent_{};
  bool can_be_read_ = false;
  std::vector<Image> images_;
};

}  // namespace figment::app
