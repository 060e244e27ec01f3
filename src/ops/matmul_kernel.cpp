#include "ops/matmul_kernel.h"

#include <algorithm>

#include "ops/launch.h"

namespace figment::ops {

std::int64_t packed_width(const tensor::DeviceTraits& traits) { return traits.is_cpu ? 4 * traits.subgroup_size : 0; }

namespace {

using tensor::DeviceTraits;
using tensor::KernelCall;
using tensor::KernelPlan;
using tensor::Operand;
using tensor::View;

Operand with_view(Operand operand, View view) {
  operand.view = view;
  return operand;
}

Operand texels(Operand operand, bool aligned) { return with_view(operand, aligned ? View::texel4 : View::texel1); }

/// Rows of a tile: few for few rows (a decoder's matrix-vector products), else 16.
std::int64_t tile_rows(const Gemm& gemm) {
  if (gemm.a_panel_rows > 0) return gemm.a_panel_rows;
  const std::int64_t m = gemm.m;
  for (const std::int64_t rows : {1, 2, 4, 8}) {
    if (m <= rows) return rows;
  }
  return m < 64 && ceil_div(m, 8) % 2 == 1 ? 8 : 16;
}

/// Parts that K is cut into so that `tiles` times parts keep the device busy.
std::int64_t split_of_k(std::int64_t tiles, std::int64_t k, const DeviceTraits& traits) {
  const std::int64_t wanted = traits.is_cpu ? 2 * traits.core_count : 2 * std::max(traits.core_count, 32U);
  const std::int64_t shortest = traits.is_cpu ? 512 : 256;
  if (tiles * 2 > wanted || k < 2 * shortest) return 1;
  return std::clamp<std::int64_t>(wanted / tiles, 1, k / shortest);
}

/// What is packed of the operands of a product: see panels_of().
struct Packing {
  std::int64_t rows = 0;  ///< of A's panels; 0: A stays plain
  bool b = false;
};

/// On a CPU rows that lie far apart share few sets of the cache and cost a page each. So the operands of large products
/// are first copied to panels that are read from front to back (measured at 1024 cubed, where it is worth most).
Packing packing_of(const Gemm& gemm, const DeviceTraits& traits) {
  constexpr std::int64_t far = 512;   // elements between rows
  constexpr std::int64_t uses = 256;  // times that an element is multiplied; copying it costs as much as about 15
  const std::int64_t width = packed_width(traits);
  Packing packing;
  if (!traits.is_cpu || gemm.k % 16 != 0 || gemm.batches != gemm.b_batches) return packing;
  if (gemm.n >= uses && (gemm.transpose_a ? gemm.m : gemm.k) >= far && gemm.m % width == 0 && width == 32) {
    packing.rows = width;
  }
  packing.b =
      gemm.b_panel_width == 0 && gemm.n % width == 0 && gemm.m >= uses && (gemm.transpose_b ? gemm.k : gemm.n) >= far;
  return packing;
}

/// Appends a copy of an array of [batches, K, columns] (or [.., columns, K]: `k_is_inner`) to scratch memory, as panels
/// [batches, panels, K, width], and returns it.
Operand append_panels(KernelPlan& plan, const Operand& from, const Gemm& gemm, std::int64_t columns, bool k_is_inner,
                      const DeviceTraits& traits) {
  const Operand target = tensor::scratch_storage(static_cast<int>(plan.scratch_bytes.size()));
  plan.scratch_bytes.push_back(gemm.batches * gemm.k * columns * 4);
  KernelCall call;
  call.shader = "matmul_pack";
  call.constants = {traits.subgroup_size, k_is_inner};
  call.operands = {texels(from, true), target};
  call.push = {word(gemm.k), word(columns)};
  call.groups = {word(gemm.k / 16), word(columns / packed_width(traits)), word(gemm.batches)};
  plan.calls.push_back(std::move(call));
  return target;
}

/// Packs what packing_of() says; `gemm` then means the copies.
void pack(KernelPlan& plan, Gemm& gemm, const DeviceTraits& traits) {
  const Packing packing = packing_of(gemm, traits);
  if (packing.rows > 0) {
    gemm.a_panel_rows = packing.rows;
    gemm.a = append_panels(plan, gemm.a, gemm, gemm.m, !gemm.transpose_a, traits);
    gemm.transpose_a = true;
  }
  if (packing.b) {
    gemm.b_panel_width = packed_width(traits);
    gemm.b = append_panels(plan, gemm.b, gemm, gemm.n, gemm.transpose_b, traits);
    gemm.transpose_b = false;
  }
}

struct Strides {
  std::int64_t a_row, a_panel, a_batch, b_row, b_panel, b_batch;
};

Strides strides_of(const Gemm& gemm, std::int64_t rows, std::int64_t columns) {
  Strides strides{};
  strides.a_row = gemm.a_panel_rows > 0 ? gemm.a_panel_rows : gemm.transpose_a ? gemm.m : gemm.k;
  strides.a_panel = gemm.a_panel_rows > 0 ? gemm.a_panel_rows * gemm.k : rows;
  strides.a_batch = gemm.m * gemm.k;
  strides.b_row = gemm.transpose_b ? gemm.k : gemm.n;
  strides.b_panel = columns;
  strides.b_batch = gemm.k * gemm.n;
  if (gemm.b_panel_width > 0) {
    strides.b_row = gemm.b_panel_width;
    strides.b_panel = gemm.b_panel_width * gemm.k;
    strides.b_batch = ceil_div(gemm.n, gemm.b_panel_width) * strides.b_panel;
  }
  return strides;
}

struct Part {
  std::int64_t count = 1;
  std::int64_t k = 0;  ///< of one part
  Operand target;
};

KernelCall texel_call(const Gemm& gemm, const Part& part, const DeviceTraits& traits) {
  const std::int64_t lanes = traits.subgroup_size;
  const std::int64_t rows = tile_rows(gemm);
  const std::int64_t step = rows == 1 && !gemm.transpose_b ? 4 * lanes : rows <= 2 ? 16 : 8;
  const std::int64_t row_quads = ceil_div(rows, 4);
  const std::int64_t k_per_fetch = std::min(lanes / row_quads, step);
  const std::int64_t rows_per_fetch = lanes / (step / 4);
  const std::int64_t a_texels = gemm.transpose_a ? step / k_per_fetch : ceil_div(rows, rows_per_fetch);
  const bool a_aligned = (gemm.transpose_a ? gemm.m : gemm.k) % 4 == 0;
  const bool b_aligned = (gemm.transpose_b ? gemm.k : gemm.n) % 4 == 0;
  const bool c_aligned = gemm.n % 4 == 0;
  const bool with_bias = gemm.bias.has_value() && part.count == 1;
  const bool k_edge = gemm.k % step != 0 || part.k % step != 0;
  const Strides strides = strides_of(gemm, rows, 4 * lanes);

  KernelCall call;
  call.shader = "matmul";
  call.constants = {word(lanes),
                    word(rows),
                    word(step),
                    gemm.transpose_a,
                    gemm.transpose_b,
                    a_aligned ? 4U : 1U,
                    b_aligned ? 4U : 1U,
                    c_aligned,
                    k_edge,
                    with_bias,
                    word(k_per_fetch),
                    word(a_texels),
                    word(std::min<std::int64_t>(rows, 4))};
  const bool bias_aligned = c_aligned && !gemm.transpose_b;
  call.operands = {texels(gemm.a, a_aligned), texels(gemm.b, b_aligned),
                   with_bias ? texels(*gemm.bias, bias_aligned) : texels(gemm.a, a_aligned),
                   with_view(part.target, View::storage)};
  call.push = {word(gemm.m),          word(gemm.n),          word(gemm.k),         word(strides.a_row),
               word(strides.a_panel), word(strides.a_batch), word(strides.b_row),  word(strides.b_panel),
               word(strides.b_batch), word(gemm.batches),    word(gemm.b_batches), word(part.k)};
  call.groups = {word(ceil_div(gemm.m, rows)), word(ceil_div(gemm.n, 4 * lanes)), word(gemm.batches * part.count)};
  return call;
}

constexpr std::int64_t shared_tile = 64;

KernelCall shared_call(const Gemm& gemm, const Part& part, const DeviceTraits&) {
  const bool with_bias = gemm.bias.has_value() && part.count == 1;
  const Strides strides = strides_of(gemm, 0, shared_tile);
  const bool wide = gemm.m > 16;
  KernelCall call;
  call.shader = "matmul_shared";
  call.constants = {wide ? 16U : 4U, wide ? 4U : 1U, gemm.transpose_a, gemm.transpose_b, with_bias};
  call.operands = {texels(gemm.a, false), texels(gemm.b, false),
                   with_bias ? texels(*gemm.bias, false) : texels(gemm.a, false),
                   with_view(part.target, View::storage)};
  call.push = {word(gemm.m),          word(gemm.n),        word(gemm.k),          word(strides.a_row),
               word(strides.a_batch), word(strides.b_row), word(strides.b_batch), word(gemm.batches),
               word(gemm.b_batches),  word(part.k)};
  call.groups = {word(ceil_div(gemm.n, shared_tile)), word(ceil_div(gemm.m, wide ? 64 : 4)),
                 word(gemm.batches * part.count)};
  return call;
}

}  // namespace

void append_sum(KernelPlan& plan, Operand from, Operand to, std::optional<Operand> bias, std::int64_t count,
                std::int64_t columns, std::int64_t parts) {
  KernelCall call;
  call.shader = "matmul_sum";
  call.constants = {bias.has_value()};
  call.operands = {with_view(from, View::texel1), with_view(bias.value_or(from), View::texel1),
                   with_view(to, View::storage)};
  call.push = {word(count), word(columns), word(parts)};
  call.groups = flat_groups(ceil_div(count, 64));
  plan.calls.push_back(call);
}

void append_gemm(KernelPlan& plan, const Gemm& wanted, const DeviceTraits& traits) {
  Gemm gemm = wanted;
  pack(plan, gemm, traits);
  const std::int64_t tile_m = traits.is_cpu ? tile_rows(gemm) : gemm.m > 16 ? 64 : 4;
  const std::int64_t tile_n = traits.is_cpu ? 4 * traits.subgroup_size : shared_tile;
  const std::int64_t tiles = ceil_div(gemm.m, tile_m) * ceil_div(gemm.n, tile_n) * gemm.batches;
  Part part{split_of_k(tiles, gemm.k, traits), gemm.k, gemm.c};
  if (part.count > 1) {
    part.k = ceil_div(ceil_div(gemm.k, part.count), 32) * 32;
    part.count = ceil_div(gemm.k, part.k);
    part.target = tensor::scratch_storage(static_cast<int>(plan.scratch_bytes.size()));
    plan.scratch_bytes.push_back(part.count * gemm.batches * gemm.m * gemm.n * 4);
  }
  plan.calls.push_back(traits.is_cpu ? texel_call(gemm, part, traits) : shared_call(gemm, part, traits));
  if (part.count > 1) {
    append_sum(plan, part.target, gemm.c, gemm.bias, gemm.batches * gemm.m * gemm.n, gemm.n, part.count);
  }
  plan.flops += 2.0 * static_cast<double>(gemm.batches) * static_cast<double>(gemm.m) * static_cast<double>(gemm.n) *
                static_cast<double>(gemm.k);
}

}  // namespace figment::ops
