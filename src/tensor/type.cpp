#include "tensor/type.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.h"

namespace figment::tensor {

std::string_view name_of(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return "f32";
    case DType::f16:
      return "f16";
    case DType::i32:
      return "i32";
    case DType::u32:
      return "u32";
    case DType::u8:
      return "u8";
  }
  return "?";
}

std::int64_t bytes_of(DType dtype) {
  switch (dtype) {
    case DType::f16:
      return 2;
    case DType::u8:
      return 1;
    default:
      return 4;
  }
}

std::int64_t Shape::count() const {
  std::int64_t product = 1;
  for (const std::int64_t extent : extents_) product *= extent;
  return product;
}

int Shape::axis(int index) const {
  const int resolved = index < 0 ? index + rank() : index;
  core::require(resolved >= 0 && resolved < rank(), "axis {} does not exist in the shape {}", index, to_string());
  return resolved;
}

std::int64_t Shape::operator[](int index) const { return extents_[static_cast<std::size_t>(axis(index))]; }

std::int64_t& Shape::at(int index) { return extents_[static_cast<std::size_t>(axis(index))]; }

std::vector<std::int64_t> Shape::strides() const {
  std::vector<std::int64_t> result(extents_.size(), 1);
  for (std::size_t i = extents_.size(); i-- > 1;) result[i - 1] = result[i] * extents_[i];
  return result;
}

std::string Shape::to_string() const { return fmt::format("[{}]", fmt::join(extents_, ", ")); }

Shape broadcast(const Shape& a, const Shape& b) {
  const int rank = std::max(a.rank(), b.rank());
  std::vector<std::int64_t> extents(static_cast<std::size_t>(rank), 1);
  for (int i = 1; i <= rank; ++i) {
    const std::int64_t x = i <= a.rank() ? a[-i] : 1;
    const std::int64_t y = i <= b.rank() ? b[-i] : 1;
    core::require(x == y || x == 1 || y == 1, "the shapes {} and {} do not broadcast", a.to_string(), b.to_string());
    extents[static_cast<std::size_t>(rank - i)] = x == 1 ? y : x;
  }
  return Shape(std::move(extents));
}

std::string TensorType::to_string() const { return fmt::format("{}{}", name_of(dtype), shape.to_string()); }

}  // namespace figment::tensor
