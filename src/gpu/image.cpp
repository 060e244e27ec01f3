#include "gpu/image.h"

#include <utility>

namespace figment::gpu {

Image::Image(const Device& device, std::uint32_t width, std::uint32_t height, VkFormat format, VkImageUsageFlags usage)
    : device_(&device), format_(format), width_(width), height_(height) {
  core::require(width > 0 && height > 0 && width <= 16384 && height <= 16384,
                "An image of {}x{} pixels cannot be made; each side must be 1 to 16384.", width, height);
  try {
    VkImageCreateInfo info{VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO};
    info.imageType = VK_IMAGE_TYPE_2D;
    info.format = format;
    info.extent = {width, height, 1};
    info.mipLevels = 1;
    info.arrayLayers = 1;
    info.samples = VK_SAMPLE_COUNT_1_BIT;
    info.usage = usage;
    check(vkCreateImage(device.handle(), &info, nullptr, &image_), "vkCreateImage");
    VkMemoryRequirements needs{};
    vkGetImageMemoryRequirements(device.handle(), image_, &needs);
    VkMemoryAllocateInfo allocate{VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO};
    allocate.allocationSize = needs.size;
    allocate.memoryTypeIndex = device.memory_type(needs.memoryTypeBits, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT, 0);
    check(vkAllocateMemory(device.handle(), &allocate, nullptr, &memory_), "vkAllocateMemory");
    allocated_ = needs.size;
    ++device.statistics().allocations;
    device.statistics().allocated_bytes += allocated_;
    check(vkBindImageMemory(device.handle(), image_, memory_, 0), "vkBindImageMemory");
    VkImageViewCreateInfo view{VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO};
    view.image = image_;
    view.viewType = VK_IMAGE_VIEW_TYPE_2D;
    view.format = format;
    view.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
    check(vkCreateImageView(device.handle(), &view, nullptr, &view_), "vkCreateImageView");
  } catch (...) {
    release();
    throw;
  }
}

Image::~Image() { release(); }

void Image::release() {
  if (device_ == nullptr) return;
  if (view_ != VK_NULL_HANDLE) vkDestroyImageView(device_->handle(), view_, nullptr);
  if (image_ != VK_NULL_HANDLE) vkDestroyImage(device_->handle(), image_, nullptr);
  if (memory_ != VK_NULL_HANDLE) {
    vkFreeMemory(device_->handle(), memory_, nullptr);
    device_->statistics().allocated_bytes -= allocated_;
  }
  view_ = VK_NULL_HANDLE;
  image_ = VK_NULL_HANDLE;
  memory_ = VK_NULL_HANDLE;
}

Image::Image(Image&& other) noexcept { *this = std::move(other); }

Image& Image::operator=(Image&& other) noexcept {
  std::swap(device_, other.device_);
  std::swap(image_, other.image_);
  std::swap(view_, other.view_);
  std::swap(memory_, other.memory_);
  std::swap(allocated_, other.allocated_);
  std::swap(format_, other.format_);
  std::swap(width_, other.width_);
  std::swap(height_, other.height_);
  return *this;
}

}  // namespace figment::gpu
