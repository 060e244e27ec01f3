#include "tensor/host_tensor.h"

#include "core/error.h"

namespace figment::tensor {

HostTensor::HostTensor(TensorType type_) : type(std::move(type_)) {
  const auto size = static_cast<std::size_t>(type.shape.count());
  if (is_integer()) {
    ints.resize(size);
  } else {
    floats.resize(size);
  }
}

HostTensor HostTensor::of(Shape shape, std::vector<float> values) {
  core::require(shape.count() == static_cast<std::int64_t>(values.size()), "{} values do not fill the shape {}",
                values.size(), shape.to_string());
  HostTensor result;
  result.type = {std::move(shape), DType::f32};
  result.floats = std::move(values);
  return result;
}

HostTensor HostTensor::of_ints(Shape shape, std::vector<std::int32_t> values, DType dtype) {
  core::require(shape.count() == static_cast<std::int64_t>(values.size()), "{} values do not fill the shape {}",
                values.size(), shape.to_string());
  HostTensor result;
  result.type = {std::move(shape), dtype};
  result.ints = std::move(values);
  return result;
}

}  // namespace figment::tensor
