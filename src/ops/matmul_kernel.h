#pragma once
#include <cstdint>
#include <optional>

#include "tensor/kernel.h"

namespace figment::ops {

/// A batched matrix product C = op(A) op(B) (+ bias) inside a kernel plan. A is [batches, M, K] (or [.., K, M]),
/// B [b_batches, K, N] (or [.., N, K]), C [batches, M, N], bias [N]; batch i uses B's batch i % b_batches.
struct Gemm {
  std::int64_t m = 0;
  std::int64_t n = 0;
  std::int64_t k = 0;
  std::int64_t batches = 1;
  std::int64_t b_batches = 1;
  bool transpose_a = false;
  bool transpose_b = false;
  /// B lies as panels, [b_batches, panels, K, width], with this width (0: plainly). See packed_width().
  std::int64_t b_panel_width = 0;
  /// A lies as panels, [batches, panels, K, rows], with these rows, and transpose_a is set (0: plainly). append_gemm()
  /// uses it for its own copies.
  std::int64_t a_panel_rows = 0;
  tensor::Operand a;  ///< views are chosen by append_gemm
  tensor::Operand b;
  tensor::Operand c;
  std::optional<tensor::Operand> bias;
};

/// Appends the calls of the product to `plan`: matmul (texel fetches and shuffles) on a CPU, matmul_shared on a GPU; a
/// long K with few tiles is split, and its parts summed by a second call over scratch memory.
void append_gemm(tensor::KernelPlan& plan, const Gemm& gemm, const tensor::DeviceTraits& traits);

/// Appends a call that adds `parts` arrays of `count` elements lying one behind the other (and a bias of `columns`).
void append_sum(tensor::KernelPlan& plan, tensor::Operand from, tensor::Operand to, std::optional<tensor::Operand> bias,
                std::int64_t count, std::int64_t columns, std::int64_t parts);

/// Columns of a panel of B that the kernel of this device reads fastest (0: it wants B plain).
std::int64_t packed_width(const tensor::DeviceTraits& traits);

}  // namespace figment::ops
