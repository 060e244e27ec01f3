#pragma once
#include <volk.h>

#include "gpu/device.h"

namespace figment::gpu {

/// Fills the flags of `external` from the features that a host program made its device with: `chain` is what it gave as
/// VkDeviceCreateInfo::pNext and `enabled` as pEnabledFeatures; both may be null. Throws core::Error with one sentence
/// that names the first feature that figment cannot do without and that is not among them.
void read_host_features(const void* chain, const VkPhysicalDeviceFeatures* enabled, ExternalDevice& external);

}  // namespace figment::gpu
