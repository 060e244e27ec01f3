#include "gpu/error.h"

namespace figment::gpu {

const char* result_name(VkResult result) {
  switch (result) {
#define FIGMENT_NAME(value) \
  case value:               \
    return #value
    FIGMENT_NAME(VK_SUCCESS);
    FIGMENT_NAME(VK_NOT_READY);
    FIGMENT_NAME(VK_TIMEOUT);
    FIGMENT_NAME(VK_INCOMPLETE);
    FIGMENT_NAME(VK_SUBOPTIMAL_KHR);
    FIGMENT_NAME(VK_ERROR_OUT_OF_HOST_MEMORY);
    FIGMENT_NAME(VK_ERROR_OUT_OF_DEVICE_MEMORY);
    FIGMENT_NAME(VK_ERROR_INITIALIZATION_FAILED);
    FIGMENT_NAME(VK_ERROR_DEVICE_LOST);
    FIGMENT_NAME(VK_ERROR_MEMORY_MAP_FAILED);
    FIGMENT_NAME(VK_ERROR_LAYER_NOT_PRESENT);
    FIGMENT_NAME(VK_ERROR_EXTENSION_NOT_PRESENT);
    FIGMENT_NAME(VK_ERROR_FEATURE_NOT_PRESENT);
    FIGMENT_NAME(VK_ERROR_INCOMPATIBLE_DRIVER);
    FIGMENT_NAME(VK_ERROR_TOO_MANY_OBJECTS);
    FIGMENT_NAME(VK_ERROR_FORMAT_NOT_SUPPORTED);
    FIGMENT_NAME(VK_ERROR_FRAGMENTED_POOL);
    FIGMENT_NAME(VK_ERROR_OUT_OF_POOL_MEMORY);
    FIGMENT_NAME(VK_ERROR_SURFACE_LOST_KHR);
    FIGMENT_NAME(VK_ERROR_NATIVE_WINDOW_IN_USE_KHR);
    FIGMENT_NAME(VK_ERROR_OUT_OF_DATE_KHR);
    FIGMENT_NAME(VK_ERROR_INVALID_SHADER_NV);
#undef FIGMENT_NAME
    default:
      return "an unknown VkResult";
  }
}

void check(VkResult result, const char* call) {
  if (result >= 0) return;
  if (result == VK_ERROR_DEVICE_LOST) {
    throw DeviceLost(fmt::format(
        "The Vulkan device was lost in {}: it was reset, unplugged, or one piece of work took too long; start again.",
        call));
  }
  if (result == VK_ERROR_OUT_OF_DEVICE_MEMORY || result == VK_ERROR_OUT_OF_HOST_MEMORY) {
    core::fail("{} ran out of memory ({}); choose a smaller model or batch, or close other programs.", call,
               result_name(result));
  }
  core::fail("{} failed with {} (code {}); the Vulkan driver may need an update.", call, result_name(result),
             static_cast<int>(result));
}

}  // namespace figment::gpu
