#include "gpu/device.h"

#include <bit>
#include <cstdlib>

#include "core/log.h"
#include "gpu/device_query.h"

namespace figment::gpu {

/// What the validation layer said.
struct Device::Validation {
  mutable std::mutex mutex;
  std::vector<std::string> messages;
  VkDebugUtilsMessengerEXT messenger = VK_NULL_HANDLE;

  static VkBool32 VKAPI_PTR receive(VkDebugUtilsMessageSeverityFlagBitsEXT, VkDebugUtilsMessageTypeFlagsEXT,
                                    const VkDebugUtilsMessengerCallbackDataEXT* data, void* user) {
    auto* self = static_cast<Validation*>(user);
    const std::scoped_lock lock(self->mutex);
    self->messages.emplace_back(data->pMessage);
    spdlog::warn("Vulkan validation: {}", data->pMessage);
    return VK_FALSE;
  }

  VkDebugUtilsMessengerCreateInfoEXT info() {
    VkDebugUtilsMessengerCreateInfoEXT result{VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT};
    result.messageSeverity =
        VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
    // Not "general": the loader uses that to complain about other programs' layers.
    result.messageType =
        VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_TYPE_PERFORMANCE_BIT_EXT;
    result.pfnUserCallback = receive;
    result.pUserData = this;
    return result;
  }
};

namespace {

template <typename Function>
Function instance_function(VkInstance instance, const char* name) {
  return reinterpret_cast<Function>(vkGetInstanceProcAddr(instance, name));
}

std::string selection(const DeviceOptions& options) {
  if (!options.select.empty()) return options.select;
  const char* variable = std::getenv("FIGMENT_DEVICE");
  return variable == nullptr ? "" : variable;
}

}  // namespace

const char* name_of(DeviceType type) {
  switch (type) {
    case DeviceType::cpu:
      return "CPU";
    case DeviceType::integrated:
      return "integrated GPU";
    case DeviceType::discrete:
      return "discrete GPU";
    case DeviceType::virtual_gpu:
      return "virtual GPU";
    case DeviceType::other:
      return "other";
  }
  return "other";
}

std::vector<DeviceInfo> list_devices() {
  VkInstance instance = VK_NULL_HANDLE;
  try {
    instance = query::make_instance({}, false, nullptr);
  } catch (const core::Error&) {
    return {};  // no loader or no driver: there are none
  }
  std::vector<DeviceInfo> infos;
  for (const VkPhysicalDevice device : query::usable_devices(instance)) infos.push_back(query::describe(device));
  vkDestroyInstance(instance, nullptr);
  return infos;
}

std::unique_ptr<Device> Device::create(const DeviceOptions& options) {
  std::unique_ptr<Device> device(new Device);
  if (options.external) {
    device->adopt(*options.external);
  } else {
    device->make(options);
  }
  vkGetPhysicalDeviceMemoryProperties(device->physical_, &device->memory_);
  return device;
}

void Device::adopt(const ExternalDevice& external) {
  core::require(external.instance && external.physical_device && external.device && external.queue,
                "A host's Vulkan device needs all of instance, physical device, device and queue.");
  owns_ = false;
  instance_ = external.instance;
  physical_ = external.physical_device;
  device_ = external.device;
  query::load_vulkan();
  query::load_functions(instance_);
  info_ = query::describe(physical_);
  core::require(info_.api_version >= VK_API_VERSION_1_3,
                "The host's device {} has Vulkan {}.{}, but figment needs 1.3; choose another.", info_.name,
                VK_API_VERSION_MAJOR(info_.api_version), VK_API_VERSION_MINOR(info_.api_version));
  query::describe_queue(physical_, external.queue_family, info_);
  // What the device could do says nothing of what the host enabled.
  info_.f16_storage &= external.f16_storage;
  info_.f16_arithmetic &= external.f16_arithmetic;
  info_.int8 &= external.int8;
  info_.int64 &= external.int64;
  info_.subgroup_size_control &= external.subgroup_size_control;
  info_.full_subgroups &= external.full_subgroups;
  info_.atomic_float = info_.cooperative_matrix = info_.memory_model = false;
  queue_ = std::make_unique<Queue>(device_, external.queue, external.queue_family, statistics_, external.queue_mutex);
}

void Device::make(const DeviceOptions& options) {
  const std::vector<int> threads_before = DriverThreads::running();
  validation_ = options.validation ? std::make_unique<Validation>() : nullptr;
  VkDebugUtilsMessengerCreateInfoEXT messenger{};
  if (validation_) messenger = validation_->info();
  instance_ = query::make_instance(options.instance_extensions, options.validation, validation_ ? &messenger : nullptr);
  if (validation_) {
    const auto create =
        instance_function<PFN_vkCreateDebugUtilsMessengerEXT>(instance_, "vkCreateDebugUtilsMessengerEXT");
    check(create(instance_, &messenger, nullptr, &validation_->messenger), "vkCreateDebugUtilsMessengerEXT");
  }

  const auto devices = query::usable_devices(instance_);
  std::vector<DeviceInfo> infos;
  for (const VkPhysicalDevice device : devices) infos.push_back(query::describe(device));
  const std::size_t index = query::choose(infos, selection(options));
  physical_ = devices[index];
  info_ = infos[index];

  query::Features features(physical_);
  if (options.present) {
    core::require(info_.graphics && query::has_extension(physical_, VK_KHR_SWAPCHAIN_EXTENSION_NAME),
                  "The device {} cannot show a window; choose another with --device, or make a film instead.",
                  info_.name);
    features.extensions.push_back(VK_KHR_SWAPCHAIN_EXTENSION_NAME);
  }
  const std::uint32_t family = query::queue_family(physical_);
  const float priority = 1.0F;
  VkDeviceQueueCreateInfo queue_info{VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO};
  queue_info.queueFamilyIndex = family;
  queue_info.queueCount = 1;
  queue_info.pQueuePriorities = &priority;
  VkDeviceCreateInfo info{VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO, &features.features};
  info.queueCreateInfoCount = 1;
  info.pQueueCreateInfos = &queue_info;
  info.enabledExtensionCount = static_cast<std::uint32_t>(features.extensions.size());
  info.ppEnabledExtensionNames = features.extensions.data();
  check(vkCreateDevice(physical_, &info, nullptr, &device_), "vkCreateDevice");

  VkQueue queue = VK_NULL_HANDLE;
  vkGetDeviceQueue(device_, family, 0, &queue);
  queue_ = std::make_unique<Queue>(device_, queue, family, statistics_);
  if (info_.is_cpu) driver_threads_.adopt(threads_before);
}

Device::~Device() {
  if (device_ != VK_NULL_HANDLE && owns_) vkDeviceWaitIdle(device_);
  if (!owns_ && queue_) {
    const std::scoped_lock lock(queue_->mutex());
    vkQueueWaitIdle(queue_->handle());  // figment's last submissions still use the timeline
  }
  queue_.reset();
  if (!owns_) return;
  if (device_ != VK_NULL_HANDLE) vkDestroyDevice(device_, nullptr);
  if (validation_ && validation_->messenger != VK_NULL_HANDLE) {
    instance_function<PFN_vkDestroyDebugUtilsMessengerEXT>(instance_, "vkDestroyDebugUtilsMessengerEXT")(
        instance_, validation_->messenger, nullptr);
  }
  if (instance_ != VK_NULL_HANDLE) vkDestroyInstance(instance_, nullptr);
}

void Device::wait_idle() const {
  if (!owns_) return queue_->wait_idle();  // the host's other queues are not ours to hold up
  const std::scoped_lock lock(queue_->mutex());
  check(vkDeviceWaitIdle(device_), "vkDeviceWaitIdle");
}

std::uint32_t Device::memory_type(std::uint32_t allowed_types, VkMemoryPropertyFlags required,
                                  VkMemoryPropertyFlags preferred, VkMemoryPropertyFlags avoided) const {
  int best_score = -1000;
  std::uint32_t best = 0;
  for (std::uint32_t i = 0; i < memory_.memoryTypeCount; ++i) {
    const VkMemoryPropertyFlags flags = memory_.memoryTypes[i].propertyFlags;
    if ((allowed_types & (1U << i)) == 0 || (flags & required) != required) continue;
    // Kinds of memory that need features or care that figment does not give them.
    if ((flags & (VK_MEMORY_PROPERTY_PROTECTED_BIT | VK_MEMORY_PROPERTY_DEVICE_COHERENT_BIT_AMD |
                  VK_MEMORY_PROPERTY_LAZILY_ALLOCATED_BIT)) != 0) {
      continue;
    }
    const int score = 2 * std::popcount(flags & preferred) - std::popcount(flags & avoided);
    if (score > best_score) {
      best_score = score;
      best = i;
    }
  }
  core::require(best_score > -1000,
                "The device {} has no memory of the kind needed here; choose another with --device.", info_.name);
  return best;
}

std::vector<std::string> Device::validation_messages() const {
  if (!validation_) return {};
  const std::scoped_lock lock(validation_->mutex);
  return validation_->messages;
}

std::size_t Device::validation_count() const { return validation_messages().size(); }

}  // namespace figment::gpu
