#include "gpu/host_features.h"

namespace figment::gpu {
namespace {

/// What figment cannot do without, and what it uses where it is on.
struct Enabled {
  VkBool32 timeline_semaphore = VK_FALSE;
  VkBool32 synchronization2 = VK_FALSE;
  VkBool32 maintenance4 = VK_FALSE;  ///< sizes of workgroups are specialization constants
  VkBool32 f16_storage = VK_FALSE;
  VkBool32 f16_arithmetic = VK_FALSE;
  VkBool32 int8_storage = VK_FALSE;
  VkBool32 int8_arithmetic = VK_FALSE;
  VkBool32 int64 = VK_FALSE;
  VkBool32 subgroup_size_control = VK_FALSE;
  VkBool32 full_subgroups = VK_FALSE;
};

template <typename Structure>
const Structure& as(const VkBaseInStructure* link) {
  return *reinterpret_cast<const Structure*>(link);
}

/// The structures of whole Vulkan versions.
bool read_version(const VkBaseInStructure* link, Enabled& on) {
  switch (link->sType) {
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2:
      on.int64 |= as<VkPhysicalDeviceFeatures2>(link).features.shaderInt64;
      return true;
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES:
      on.f16_storage |= as<VkPhysicalDeviceVulkan11Features>(link).storageBuffer16BitAccess;
      return true;
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES: {
      const auto& features = as<VkPhysicalDeviceVulkan12Features>(link);
      on.timeline_semaphore |= features.timelineSemaphore;
      on.f16_arithmetic |= features.shaderFloat16;
      on.int8_arithmetic |= features.shaderInt8;
      on.int8_storage |= features.storageBuffer8BitAccess;
      return true;
    }
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES: {
      const auto& features = as<VkPhysicalDeviceVulkan13Features>(link);
      on.synchronization2 |= features.synchronization2;
      on.maintenance4 |= features.maintenance4;
      on.subgroup_size_control |= features.subgroupSizeControl;
      on.full_subgroups |= features.computeFullSubgroups;
      return true;
    }
    default:
      return false;
  }
}

/// The structures of single features, from before they became part of a version.
void read_single(const VkBaseInStructure* link, Enabled& on) {
  switch (link->sType) {
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES:
      on.timeline_semaphore |= as<VkPhysicalDeviceTimelineSemaphoreFeatures>(link).timelineSemaphore;
      break;
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SYNCHRONIZATION_2_FEATURES:
      on.synchronization2 |= as<VkPhysicalDeviceSynchronization2Features>(link).synchronization2;
      break;
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_4_FEATURES:
      on.maintenance4 |= as<VkPhysicalDeviceMaintenance4Features>(link).maintenance4;
      break;
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES:
      on.f16_storage |= as<VkPhysicalDevice16BitStorageFeatures>(link).storageBuffer16BitAccess;
      break;
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_8BIT_STORAGE_FEATURES:
      on.int8_storage |= as<VkPhysicalDevice8BitStorageFeatures>(link).storageBuffer8BitAccess;
      break;
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES:
      on.f16_arithmetic |= as<VkPhysicalDeviceShaderFloat16Int8Features>(link).shaderFloat16;
      on.int8_arithmetic |= as<VkPhysicalDeviceShaderFloat16Int8Features>(link).shaderInt8;
      break;
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES:
      on.subgroup_size_control |= as<VkPhysicalDeviceSubgroupSizeControlFeatures>(link).subgroupSizeControl;
      on.full_subgroups |= as<VkPhysicalDeviceSubgroupSizeControlFeatures>(link).computeFullSubgroups;
      break;
    default:
      break;
  }
}

void require_on(VkBool32 is_on, const char* feature, const char* structure) {
  core::require(is_on != VK_FALSE,
                "The host's Vulkan device was made without the feature {}, which figment needs; turn it on in {} when "
                "you make the device, and give figment that chain.",
                feature, structure);
}

}  // namespace

void read_host_features(const void* chain, const VkPhysicalDeviceFeatures* enabled, ExternalDevice& external) {
  Enabled on;
  if (enabled != nullptr) on.int64 = enabled->shaderInt64;
  for (auto* link = static_cast<const VkBaseInStructure*>(chain); link != nullptr; link = link->pNext) {
    if (!read_version(link, on)) read_single(link, on);
  }
  require_on(on.timeline_semaphore, "timelineSemaphore", "VkPhysicalDeviceVulkan12Features");
  require_on(on.synchronization2, "synchronization2", "VkPhysicalDeviceVulkan13Features");
  require_on(on.maintenance4, "maintenance4", "VkPhysicalDeviceVulkan13Features");
  external.f16_storage = on.f16_storage != VK_FALSE;
  external.f16_arithmetic = on.f16_arithmetic != VK_FALSE;
  external.int8 = on.int8_storage != VK_FALSE && on.int8_arithmetic != VK_FALSE;
  external.int64 = on.int64 != VK_FALSE;
  external.subgroup_size_control = on.subgroup_size_control != VK_FALSE;
  external.full_subgroups = on.full_subgroups != VK_FALSE;
}

}  // namespace figment::gpu
