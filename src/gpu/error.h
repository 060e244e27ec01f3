#pragma once
#include <volk.h>

#include "core/error.h"

namespace figment::gpu {

/// The device stopped answering (VK_ERROR_DEVICE_LOST): nothing on it can be used any more; end cleanly.
class DeviceLost : public core::Error {
 public:
  using core::Error::Error;
};

/// "VK_ERROR_OUT_OF_DEVICE_MEMORY" for a result.
const char* result_name(VkResult result);

/// Throws DeviceLost on VK_ERROR_DEVICE_LOST and core::Error on any other negative result, naming the call.
void check(VkResult result, const char* call);

}  // namespace figment::gpu
