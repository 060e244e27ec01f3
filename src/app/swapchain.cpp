#include "app/swapchain.h"

#include <algorithm>

#include "gpu/error.h"

namespace figment::app {

Swapchain::Swapchain(gpu::Device& device, VkSurfaceKHR surface) : device_(device), surface_(surface) {
  VkBool32 is_supported = VK_FALSE;
  gpu::check(
      vkGetPhysicalDeviceSurfaceSupportKHR(device_.physical(), device_.queue().family(), surface_, &is_supported),
      "vkGetPhysicalDeviceSurfaceSupportKHR");
  if (is_supported != VK_TRUE) {
    vkDestroySurfaceKHR(device_.instance(), surface_, nullptr);
    core::fail(
        "The device {} cannot show pictures on this display; choose another with --device, or use `figment film`.",
        device_.info().name);
  }
  choose_format();
  choose_mode();
}

Swapchain::~Swapchain() {
  release_images();
  vkDestroySwapchainKHR(device_.handle(), swapchain_, nullptr);
  vkDestroySurfaceKHR(device_.instance(), surface_, nullptr);
}

void Swapchain::choose_format() {
  std::uint32_t count = 0;
  vkGetPhysicalDeviceSurfaceFormatsKHR(device_.physical(), surface_, &count, nullptr);
  std::vector<VkSurfaceFormatKHR> formats(count);
  vkGetPhysicalDeviceSurfaceFormatsKHR(device_.physical(), surface_, &count, formats.data());
  core::require(!formats.empty(), "The display offers no pixel format; use `figment film`.");
  format_ = formats.front();
  // All colours are meant for the screen as they are, so no conversion to sRGB.
  for (const VkFormat wanted : {VK_FORMAT_R8G8B8A8_UNORM, VK_FORMAT_B8G8R8A8_UNORM}) {
    const auto found = std::ranges::find(formats, wanted, &VkSurfaceFormatKHR::format);
    if (found != formats.end()) format_ = *found;
  }
}

void Swapchain::choose_mode() {
  std::uint32_t count = 0;
  vkGetPhysicalDeviceSurfacePresentModesKHR(device_.physical(), surface_, &count, nullptr);
  std::vector<VkPresentModeKHR> modes(count);
  vkGetPhysicalDeviceSurfacePresentModesKHR(device_.physical(), surface_, &count, modes.data());
  if (!device_.info().is_cpu) return;
  // Here drawing and computing share the cores: waiting for the display would be time lost.
  for (const VkPresentModeKHR wanted : {VK_PRESENT_MODE_MAILBOX_KHR, VK_PRESENT_MODE_IMMEDIATE_KHR}) {
    if (std::ranges::find(modes, wanted) != modes.end()) mode_ = wanted;
  }
}

const char* Swapchain::mode_name() const {
  switch (mode_) {
    case VK_PRESENT_MODE_MAILBOX_KHR:
      return "mailbox";
    case VK_PRESENT_MODE_IMMEDIATE_KHR:
      return "immediate";
    default:
      return "fifo";
  }
}

bool Swapchain::resize(VkExtent2D size) {
  device_.wait_idle();
  VkSurfaceCapabilitiesKHR can{};
  gpu::check(vkGetPhysicalDeviceSurfaceCapabilitiesKHR(device_.physical(), surface_, &can),
             "vkGetPhysicalDeviceSurfaceCapabilitiesKHR");
  if (can.currentExtent.width != UINT32_MAX) size = can.currentExtent;
  size.width =
      std::clamp(size.width, can.minImageExtent.width, std::max(can.minImageExtent.width, can.maxImageExtent.width));
  size.height = std::clamp(size.height, can.minImageExtent.height,
                           std::max(can.minImageExtent.height, can.maxImageExtent.height));
  if (size.width == 0 || size.height == 0) return false;

  can_be_read_ = (can.supportedUsageFlags & VK_IMAGE_USAGE_TRANSFER_SRC_BIT) != 0;
  VkSwapchainCreateInfoKHR info{VK_STRUCTURE_TYPE_SWAPCHAIN_CREATE_INFO_KHR};
  info.surface = surface_;
  info.minImageCount = std::max(can.minImageCount, 3U);
  if (can.maxImageCount != 0) info.minImageCount = std::min(info.minImageCount, can.maxImageCount);
  info.imageFormat = format_.format;
  info.imageColorSpace = format_.colorSpace;
  info.imageExtent = size;
  info.imageArrayLayers = 1;
  info.imageUsage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT;
  if (can_be_read_) info.imageUsage |= VK_IMAGE_USAGE_TRANSFER_SRC_BIT;
  info.preTransform = can.currentTransform;
  info.compositeAlpha = (can.supportedCompositeAlpha & VK_COMPOSITE_ALPHA_OPAQUE_BIT_KHR) != 0
                            ? VK_COMPOSITE_ALPHA_OPAQUE_BIT_KHR
                            : VK_COMPOSITE_ALPHA_INHERIT_BIT_KHR;
  info.presentMode = mode_;
  info.clipped = VK_TRUE;
  info.oldSwapchain = swapchain_;
  VkSwapchainKHR swapchain = VK_NULL_HANDLE;
  gpu::check(vkCreateSwapchainKHR(device_.handle(), &info, nullptr, &swapchain), "vkCreateSwapchainKHR");
  release_images();
  vkDestroySwapchainKHR(device_.handle(), swapchain_, nullptr);
  swapchain_ = swapchain;
  extent_ = size;
  make_images();
  return true;
}

void Swapchain::make_images() {
  std::uint32_t count = 0;
  gpu::check(vkGetSwapchainImagesKHR(device_.handle(), swapchain_, &count, nullptr), "vkGetSwapchainImagesKHR");
  std::vector<VkImage> images(count);
  gpu::check(vkGetSwapchainImagesKHR(device_.handle(), swapchain_, &count, images.data()), "vkGetSwapchainImagesKHR");
  for (const VkImage image : images) {
    Image& made = images_.emplace_back();
    made.image = image;
    VkImageViewCreateInfo view{VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO};
    view.image = image;
    view.viewType = VK_IMAGE_VIEW_TYPE_2D;
    view.format = format_.format;
    view.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
    gpu::check(vkCreateImageView(device_.handle(), &view, nullptr, &made.view), "vkCreateImageView");
    const VkSemaphoreCreateInfo semaphore{VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, nullptr, 0};
    gpu::check(vkCreateSemaphore(device_.handle(), &semaphore, nullptr, &made.finished), "vkCreateSemaphore");
  }
}

void Swapchain::release_images() {
  for (const Image& image : images_) {
    vkDestroyImageView(device_.handle(), image.view, nullptr);
    vkDestroySemaphore(device_.handle(), image.finished, nullptr);
  }
  images_.clear();
}

std::optional<std::uint32_t> Swapchain::acquire(VkSemaphore acquired) {
  std::uint32_t index = 0;
  const VkResult result =
      vkAcquireNextImageKHR(device_.handle(), swapchain_, UINT64_MAX, acquired, VK_NULL_HANDLE, &index);
  if (result == VK_ERROR_OUT_OF_DATE_KHR) return std::nullopt;
  gpu::check(result, "vkAcquireNextImageKHR");
  return index;
}

bool Swapchain::present(std::uint32_t index) {
  const VkSemaphore finished = images_[index].finished;
  VkPresentInfoKHR info{VK_STRUCTURE_TYPE_PRESENT_INFO_KHR};
  info.waitSemaphoreCount = 1;
  info.pWaitSemaphores = &finished;
  info.swapchainCount = 1;
  info.pSwapchains = &swapchain_;
  info.pImageIndices = &index;
  return device_.queue().present(info) == VK_SUCCESS;
}

}  // namespace figment::app
