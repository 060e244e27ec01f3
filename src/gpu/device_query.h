#pragma once
#include <volk.h>

#include <string>
#include <vector>

#include "gpu/device.h"

// What Device::create() is made of; not for other folders.
namespace figment::gpu::query {

/// Loads the Vulkan loader. Throws core::Error with the packages to install.
void load_vulkan();
/// Loads the functions of `instance` into volk's globals unless they are there already: through the loader they
/// serve every instance and device of the process.
void load_functions(VkInstance instance);

/// An instance with those of `extensions`; with `validation` also the layer and VK_EXT_debug_utils.
VkInstance make_instance(const std::vector<std::string>& extensions, bool validation,
                         const VkDebugUtilsMessengerCreateInfoEXT* messenger);

/// Physical devices with Vulkan 1.3 and the features that figment cannot do without.
std::vector<VkPhysicalDevice> usable_devices(VkInstance instance);

/// The device that `select` names (see DeviceOptions), among `infos`. Throws core::Error.
std::size_t choose(const std::vector<DeviceInfo>& infos, const std::string& select);

/// The features that figment turns on where they are present, chained from `features`.
struct Features {
  VkPhysicalDeviceFeatures2 features{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2};
  VkPhysicalDeviceVulkan11Features v11{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES};
  VkPhysicalDeviceVulkan12Features v12{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES};
  VkPhysicalDeviceVulkan13Features v13{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES};
  VkPhysicalDeviceShaderAtomicFloatFeaturesEXT atomic{
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_ATOMIC_FLOAT_FEATURES_EXT};
  VkPhysicalDeviceCooperativeMatrixFeaturesNV matrix_nv{
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_NV};
#ifdef VK_KHR_cooperative_matrix
  VkPhysicalDeviceCooperativeMatrixFeaturesKHR matrix_khr{
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR};
#endif
  std::vector<const char*> extensions;

  /// Asks the device and keeps only what figment uses.
  explicit Features(VkPhysicalDevice device);
  Features(const Features&) = delete;
  Features& operator=(const Features&) = delete;
};

bool has_extension(VkPhysicalDevice device, const char* name);
/// Index of the queue family to use: compute and graphics if there is one, else compute.
std::uint32_t queue_family(VkPhysicalDevice device);
DeviceInfo describe(VkPhysicalDevice device);
/// Sets what `info` says of the queue to what this family can do. Throws core::Error if it cannot compute.
void describe_queue(VkPhysicalDevice device, std::uint32_t family, DeviceInfo& info);

}  // namespace figment::gpu::query
