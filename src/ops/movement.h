#pragma once
#include <cstdint>
#include <vector>

#include "core/error.h"
#include "ops/launch.h"
#include "ops/ops.h"
#include "tensor/op.h"

/// What the ops that only move elements share.
namespace figment::ops::movement {

using tensor::Attributes;
using tensor::Example;
using tensor::Family;
using tensor::GradientSite;
using tensor::KernelCall;
using tensor::KernelPlan;
using tensor::KernelSite;
using tensor::Op;
using tensor::Operand;
using tensor::ReferenceSite;

/// The dtype that kernels write for an input of this one: f16 is widened to f32, integers stay.
/// Throws Error, with the op's name, for u8.
DType moved_dtype(std::string_view op, DType dtype);

/// A copy between two strided layouts of one region (strides and bases in elements). Extents of 1 may be
/// there, and neighbouring axes that could be one are joined.
struct StridedCopy {
  std::vector<std::int64_t> extents;
  std::vector<std::int64_t> source_strides;
  std::vector<std::int64_t> target_strides;
  std::int64_t source_base = 0;
  std::int64_t target_base = 0;
};

/// One dispatch that copies input `input` of the node to its output 0.
KernelCall copy_call(StridedCopy copy, int input, DType dtype);

/// A CPU reference: output[i] = input[source_of(i)], floats or integers; untouched where it is negative.
template <typename F>
void move_elements(const tensor::HostTensor& in, tensor::HostTensor& out, F source_of) {
  for (std::int64_t i = 0; i < out.count(); ++i) {
    const std::int64_t source = source_of(i);
    if (source < 0) continue;
    if (out.is_integer()) {
      out.ints[static_cast<std::size_t>(i)] = in.ints[static_cast<std::size_t>(source)];
    } else {
      out.floats[static_cast<std::size_t>(i)] = in.floats[static_cast<std::size_t>(source)];
    }
  }
}

/// Elements behind one step along `axis`, and in front of the axis.
std::int64_t inner_count(const Shape& shape, int axis);
std::int64_t outer_count(const Shape& shape, int axis);

}  // namespace figment::ops::movement
