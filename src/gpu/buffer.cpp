#include "gpu/buffer.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "gpu/commands.h"

namespace figment::gpu {

namespace {

constexpr double mebibyte = 1024.0 * 1024.0;

constexpr VkBufferUsageFlags buffer_usage =
    VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_UNIFORM_BUFFER_BIT | VK_BUFFER_USAGE_UNIFORM_TEXEL_BUFFER_BIT |
    VK_BUFFER_USAGE_STORAGE_TEXEL_BUFFER_BIT | VK_BUFFER_USAGE_INDIRECT_BUFFER_BIT | VK_BUFFER_USAGE_VERTEX_BUFFER_BIT |
    VK_BUFFER_USAGE_INDEX_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT;

std::uint32_t type_for(const Device& device, MemoryKind kind, std::uint32_t allowed) {
  constexpr VkMemoryPropertyFlags host = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
  constexpr VkMemoryPropertyFlags local = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
  constexpr VkMemoryPropertyFlags cached = VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
  switch (kind) {
    case MemoryKind::device:
      if (device.info().memory_is_unified) return device.memory_type(allowed, local, host | cached);
      return device.memory_type(allowed, local, 0, host | cached);
    case MemoryKind::upload:
      return device.memory_type(allowed, host, 0, cached | local);
    case MemoryKind::readback:
      return device.memory_type(allowed, host, cached, local);
  }
  core::fail("Unknown kind of memory.");
}

constexpr VkDeviceSize view_padding = 256;

/// Bytes to set aside behind a buffer. lavapipe (seen in Mesa 22.3) compiles a compute shader anew for buffers whose
/// size is a power of two, and for texel views whose size has a second byte of zero, which it takes for a number of
/// mipmap levels; it does so at the first dispatch, for some tenths of a second. With neither there is one kernel.
VkDeviceSize padding_for(const Device& device, VkDeviceSize bytes) {
  if (!device.info().is_cpu) return 0;
  return std::has_single_bit(bytes + view_padding) ? view_padding + 64 : view_padding;
}

}  // namespace

BufferView::BufferView(const Device& device, VkBuffer buffer, VkDeviceSize offset, VkDeviceSize bytes, VkFormat format)
    : device_(device.handle()) {
  core::require(offset % device.info().min_texel_alignment == 0,
                "A texel view starts at byte {}, but this device wants multiples of {}.", offset,
                device.info().min_texel_alignment);
  VkBufferViewCreateInfo info{VK_STRUCTURE_TYPE_BUFFER_VIEW_CREATE_INFO};
  info.buffer = buffer;
  info.format = format;
  info.offset = offset;
  info.range = bytes;
  check(vkCreateBufferView(device_, &info, nullptr, &view_), "vkCreateBufferView");
}

BufferView::~BufferView() {
  if (view_ != VK_NULL_HANDLE) vkDestroyBufferView(device_, view_, nullptr);
}

BufferView::BufferView(BufferView&& other) noexcept
    : device_(other.device_), view_(std::exchange(other.view_, VK_NULL_HANDLE)) {}

BufferView& BufferView::operator=(BufferView&& other) noexcept {
  std::swap(device_, other.device_);
  std::swap(view_, other.view_);
  return *this;
}

Buffer::Buffer(const Device& device, VkDeviceSize bytes, MemoryKind kind) : device_(&device), size_(bytes) {
  const DeviceInfo& limits = device.info();
  core::require(bytes > 0, "A buffer of zero bytes was asked for.");
  const VkDeviceSize most = std::min(limits.max_buffer_bytes, limits.max_allocation_bytes);
  core::require(bytes <= most, "A buffer of {:.0f} MiB was asked for, but {} gives at most {:.0f} MiB in one piece.",
                static_cast<double>(bytes) / mebibyte, limits.name, static_cast<double>(most) / mebibyte);
  try {
    VkBufferCreateInfo info{VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
    info.size = bytes + padding_for(device, bytes);
    info.usage = buffer_usage;
    check(vkCreateBuffer(device.handle(), &info, nullptr, &buffer_), "vkCreateBuffer");
    VkMemoryRequirements needs{};
    vkGetBufferMemoryRequirements(device.handle(), buffer_, &needs);
    const std::uint32_t type = type_for(device, kind, needs.memoryTypeBits);
    core::require(needs.size <= device.heap_bytes_of_type(type),
                  "A buffer of {:.0f} MiB does not fit in the {:.0f} MiB of {}; choose a smaller model or batch.",
                  static_cast<double>(needs.size) / mebibyte,
                  static_cast<double>(device.heap_bytes_of_type(type)) / mebibyte, limits.name);
    VkMemoryAllocateInfo allocate{VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO};
    allocate.allocationSize = needs.size;
    allocate.memoryTypeIndex = type;
    check(vkAllocateMemory(device.handle(), &allocate, nullptr, &memory_), "vkAllocateMemory");
    allocated_ = needs.size;
    ++device.statistics().allocations;
    device.statistics().allocated_bytes += allocated_;
    check(vkBindBufferMemory(device.handle(), buffer_, memory_, 0), "vkBindBufferMemory");
    constexpr VkMemoryPropertyFlags host = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
    if (kind == MemoryKind::device && !limits.memory_is_unified) return;
    if ((device.memory_properties(type) & host) == host) {
      void* pointer = nullptr;
      check(vkMapMemory(device.handle(), memory_, 0, VK_WHOLE_SIZE, 0, &pointer), "vkMapMemory");
      mapped_ = static_cast<std::byte*>(pointer);
    }
  } catch (...) {
    release();
    throw;
  }
}

Buffer::~Buffer() { release(); }

void Buffer::release() {
  if (device_ == nullptr) return;
  if (buffer_ != VK_NULL_HANDLE) vkDestroyBuffer(device_->handle(), buffer_, nullptr);
  if (memory_ != VK_NULL_HANDLE) {
    vkFreeMemory(device_->handle(), memory_, nullptr);
    device_->statistics().allocated_bytes -= allocated_;
  }
  buffer_ = VK_NULL_HANDLE;
  memory_ = VK_NULL_HANDLE;
  mapped_ = nullptr;
}

Buffer::Buffer(Buffer&& other) noexcept { *this = std::move(other); }

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  std::swap(device_, other.device_);
  std::swap(buffer_, other.buffer_);
  std::swap(memory_, other.memory_);
  std::swap(size_, other.size_);
  std::swap(allocated_, other.allocated_);
  std::swap(mapped_, other.mapped_);
  return *this;
}

BufferView Buffer::texel_view(VkDeviceSize offset, VkDeviceSize bytes, VkFormat format) const {
  core::require(device_ != nullptr && offset <= size_ && bytes <= size_ - offset,
                "A texel view of bytes {} to {} lies outside of a buffer of {} bytes.", offset, offset + bytes, size_);
  // The driver's accident, see padding_for(): the second byte of the size says whether there is one kernel or another.
  if (device_->info().is_cpu && (bytes >> 8U & 0xFFU) == 0) bytes += view_padding;
  return BufferView(*device_, buffer_, offset, bytes, format);
}

void upload(Device& device, const Buffer& buffer, std::span<const std::byte> bytes, VkDeviceSize offset) {
  if (bytes.empty()) return;
  core::require(offset <= buffer.size() && bytes.size() <= buffer.size() - offset,
                "{} bytes at {} do not fit in a buffer of {} bytes.", bytes.size(), offset, buffer.size());
  if (buffer.mapped() != nullptr) {
    std::memcpy(buffer.mapped() + offset, bytes.data(), bytes.size());
    return;
  }
  const Buffer staging(device, bytes.size(), MemoryKind::upload);
  std::memcpy(staging.mapped(), bytes.data(), bytes.size());
  CommandBuffer commands(device);
  commands.begin();
  commands.barrier(Access::all, Access::transfer);
  commands.copy(staging, 0, buffer, offset, bytes.size());
  commands.barrier(Access::transfer, Access::all);
  commands.end();
  device.queue().run(commands.handle());
}

void download(Device& device, const Buffer& buffer, std::span<std::byte> bytes, VkDeviceSize offset) {
  if (bytes.empty()) return;
  core::require(offset <= buffer.size() && bytes.size() <= buffer.size() - offset,
                "{} bytes at {} lie outside of a buffer of {} bytes.", bytes.size(), offset, buffer.size());
  if (buffer.mapped() != nullptr) {
    std::memcpy(bytes.data(), buffer.mapped() + offset, bytes.size());
    return;
  }
  const Buffer staging(device, bytes.size(), MemoryKind::readback);
  CommandBuffer commands(device);
  commands.begin();
  commands.barrier(Access::all, Access::transfer);
  commands.copy(buffer, offset, staging, 0, bytes.size());
  commands.barrier(Access::transfer, Access::host);
  commands.end();
  device.queue().run(commands.handle());
  std::memcpy(bytes.data(), staging.mapped(), bytes.size());
}

}  // namespace figment::gpu
