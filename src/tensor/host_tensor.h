#pragma once
#include <cstdint>
#include <vector>

#include "tensor/type.h"

namespace figment::tensor {

/// A tensor in host memory, for the CPU reference, uploads and downloads. f32, f16 and u8 elements are
/// held in `floats` (f16 rounded to half precision, u8 as multiples of 1/255), i32 and u32 in `ints`.
struct HostTensor {
  TensorType type;
  std::vector<float> floats;
  std::vector<std::int32_t> ints;

  HostTensor() = default;
  explicit HostTensor(TensorType type_);  ///< zeros
  static HostTensor of(Shape shape, std::vector<float> values);
  static HostTensor of_ints(Shape shape, std::vector<std::int32_t> values, DType dtype = DType::i32);

  bool is_integer() const { return type.dtype == DType::i32 || type.dtype == DType::u32; }
  std::int64_t count() const { return type.shape.count(); }
};

}  // namespace figment::tensor
