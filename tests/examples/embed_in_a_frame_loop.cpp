// How to have figment paint inside a frame loop of your own, with your Vulkan device, queue and image: nothing of the
// picture goes through the CPU until the frame is read back at the end, to be looked at as a PNG.
#include <figment/generator.h>
#include <vulkan/vulkan.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr std::uint32_t side = 96;  // pixels of the host's image; the picture of 64 x 64 lies in its middle
constexpr VkOffset2D corner{16, 16};
constexpr VkFormat format = VK_FORMAT_R8G8B8A8_UNORM;
constexpr double budget_ms = 8.0;  // device time a frame that figment may have

void check(VkResult result, const char* call) {
  if (result != VK_SUCCESS) throw std::runtime_error(std::string(call) + " failed: " + std::to_string(result));
}

/// The host program: all of it could be there before figment is.
class Host {
 public:
  Host() {
    make_device();
    make_image();
    make_frames();
  }
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  figment::HostDevice for_figment() {
    return {instance_, physical_, device_, queue_, family_, &features12_, nullptr, &queue_mutex_};
  }
  std::string name() const;

  /// One frame: the host's own drawing (here, a background that slowly gets brighter), then `paint`.
  template <typename Paint>
  void draw_frame(Paint paint);
  /// Waits, and reads the image back: RGBA [side, side].
  std::vector<std::uint8_t> read_back();

 private:
  struct Frame {
    VkCommandBuffer commands = VK_NULL_HANDLE;
    VkFence is_done = VK_NULL_HANDLE;
  };
  void make_device();
  void make_image();
  void make_frames();
  std::uint32_t memory_type(std::uint32_t allowed, VkMemoryPropertyFlags wanted) const;
  Frame& begin_frame();
  void end_frame(Frame& frame);
  void change_layout(VkCommandBuffer commands, VkImageLayout from, VkImageLayout to) const;

  VkInstance instance_ = VK_NULL_HANDLE;
  VkPhysicalDevice physical_ = VK_NULL_HANDLE;
  VkPhysicalDeviceVulkan13Features features13_{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES};
  VkPhysicalDeviceVulkan12Features features12_{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES};
  VkDevice device_ = VK_NULL_HANDLE;
  std::uint32_t family_ = 0;
  VkQueue queue_ = VK_NULL_HANDLE;
  std::mutex queue_mutex_;
  VkImage image_ = VK_NULL_HANDLE;
  VkDeviceMemory image_memory_ = VK_NULL_HANDLE;
  VkBuffer pixels_ = VK_NULL_HANDLE;  // what the image is read back into, at the end
  VkDeviceMemory pixels_memory_ = VK_NULL_HANDLE;
  VkCommandPool pool_ = VK_NULL_HANDLE;
  std::array<Frame, 2> frames_;
  std::uint64_t frame_number_ = 0;
};

void Host::make_device() {
  VkApplicationInfo application{VK_STRUCTURE_TYPE_APPLICATION_INFO};
  application.apiVersion = VK_API_VERSION_1_3;
  VkInstanceCreateInfo instance_info{VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO};
  instance_info.pApplicationInfo = &application;
  check(vkCreateInstance(&instance_info, nullptr, &instance_), "vkCreateInstance");

  std::uint32_t count = 1;
  vkEnumeratePhysicalDevices(instance_, &count, &physical_);
  if (count == 0) throw std::runtime_error("There is no Vulkan device.");
  std::vector<VkQueueFamilyProperties> families(16);
  count = static_cast<std::uint32_t>(families.size());
  vkGetPhysicalDeviceQueueFamilyProperties(physical_, &count, families.data());
  constexpr VkQueueFlags both = VK_QUEUE_GRAPHICS_BIT | VK_QUEUE_COMPUTE_BIT;
  while (family_ + 1 < count && (families[family_].queueFlags & both) != both) ++family_;

  features12_.pNext = &features13_;
  features12_.timelineSemaphore = VK_TRUE;
  features13_.synchronization2 = VK_TRUE;
  features13_.maintenance4 = VK_TRUE;
  const float priority = 1.0F;
  VkDeviceQueueCreateInfo queue_info{VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO};
  queue_info.queueFamilyIndex = family_;
  queue_info.queueCount = 1;
  queue_info.pQueuePriorities = &priority;
  VkDeviceCreateInfo device_info{VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO, &features12_};
  device_info.queueCreateInfoCount = 1;
  device_info.pQueueCreateInfos = &queue_info;
  check(vkCreateDevice(physical_, &device_info, nullptr, &device_), "vkCreateDevice");
  vkGetDeviceQueue(device_, family_, 0, &queue_);
}

void Host::make_image() {
  VkImageCreateInfo info{VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO};
  info.imageType = VK_IMAGE_TYPE_2D;
  info.format = format;
  info.extent = {side, side, 1};
  info.mipLevels = info.arrayLayers = 1;
  info.samples = VK_SAMPLE_COUNT_1_BIT;
  info.usage = VK_IMAGE_USAGE_TRANSFER_DST_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT;
  check(vkCreateImage(device_, &info, nullptr, &image_), "vkCreateImage");
  VkMemoryRequirements needs{};
  vkGetImageMemoryRequirements(device_, image_, &needs);
  VkMemoryAllocateInfo allocate{VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO, nullptr, needs.size,
                                memory_type(needs.memoryTypeBits, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT)};
  check(vkAllocateMemory(device_, &allocate, nullptr, &image_memory_), "vkAllocateMemory");
  check(vkBindImageMemory(device_, image_, image_memory_, 0), "vkBindImageMemory");

  VkBufferCreateInfo buffer{VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
  buffer.size = VkDeviceSize{4} * side * side;
  buffer.usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT;
  check(vkCreateBuffer(device_, &buffer, nullptr, &pixels_), "vkCreateBuffer");
  vkGetBufferMemoryRequirements(device_, pixels_, &needs);
  allocate.allocationSize = needs.size;
  allocate.memoryTypeIndex =
      memory_type(needs.memoryTypeBits, VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT);
  check(vkAllocateMemory(device_, &allocate, nullptr, &pixels_memory_), "vkAllocateMemory");
  check(vkBindBufferMemory(device_, pixels_, pixels_memory_, 0), "vkBindBufferMemory");
}

void Host::make_frames() {
  VkCommandPoolCreateInfo pool{VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO};
  pool.flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT;
  pool.queueFamilyIndex = family_;
  check(vkCreateCommandPool(device_, &pool, nullptr, &pool_), "vkCreateCommandPool");
  for (Frame& frame : frames_) {
    const VkCommandBufferAllocateInfo info{VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO, nullptr, pool_,
                                           VK_COMMAND_BUFFER_LEVEL_PRIMARY, 1};
    check(vkAllocateCommandBuffers(device_, &info, &frame.commands), "vkAllocateCommandBuffers");
    const VkFenceCreateInfo fence{VK_STRUCTURE_TYPE_FENCE_CREATE_INFO, nullptr, VK_FENCE_CREATE_SIGNALED_BIT};
    check(vkCreateFence(device_, &fence, nullptr, &frame.is_done), "vkCreateFence");
  }
}

Host::~Host() {
  vkDeviceWaitIdle(device_);
  for (const Frame& frame : frames_) vkDestroyFence(device_, frame.is_done, nullptr);
  vkDestroyCommandPool(device_, pool_, nullptr);
  vkDestroyBuffer(device_, pixels_, nullptr);
  vkFreeMemory(device_, pixels_memory_, nullptr);
  vkDestroyImage(device_, image_, nullptr);
  vkFreeMemory(device_, image_memory_, nullptr);
  vkDestroyDevice(device_, nullptr);
  vkDestroyInstance(instance_, nullptr);
}

std::string Host::name() const {
  VkPhysicalDeviceProperties properties{};
  vkGetPhysicalDeviceProperties(physical_, &properties);
  return properties.deviceName;
}

std::uint32_t Host::memory_type(std::uint32_t allowed, VkMemoryPropertyFlags wanted) const {
  VkPhysicalDeviceMemoryProperties memory{};
  vkGetPhysicalDeviceMemoryProperties(physical_, &memory);
  for (std::uint32_t i = 0; i < memory.memoryTypeCount; ++i) {
    if ((allowed & (1U << i)) != 0 && (memory.memoryTypes[i].propertyFlags & wanted) == wanted) return i;
  }
  throw std::runtime_error("There is no memory of the kind that this program needs.");
}

void Host::change_layout(VkCommandBuffer commands, VkImageLayout from, VkImageLayout to) const {
  VkImageMemoryBarrier2 barrier{VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER_2};
  barrier.srcStageMask = barrier.dstStageMask = VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT;
  barrier.srcAccessMask = VK_ACCESS_2_TRANSFER_WRITE_BIT;
  barrier.dstAccessMask = VK_ACCESS_2_TRANSFER_WRITE_BIT | VK_ACCESS_2_TRANSFER_READ_BIT;
  barrier.oldLayout = from;
  barrier.newLayout = to;
  barrier.image = image_;
  barrier.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
  VkDependencyInfo info{VK_STRUCTURE_TYPE_DEPENDENCY_INFO};
  info.imageMemoryBarrierCount = 1;
  info.pImageMemoryBarriers = &barrier;
  vkCmdPipelineBarrier2(commands, &info);
}

Host::Frame& Host::begin_frame() {
  Frame& frame = frames_[frame_number_++ % frames_.size()];
  check(vkWaitForFences(device_, 1, &frame.is_done, VK_TRUE, UINT64_MAX), "vkWaitForFences");
  check(vkResetFences(device_, 1, &frame.is_done), "vkResetFences");
  const VkCommandBufferBeginInfo info{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
  check(vkBeginCommandBuffer(frame.commands, &info), "vkBeginCommandBuffer");
  return frame;
}

void Host::end_frame(Frame& frame) {
  check(vkEndCommandBuffer(frame.commands), "vkEndCommandBuffer");
  VkSubmitInfo info{VK_STRUCTURE_TYPE_SUBMIT_INFO};
  info.commandBufferCount = 1;
  info.pCommandBuffers = &frame.commands;
  const std::scoped_lock lock(queue_mutex_);  // figment holds it around its submissions, too
  check(vkQueueSubmit(queue_, 1, &info, frame.is_done), "vkQueueSubmit");
}

template <typename Paint>
void Host::draw_frame(Paint paint) {
  Frame& frame = begin_frame();
  change_layout(frame.commands, VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
  const float grey = 0.001F * static_cast<float>(frame_number_ % 500);
  const VkClearColorValue background{{grey, grey, grey, 1.0F}};
  const VkImageSubresourceRange whole{VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
  vkCmdClearColorImage(frame.commands, image_, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, &background, 1, &whole);
  paint(frame.commands, figment::ImageTarget{image_, format, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, corner});
  change_layout(frame.commands, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL);
  end_frame(frame);  // a program with a window would present the image now
}

std::vector<std::uint8_t> Host::read_back() {
  Frame& frame = begin_frame();
  VkBufferImageCopy region{};
  region.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
  region.imageExtent = {side, side, 1};
  vkCmdCopyImageToBuffer(frame.commands, image_, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, pixels_, 1, &region);
  end_frame(frame);
  check(vkWaitForFences(device_, 1, &frame.is_done, VK_TRUE, UINT64_MAX), "vkWaitForFences");
  std::vector<std::uint8_t> rgba(std::size_t{4} * side * side);
  void* mapped = nullptr;
  check(vkMapMemory(device_, pixels_memory_, 0, VK_WHOLE_SIZE, 0, &mapped), "vkMapMemory");
  const auto* bytes = static_cast<const std::uint8_t*>(mapped);
  rgba.assign(bytes, bytes + rgba.size());
  vkUnmapMemory(device_, pixels_memory_);
  return rgba;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    Host host;
    figment::Context context(host.for_figment());
    figment::Generator generator(
        context, "diffusion",
        R"({"figment": 1, "picture": {"steps": 5, "seed": 11, "count": 1, "time_of_day": 0, "terrain": 1}})");
    int frames = 0;
    do {
      generator.advance(budget_ms);  // submits, and does not wait
      host.draw_frame([&](VkCommandBuffer commands, const figment::ImageTarget& target) {
        generator.record_copy(commands, target);  // the picture as it is by now
      });
      ++frames;
    } while (!generator.is_finished());
    const std::vector<std::uint8_t> rgba = host.read_back();
    figment::write_png(argc > 1 ? argv[1] : "frame.png", side, side, rgba.data());
    std::printf("painted on %s in %d frames\n", host.name().c_str(), frames);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
