#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "tensor/host_tensor.h"

namespace figment::runtime {

/// Device storage of `values` (integers as exact floats, u8 clamped to [0, 1]) as `dtype`, written to `target`, which
/// holds values.size() elements.
void encode(tensor::DType dtype, std::span<const float> values, std::byte* target);

/// The same for integers; into i32 and u32 their bits, into the others their value.
void encode_ints(tensor::DType dtype, std::span<const std::int32_t> values, std::byte* target);

/// The host value of `type.bytes()` bytes of device storage.
tensor::HostTensor decode(const tensor::TensorType& type, const std::byte* source);

}  // namespace figment::runtime
