#include "gpu/device_query.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <mutex>
#include <thread>

namespace figment::gpu::query {

namespace {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

DeviceType type_of(VkPhysicalDeviceType type) {
  switch (type) {
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
      return DeviceType::cpu;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
      return DeviceType::integrated;
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
      return DeviceType::discrete;
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
      return DeviceType::virtual_gpu;
    default:
      return DeviceType::other;
  }
}

int rank_of(DeviceType type) {
  switch (type) {
    case DeviceType::discrete:
      return 0;
    case DeviceType::integrated:
      return 1;
    case DeviceType::virtual_gpu:
      return 2;
    case DeviceType::other:
      return 3;
    case DeviceType::cpu:
      return 4;
  }
  return 5;
}

std::vector<VkQueueFamilyProperties> families_of(VkPhysicalDevice device) {
  std::uint32_t count = 0;
  vkGetPhysicalDeviceQueueFamilyProperties(device, &count, nullptr);
  std::vector<VkQueueFamilyProperties> families(count);
  vkGetPhysicalDeviceQueueFamilyProperties(device, &count, families.data());
  return families;
}

bool has_layer(const char* name) {
  std::uint32_t count = 0;
  check(vkEnumerateInstanceLayerProperties(&count, nullptr), "vkEnumerateInstanceLayerProperties");
  std::vector<VkLayerProperties> layers(count);
  check(vkEnumerateInstanceLayerProperties(&count, layers.data()), "vkEnumerateInstanceLayerProperties");
  return std::ranges::any_of(layers, [&](const auto& layer) { return std::strcmp(layer.layerName, name) == 0; });
}

bool has_instance_extension(const std::string& name, const char* layer = nullptr) {
  std::uint32_t count = 0;
  check(vkEnumerateInstanceExtensionProperties(layer, &count, nullptr), "vkEnumerateInstanceExtensionProperties");
  std::vector<VkExtensionProperties> list(count);
  check(vkEnumerateInstanceExtensionProperties(layer, &count, list.data()), "vkEnumerateInstanceExtensionProperties");
  return std::ranges::any_of(list, [&](const auto& extension) { return name == extension.extensionName; });
}

void describe_memory(VkPhysicalDevice device, DeviceInfo& info) {
  VkPhysicalDeviceMemoryProperties memory{};
  vkGetPhysicalDeviceMemoryProperties(device, &memory);
  for (std::uint32_t i = 0; i < memory.memoryHeapCount; ++i) {
    if ((memory.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT) != 0) {
      info.heap_bytes = std::max<std::uint64_t>(info.heap_bytes, memory.memoryHeaps[i].size);
    }
  }
  constexpr VkMemoryPropertyFlags both =
      VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT | VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
  // A discrete card's window into its memory is slow to read from the host: it does not count as unified.
  if (info.type != DeviceType::cpu && info.type != DeviceType::integrated) return;
  for (std::uint32_t i = 0; i < memory.memoryTypeCount; ++i) {
    info.memory_is_unified |= (memory.memoryTypes[i].propertyFlags & both) == both;
  }
}

void describe_features(VkPhysicalDevice device, DeviceInfo& info) {
  const Features features(device);
  info.subgroup_size_control = features.v13.subgroupSizeControl != 0;
  info.full_subgroups = features.v13.computeFullSubgroups != 0;
  info.f16_storage = features.v11.storageBuffer16BitAccess != 0;
  info.f16_arithmetic = features.v12.shaderFloat16 != 0;
  info.int8 = features.v12.shaderInt8 != 0 && features.v12.storageBuffer8BitAccess != 0;
  info.int64 = features.features.features.shaderInt64 != 0;
  info.atomic_float = features.atomic.shaderBufferFloat32AtomicAdd != 0;
  info.memory_model = features.v12.vulkanMemoryModel != 0;
  info.cooperative_matrix = features.matrix_nv.cooperativeMatrix != 0;
#ifdef VK_KHR_cooperative_matrix
  info.cooperative_matrix |= features.matrix_khr.cooperativeMatrix != 0;
#endif
}

}  // namespace

void load_vulkan() {
  static const VkResult result = volkInitialize();
  core::require(result == VK_SUCCESS,
                "There is no Vulkan loader on this machine; install it and a driver: apt install libvulkan1 "
                "mesa-vulkan-drivers (which brings a CPU device, too).");
}

void load_functions(VkInstance instance) {
  static std::mutex mutex;
  const std::scoped_lock lock(mutex);
  // An instance without surfaces would take the surface functions of an earlier one away, so never load those again.
  const bool has_surfaces = vkGetInstanceProcAddr(instance, "vkDestroySurfaceKHR") != nullptr;
  if (vkCmdDispatch == nullptr || (has_surfaces && vkDestroySurfaceKHR == nullptr)) volkLoadInstance(instance);
}

VkInstance make_instance(const std::vector<std::string>& extensions, bool validation,
                         const VkDebugUtilsMessengerCreateInfoEXT* messenger) {
  load_vulkan();
  constexpr const char* layer = "VK_LAYER_KHRONOS_validation";
  std::vector<const char*> layers, names;
  for (const std::string& name : extensions) {
    core::require(has_instance_extension(name),
                  "The Vulkan loader lacks the extension {} that the window needs; install libvulkan1 and "
                  "mesa-vulkan-drivers.",
                  name);
    names.push_back(name.c_str());
  }
  if (validation) {
    core::require(
        has_layer(layer),
        "The Vulkan validation layer is not installed; install vulkan-validationlayers or leave validation off.");
    layers.push_back(layer);
    names.push_back(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
  }
  VkApplicationInfo application{VK_STRUCTURE_TYPE_APPLICATION_INFO};
  application.pApplicationName = "figment";
  application.pEngineName = "figment";
  application.apiVersion = VK_API_VERSION_1_3;
  VkInstanceCreateInfo info{VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO, validation ? messenger : nullptr};
  info.pApplicationInfo = &application;
  info.enabledLayerCount = static_cast<std::uint32_t>(layers.size());
  info.ppEnabledLayerNames = layers.data();
  info.enabledExtensionCount = static_cast<std::uint32_t>(names.size());
  info.ppEnabledExtensionNames = names.data();
  VkInstance instance = VK_NULL_HANDLE;
  const VkResult result = vkCreateInstance(&info, nullptr, &instance);
  core::require(result != VK_ERROR_INCOMPATIBLE_DRIVER,
                "No Vulkan driver is installed; install one: apt install mesa-vulkan-drivers libvulkan1 (a CPU device "
                "is among them).");
  check(result, "vkCreateInstance");
  load_functions(instance);
  return instance;
}

std::vector<VkPhysicalDevice> usable_devices(VkInstance instance) {
  std::uint32_t count = 0;
  check(vkEnumeratePhysicalDevices(instance, &count, nullptr), "vkEnumeratePhysicalDevices");
  std::vector<VkPhysicalDevice> devices(count);
  check(vkEnumeratePhysicalDevices(instance, &count, devices.data()), "vkEnumeratePhysicalDevices");
  std::erase_if(devices, [](VkPhysicalDevice device) {
    VkPhysicalDeviceProperties properties{};
    vkGetPhysicalDeviceProperties(device, &properties);
    if (properties.apiVersion < VK_API_VERSION_1_3) return true;
    const auto families = families_of(device);
    return std::ranges::none_of(families, [](const auto& f) { return (f.queueFlags & VK_QUEUE_COMPUTE_BIT) != 0; });
  });
  return devices;
}

std::size_t choose(const std::vector<DeviceInfo>& infos, const std::string& select) {
  core::require(!infos.empty(),
                "There is no device with Vulkan 1.3; install a driver: apt install mesa-vulkan-drivers libvulkan1 (a "
                "CPU device is among them).");
  if (select.empty()) {
    const auto best = std::ranges::min_element(infos, {}, [](const auto& info) { return rank_of(info.type); });
    return static_cast<std::size_t>(best - infos.begin());
  }
  std::string names;
  for (std::size_t i = 0; i < infos.size(); ++i) names += fmt::format("{}{}: {}", i ? ", " : "", i, infos[i].name);
  if (std::ranges::all_of(select, [](unsigned char c) { return std::isdigit(c) != 0; })) {
    const std::size_t index = select.size() < 6 ? std::stoul(select) : infos.size();
    core::require(index < infos.size(), "There is no device number {}; choose one of {}.", select, names);
    return index;
  }
  const auto matches = [&](const DeviceInfo& info) {
    return lower(info.name).find(lower(select)) != std::string::npos;
  };
  const auto found = std::ranges::find_if(infos, matches);
  core::require(found != infos.end(), "No device is called '{}'; choose one of {}.", select, names);
  core::require(std::ranges::count_if(infos, matches) == 1,
                "More than one device is called '{}'; choose one by its number: {}.", select, names);
  return static_cast<std::size_t>(found - infos.begin());
}

bool has_extension(VkPhysicalDevice device, const char* name) {
  std::uint32_t count = 0;
  check(vkEnumerateDeviceExtensionProperties(device, nullptr, &count, nullptr), "vkEnumerateDeviceExtensionProperties");
  std::vector<VkExtensionProperties> list(count);
  check(vkEnumerateDeviceExtensionProperties(device, nullptr, &count, list.data()),
        "vkEnumerateDeviceExtensionProperties");
  return std::ranges::any_of(list, [&](const auto& e) { return std::strcmp(e.extensionName, name) == 0; });
}

std::uint32_t queue_family(VkPhysicalDevice device) {
  const auto families = families_of(device);
  constexpr VkQueueFlags both = VK_QUEUE_COMPUTE_BIT | VK_QUEUE_GRAPHICS_BIT;
  for (std::uint32_t i = 0; i < families.size(); ++i) {
    if ((families[i].queueFlags & both) == both) return i;
  }
  for (std::uint32_t i = 0; i < families.size(); ++i) {
    if ((families[i].queueFlags & VK_QUEUE_COMPUTE_BIT) != 0) return i;
  }
  core::fail("This Vulkan device has no compute queue; choose another with --device.");
}

Features::Features(VkPhysicalDevice device) {
  void** tail = &v13.pNext;
  const auto add = [&](auto& link, const char* extension) {
    if (!has_extension(device, extension)) return;
    *tail = &link;
    tail = &link.pNext;
    extensions.push_back(extension);
  };
  features.pNext = &v11;
  v11.pNext = &v12;
  v12.pNext = &v13;
  add(atomic, VK_EXT_SHADER_ATOMIC_FLOAT_EXTENSION_NAME);
  add(matrix_nv, VK_NV_COOPERATIVE_MATRIX_EXTENSION_NAME);
#ifdef VK_KHR_cooperative_matrix
  add(matrix_khr, VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME);
#endif
  vkGetPhysicalDeviceFeatures2(device, &features);
  // Bounds checks cost time in every fetch, and these two cost memory or need more set up than figment does.
  features.features.robustBufferAccess = VK_FALSE;
  features.features.sparseBinding = VK_FALSE;
  v13.robustImageAccess = VK_FALSE;
  v12.bufferDeviceAddressCaptureReplay = VK_FALSE;
  v12.bufferDeviceAddressMultiDevice = VK_FALSE;
  v11.protectedMemory = VK_FALSE;
}

void describe_queue(VkPhysicalDevice device, std::uint32_t family, DeviceInfo& info) {
  const auto families = families_of(device);
  core::require(family < families.size() && (families[family].queueFlags & VK_QUEUE_COMPUTE_BIT) != 0,
                "The queue family {} of {} does not compute; give figment a queue of one that does.", family,
                info.name);
  VkPhysicalDeviceProperties properties{};
  vkGetPhysicalDeviceProperties(device, &properties);
  info.graphics = (families[family].queueFlags & VK_QUEUE_GRAPHICS_BIT) != 0;
  info.timestamp_bits = families[family].timestampValidBits;
  info.timestamp_period_ns = info.timestamp_bits == 0 ? 0.0 : static_cast<double>(properties.limits.timestampPeriod);
}

DeviceInfo describe(VkPhysicalDevice device) {
  VkPhysicalDeviceVulkan13Properties v13{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_PROPERTIES};
  VkPhysicalDeviceVulkan12Properties v12{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES, &v13};
  VkPhysicalDeviceVulkan11Properties v11{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES, &v12};
  VkPhysicalDeviceProperties2 properties{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, &v11};
  vkGetPhysicalDeviceProperties2(device, &properties);
  const VkPhysicalDeviceLimits& limits = properties.properties.limits;

  DeviceInfo info;
  info.name = properties.properties.deviceName;
  info.driver = fmt::format("{} {}", v12.driverName, v12.driverInfo);
  info.type = type_of(properties.properties.deviceType);
  info.is_cpu = info.type == DeviceType::cpu;
  info.vendor_id = properties.properties.vendorID;
  info.api_version = properties.properties.apiVersion;
  info.core_count = info.is_cpu ? std::max(1U, std::thread::hardware_concurrency()) : 0;
  info.subgroup_size = v11.subgroupSize;
  info.min_subgroup_size = v13.minSubgroupSize;
  info.max_subgroup_size = v13.maxSubgroupSize;
  info.subgroup_shuffle = (v11.subgroupSupportedOperations & VK_SUBGROUP_FEATURE_SHUFFLE_BIT) != 0;
  info.subgroup_arithmetic = (v11.subgroupSupportedOperations & VK_SUBGROUP_FEATURE_ARITHMETIC_BIT) != 0;
  info.max_storage_range = limits.maxStorageBufferRange;
  info.max_texel_elements = limits.maxTexelBufferElements;
  info.max_allocation_bytes = v11.maxMemoryAllocationSize;
  info.max_buffer_bytes = v13.maxBufferSize;
  info.min_texel_alignment = static_cast<std::uint32_t>(limits.minTexelBufferOffsetAlignment);
  info.min_storage_alignment = static_cast<std::uint32_t>(limits.minStorageBufferOffsetAlignment);
  info.min_uniform_alignment = static_cast<std::uint32_t>(limits.minUniformBufferOffsetAlignment);
  info.shared_memory_bytes = limits.maxComputeSharedMemorySize;
  info.max_workgroup_invocations = limits.maxComputeWorkGroupInvocations;
  std::ranges::copy(limits.maxComputeWorkGroupSize, info.max_workgroup_size);
  std::ranges::copy(limits.maxComputeWorkGroupCount, info.max_workgroup_count);
  info.max_push_bytes = limits.maxPushConstantsSize;
  describe_queue(device, queue_family(device), info);
  describe_features(device, info);
  describe_memory(device, info);
  return info;
}

}  // namespace figment::gpu::query
