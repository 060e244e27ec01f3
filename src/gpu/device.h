#pragma once
#include <volk.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gpu/driver_threads.h"
#include "gpu/error.h"
#include "gpu/queue.h"
#include "gpu/statistics.h"

namespace figment::gpu {

enum class DeviceType { cpu, integrated, discrete, virtual_gpu, other };
const char* name_of(DeviceType type);

/// What a device is and can do, in plain values. Sizes in bytes unless named otherwise.
struct DeviceInfo {
  std::string name;    ///< "llvmpipe (LLVM 15.0.6, 256 bits)"
  std::string driver;  ///< "llvmpipe Mesa 22.3.6 (LLVM 15.0.6)"
  DeviceType type = DeviceType::other;
  bool is_cpu = false;
  std::uint32_t vendor_id = 0;
  std::uint32_t api_version = 0;

  std::uint32_t core_count = 1;  ///< CPU devices: hardware threads; else 0, unknown
  std::uint32_t subgroup_size = 1;
  std::uint32_t min_subgroup_size = 1;
  std::uint32_t max_subgroup_size = 1;
  bool subgroup_shuffle = false;
  bool subgroup_arithmetic = false;
  bool subgroup_size_control = false;  ///< a pipeline may pin its subgroup size
  bool full_subgroups = false;         ///< a pipeline may require full subgroups

  std::uint64_t max_storage_range = 0;
  std::uint64_t max_texel_elements = 0;  ///< elements of a texel view
  std::uint64_t max_allocation_bytes = 0;
  std::uint64_t max_buffer_bytes = 0;
  std::uint32_t min_texel_alignment = 16;
  std::uint32_t min_storage_alignment = 16;
  std::uint32_t min_uniform_alignment = 16;
  std::uint32_t shared_memory_bytes = 0;
  std::uint32_t max_workgroup_invocations = 0;
  std::uint32_t max_workgroup_size[3] = {0, 0, 0};
  std::uint32_t max_workgroup_count[3] = {0, 0, 0};
  std::uint32_t max_push_bytes = 128;

  bool f16_storage = false;  ///< 16-bit members of storage buffers
  bool f16_arithmetic = false;
  bool int8 = false;  ///< 8-bit storage and arithmetic
  bool int64 = false;
  bool atomic_float = false;        ///< atomicAdd on f32 in storage buffers
  bool cooperative_matrix = false;  ///< VK_KHR_cooperative_matrix or VK_NV_cooperative_matrix is enabled
  bool memory_model = false;        ///< the Vulkan memory model, which cooperative matrices need
  bool graphics = false;            ///< the queue draws, too

  double timestamp_period_ns = 0.0;  ///< nanoseconds a tick; 0: no timestamps
  std::uint32_t timestamp_bits = 0;
  std::uint64_t heap_bytes = 0;    ///< the largest device-local heap
  bool memory_is_unified = false;  ///< device memory can be mapped: no staging copies needed
};

/// A device of a host program that figment shall use instead of making its own. It must have timeline semaphores,
/// synchronization2 and Vulkan 1.3; what else it enabled cannot be asked for, so say it in the flags.
struct ExternalDevice {
  VkInstance instance = VK_NULL_HANDLE;
  VkPhysicalDevice physical_device = VK_NULL_HANDLE;
  VkDevice device = VK_NULL_HANDLE;
  VkQueue queue = VK_NULL_HANDLE;
  std::uint32_t queue_family = 0;
  std::mutex* queue_mutex = nullptr;  ///< the host's lock of that queue, if it has one
  bool f16_storage = false, f16_arithmetic = false, int8 = false, int64 = false, subgroup_size_control = false,
       full_subgroups = false;
};

struct DeviceOptions {
  /// "" chooses (discrete, integrated, virtual, CPU); else an index of list_devices() or a part of a name, any case.
  /// When empty, the environment variable FIGMENT_DEVICE is taken.
  std::string select;
  bool validation = false;  ///< count and keep the validation layer's messages
  bool present = false;     ///< enable VK_KHR_swapchain and choose a queue that draws
  std::vector<std::string>
      instance_extensions;  ///< what the window system asks for (glfwGetRequiredInstanceExtensions)
  std::optional<ExternalDevice> external;
};

/// The devices of this machine with Vulkan 1.3, in the driver's order; empty if there is none.
std::vector<DeviceInfo> list_devices();

/// A Vulkan device with its one queue. Everything made from a Device must be destroyed before it.
class Device {
 public:
  /// Errors: no Vulkan device (says what to install), none or several that `select` names, validation layer missing.
  static std::unique_ptr<Device> create(const DeviceOptions& options = {});
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  const DeviceInfo& info() const { return info_; }
  VkInstance instance() const { return instance_; }
  VkPhysicalDevice physical() const { return physical_; }
  VkDevice handle() const { return device_; }
  Queue& queue() { return *queue_; }
  const Queue& queue() const { return *queue_; }
  Statistics& statistics() const { return statistics_; }
  /// Those that the driver of a CPU device made; none on other devices and on a host program's device.
  DriverThreads& driver_threads() { return driver_threads_; }
  std::uint64_t allocated_bytes() const { return statistics_.allocated_bytes; }
  /// vkDeviceWaitIdle under the queue's lock.
  void wait_idle() const;

  /// Index of the memory type of `allowed_types` that has all of `required` and most of `preferred`, and as few of
  /// `avoided` as can be. Throws core::Error if there is none.
  std::uint32_t memory_type(std::uint32_t allowed_types, VkMemoryPropertyFlags required,
                            VkMemoryPropertyFlags preferred, VkMemoryPropertyFlags avoided = 0) const;
  VkMemoryPropertyFlags memory_properties(std::uint32_t type) const { return memory_.memoryTypes[type].propertyFlags; }
  std::uint64_t heap_bytes_of_type(std::uint32_t type) const {
    return memory_.memoryHeaps[memory_.memoryTypes[type].heapIndex].size;
  }

  /// Warnings and errors of the validation layer since creation; tests demand none.
  std::vector<std::string> validation_messages() const;
  std::size_t validation_count() const;

 private:
  struct Validation;
  Device() = default;
  void adopt(const ExternalDevice& external);
  void make(const DeviceOptions& options);

  DeviceInfo info_;
  bool owns_ = true;
  VkInstance instance_ = VK_NULL_HANDLE;
  VkPhysicalDevice physical_ = VK_NULL_HANDLE;
  VkDevice device_ = VK_NULL_HANDLE;
  VkPhysicalDeviceMemoryProperties memory_{};
  mutable Statistics statistics_;
  std::unique_ptr<Validation> validation_;
  std::unique_ptr<Queue> queue_;
  DriverThreads driver_threads_;
};

}  // namespace figment::gpu
