#include "runtime/host_bytes.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/half.h"

namespace figment::runtime {

using tensor::DType;

namespace {

template <typename T, typename Convert>
void fill(std::span<const float> values, std::byte* target, Convert convert) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const T element = convert(values[i]);
    std::memcpy(target + i * sizeof(T), &element, sizeof(T));
  }
}

}  // namespace

void encode(DType dtype, std::span<const float> values, std::byte* target) {
  if (values.empty()) return;
  switch (dtype) {
    case DType::f32:
      std::memcpy(target, values.data(), values.size_bytes());
      return;
    case DType::f16:
      fill<std::uint16_t>(values, target, core::float_to_half);
      return;
    case DType::i32:
    case DType::u32:
      // Both through 64 bits: 4e9 is a valid u32 and -1 a valid i32.
      fill<std::uint32_t>(values, target, [](float v) {
        return static_cast<std::uint32_t>(static_cast<std::int64_t>(std::isfinite(v) ? v : 0.0F));
      });
      return;
    case DType::u8:
      fill<std::uint8_t>(values, target, [](float v) {
        return static_cast<std::uint8_t>(std::lround(std::clamp(std::isfinite(v) ? v : 0.0F, 0.0F, 1.0F) * 255.0F));
      });
      return;
  }
}

void encode_ints(DType dtype, std::span<const std::int32_t> values, std::byte* target) {
  if (values.empty()) return;
  if (dtype == DType::i32 || dtype == DType::u32) {
    std::memcpy(target, values.data(), values.size_bytes());
    return;
  }
  const std::vector<float> floats(values.begin(), values.end());
  encode(dtype, floats, target);
}

tensor::HostTensor decode(const tensor::TensorType& type, const std::byte* source) {
  tensor::HostTensor result(type);
  const auto count = static_cast<std::size_t>(type.shape.count());
  if (count == 0) return result;
  switch (type.dtype) {
    case DType::f32:
      std::memcpy(result.floats.data(), source, count * sizeof(float));
      break;
    case DType::i32:
    case DType::u32:
      std::memcpy(result.ints.data(), source, count * sizeof(std::int32_t));
      break;
    case DType::f16:
      for (std::size_t i = 0; i < count; ++i) {
        std::uint16_t half = 0;
        std::memcpy(&half, source + i * sizeof(half), sizeof(half));
        result.floats[i] = core::half_to_float(half);
      }
      break;
    case DType::u8:
      for (std::size_t i = 0; i < count; ++i) {
        result.floats[i] = static_cast<float>(std::to_integer<int>(source[i])) / 255.0F;
      }
      break;
  }
  return result;
}

}  // namespace figment::runtime
