#include "ops/convolution_kernel.h"

namespace figment::ops {

bool prefers_winograd(const ConvSizes&, bool, const tensor::DeviceTraits&) { return false; }

tensor::KernelPlan plan_winograd(const ConvSizes&, const ConvOperands&, bool, const tensor::DeviceTraits&) { return {}; }

}  // namespace figment::ops
