#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tensor/type.h"

namespace figment::tensor {

class Graph;
using NodeId = std::int32_t;

/// A handle to a value of a Graph: output `output` of node `node`. Cheap to copy; valid as long as the
/// graph lives. A default-made Tensor is empty and stands for "none".
struct Tensor {
  Graph* graph = nullptr;
  NodeId node = -1;
  int output = 0;

  explicit operator bool() const { return graph != nullptr; }
  const TensorType& type() const;
  const Shape& shape() const { return type().shape; }
  DType dtype() const { return type().dtype; }
  std::int64_t dim(int axis) const { return shape()[axis]; }
  bool operator==(const Tensor&) const = default;
};

/// A tensor that outlives programs: weights, optimiser state, caches, the picture being denoised. Its
/// identity is its address; the runtime gives it device memory when a program first uses it, filled
/// with `initial` (zeros if empty).
struct VariableData {
  std::string name;  ///< dotted module path, "down.0.norm.weight"
  TensorType type;
  std::vector<float> initial;            ///< host value (integers as exact floats)
  std::shared_ptr<VariableData> parent;  ///< the packed variable that holds this one's memory, if any
  std::int64_t offset = 0;               ///< first element in the parent
};
using Variable = std::shared_ptr<VariableData>;

Variable make_variable(std::string name, TensorType type, std::vector<float> initial = {});

/// Elements between the starts of packed members: a multiple of this (256 bytes of f32).
inline constexpr std::int64_t pack_alignment = 64;

/// Lays f32 variables into one flat variable, in order, each at a multiple of pack_alignment (the gaps
/// are zero), so that one dispatch can update them all. The members stay usable on their own: they are
/// windows into the flat one, whose `initial` is gathered from theirs. Throws Error if one is packed already.
Variable pack_variables(std::string name, const std::vector<Variable>& members);

}  // namespace figment::tensor
