#pragma once
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace figment::tensor {

/// How an element is stored. f16 is a storage format: kernels compute in f32. u8 is read as a
/// normalised number in [0, 1].
enum class DType : std::uint8_t { f32, f16, i32, u32, u8 };

std::string_view name_of(DType dtype);  ///< "f32"
std::int64_t bytes_of(DType dtype);     ///< bytes of one element

/// The extents of a dense row-major tensor. A scalar has rank 0 and one element.
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<std::int64_t> extents) : extents_(extents) {}
  explicit Shape(std::vector<std::int64_t> extents) : extents_(std::move(extents)) {}

  int rank() const { return static_cast<int>(extents_.size()); }
  std::int64_t count() const;               ///< number of elements
  std::int64_t operator[](int axis) const;  ///< extent; negative axes count from the end. Throws Error.
  std::int64_t& at(int axis);
  int axis(int index) const;  ///< `index` made non-negative and checked. Throws Error.
  const std::vector<std::int64_t>& extents() const { return extents_; }
  std::vector<std::int64_t> strides() const;  ///< in elements, row-major
  std::string to_string() const;              ///< "[2, 3]"
  bool operator==(const Shape&) const = default;

 private:
  std::vector<std::int64_t> extents_;
};

/// The shape that numpy's rules give for elementwise work on both. Throws Error if they do not fit.
Shape broadcast(const Shape& a, const Shape& b);

struct TensorType {
  Shape shape;
  DType dtype = DType::f32;

  std::int64_t bytes() const { return shape.count() * bytes_of(dtype); }
  std::string to_string() const;  ///< "f32[2, 3]"
  bool operator==(const TensorType&) const = default;
};

}  // namespace figment::tensor
