#include "ops/convolution_kernel.h"

#include <algorithm>

#include "ops/launch.h"
#include "ops/matmul_kernel.h"

namespace figment::ops {
namespace {

using tensor::DeviceTraits;
using tensor::float_word;
using tensor::KernelCall;
using tensor::KernelPlan;
using tensor::Operand;
using tensor::View;

Operand with_view(Operand operand, View view) {
  operand.view = view;
  return operand;
}

Operand texels(Operand operand, bool aligned) { return with_view(operand, aligned ? View::texel4 : View::texel1); }

std::uint32_t reciprocal(std::int64_t value) { return float_word(1.0F / static_cast<float>(value)); }

std::int64_t tile_rows(std::int64_t count) {
  for (const std::int64_t rows : {1, 2, 4, 8}) {
    if (count <= rows) return rows;
  }
  return 16;
}

KernelPlan plan_pointwise(const ConvSizes& s, const ConvOperands& operands, bool backward, const DeviceTraits& traits) {
  Gemm gemm;
  gemm.m = s.pixels();
  gemm.k = backward ? s.out_channels : s.channels;
  gemm.n = backward ? s.channels : s.out_channels;
  gemm.transpose_b = backward;
  gemm.a = operands.source;
  gemm.b = operands.weight;
  gemm.c = operands.target;
  gemm.bias = operands.bias;
  KernelPlan plan;
  append_gemm(plan, gemm, traits);
  return plan;
}

/// What the two directions of a convolution call source and target.
struct Side {
  std::int64_t height, width, channels, group_channels;
};

std::vector<std::uint32_t> conv_push(const ConvSizes& s, const Side& source, const Side& target, std::int64_t tiles,
                                     std::int64_t phases = 1) {
  const std::int64_t phase_height = ceil_div(target.height, phases);
  const std::int64_t phase_width = ceil_div(target.width, phases);
  return {word(source.height),
          word(source.width),
          word(source.channels),
          word(target.height),
          word(target.width),
          word(target.channels),
          word(s.batch * phase_height * phase_width),
          word(target.group_channels),
          word(source.group_channels),
          word(s.kernel_height),
          word(s.kernel_width),
          word(s.stride),
          word(s.padding),
          word(s.dilation),
          word(s.out_channels),
          word(s.group_channels() * s.out_channels),
          word(s.group_out_channels()),
          word(s.groups),
          word(tiles),
          reciprocal(phase_width),
          reciprocal(phase_height),
          reciprocal(s.stride)};
}

constexpr std::int64_t shared_tile = 64;  // rows and columns of a tile in shared memory
constexpr std::uint32_t shared_lines = 16, shared_line_rows = 4;

/// For GPUs: an implicit matrix product by tiles in shared memory.
KernelPlan plan_direct_shared(const ConvSizes& s, const ConvOperands& operands, const Side& source, const Side& target,
                              bool backward) {
  const std::int64_t m = s.batch * target.height * target.width;
  const std::int64_t tiles = std::min<std::int64_t>(ceil_div(m, shared_tile), 32768);
  KernelCall call;
  call.shader = "conv2d_shared";
  call.constants = {shared_lines, shared_line_rows, backward, operands.bias.has_value()};
  call.operands = {with_view(operands.source, View::texel1), with_view(operands.weight, View::texel1),
                   with_view(operands.bias.value_or(operands.source), View::texel1),
                   with_view(operands.target, View::storage)};
  call.push = conv_push(s, source, target, tiles);
  call.groups = {word(tiles), word(ceil_div(target.group_channels, shared_tile)),
                 word(s.groups * ceil_div(ceil_div(m, shared_tile), tiles))};
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = s.flops();
  return plan;
}

constexpr std::int64_t narrow_channels = 8;  // of a group's target: with more, lanes of channels are faster

/// For few target channels of a group, on a CPU.
KernelPlan plan_narrow(const ConvSizes& s, const ConvOperands& operands, const Side& source, const Side& target,
                       bool backward, const DeviceTraits& traits) {
  const std::int64_t blocks = ceil_div(target.group_channels, 4);
  constexpr std::int64_t held = 8;
  const std::int64_t lanes = traits.subgroup_size;
  const std::int64_t m = s.batch * target.height * target.width;
  const std::int64_t tiles = std::min<std::int64_t>(ceil_div(m, lanes * held), 32768);
  const bool x_aligned = source.group_channels % 4 == 0;
  const bool w_aligned = s.group_out_channels() % 4 == 0;
  KernelCall call;
  call.shader = "conv2d_narrow";
  call.constants = {word(lanes),         word(held),          backward,
                    x_aligned ? 4U : 1U, w_aligned ? 4U : 1U, operands.bias.has_value(),
                    word(blocks)};
  call.operands = {texels(operands.source, x_aligned), texels(operands.weight, w_aligned),
                   operands.bias ? with_view(*operands.bias, View::texel1) : texels(operands.source, x_aligned),
                   with_view(operands.target, View::storage)};
  call.push = conv_push(s, source, target, tiles);
  call.groups = {word(tiles), 1, word(s.groups * ceil_div(ceil_div(m, lanes * held), tiles))};
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = s.flops();
  return plan;
}

KernelPlan plan_direct(const ConvSizes& s, const ConvOperands& operands, bool backward, const DeviceTraits& traits) {
  const Side x{s.height, s.width, s.channels, s.group_channels()};
  const Side y{s.out_height, s.out_width, s.out_channels, s.group_out_channels()};
  const Side& source = backward ? y : x;
  const Side& target = backward ? x : y;
  if (!traits.is_cpu) return plan_direct_shared(s, operands, source, target, backward);
  if (target.group_channels <= narrow_channels) return plan_narrow(s, operands, source, target, backward, traits);
  const std::int64_t phases = backward ? s.stride : 1;  // see conv2d.comp
  const std::int64_t m = s.batch * ceil_div(target.height, phases) * ceil_div(target.width, phases);
  const std::int64_t lanes = traits.subgroup_size;
  const std::int64_t rows = tile_rows(m);
  const std::int64_t step = source.group_channels <= 4 ? 4 : 8;
  const std::int64_t fetches = ceil_div(rows, lanes / (step / 4));
  const bool source_aligned = source.group_channels % 4 == 0;
  const bool target_aligned = target.group_channels % 4 == 0;
  const bool weight_aligned = s.group_out_channels() % 4 == 0;
  const std::int64_t tiles = std::min<std::int64_t>(ceil_div(m, rows), 32768);

  KernelCall call;
  call.shader = "conv2d";
  call.constants = {word(lanes),
                    word(rows),
                    word(step),
                    backward,
                    source_aligned ? 4U : 1U,
                    weight_aligned ? 4U : 1U,
                    target_aligned,
                    source.group_channels % step != 0,
                    operands.bias.has_value(),
                    word(fetches),
                    word(std::min<std::int64_t>(rows, 4)),
                    word(phases)};
  call.operands = {
      texels(operands.source, source_aligned), texels(operands.weight, weight_aligned),
      operands.bias ? texels(*operands.bias, target_aligned && !backward) : texels(operands.source, source_aligned),
      with_view(operands.target, View::storage)};
  call.push = conv_push(s, source, target, tiles, phases);
  call.groups = {word(tiles), word(ceil_div(target.group_channels, 4 * lanes)),
                 word(s.groups * phases * phases * ceil_div(ceil_div(m, rows), tiles))};
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = s.flops();
  return plan;
}

/// Tiles of the weight's gradient.
struct WeightTiling {
  std::int64_t rows, columns;  ///< of a tile
  std::int64_t row_tiles, column_tiles;
  bool swapped;  ///< rows are channels of y, for there are few
  std::int64_t parts, part_pixels;
};

WeightTiling tiling_of_weight(const ConvSizes& s, const DeviceTraits& traits) {
  WeightTiling tiling{};
  tiling.swapped = traits.is_cpu && s.group_out_channels() <= 8 && s.group_channels() > s.group_out_channels();
  const std::int64_t row_channels = tiling.swapped ? s.group_out_channels() : s.group_channels();
  const std::int64_t column_channels = tiling.swapped ? s.group_channels() : s.group_out_channels();
  tiling.rows = traits.is_cpu ? tile_rows(row_channels) : shared_tile;
  tiling.columns = traits.is_cpu ? 4 * static_cast<std::int64_t>(traits.subgroup_size) : shared_tile;
  tiling.row_tiles = ceil_div(row_channels, tiling.rows);
  tiling.column_tiles = ceil_div(column_channels, tiling.columns);
  const std::int64_t tiles = tiling.row_tiles * tiling.column_tiles * s.kernel_height * s.kernel_width * s.groups;
  const std::int64_t wanted = traits.is_cpu ? 2 * traits.core_count : 4 * std::max(traits.core_count, 32U);
  tiling.parts = std::clamp<std::int64_t>(wanted / tiles, 1, ceil_div(s.out_pixels(), 512));
  tiling.part_pixels = ceil_div(ceil_div(s.out_pixels(), tiling.parts), 16) * 16;
  tiling.parts = ceil_div(s.out_pixels(), tiling.part_pixels);
  return tiling;
}

std::vector<std::uint32_t> weight_push(const ConvSizes& s, std::int64_t part_pixels) {
  return {word(s.height),
          word(s.width),
          word(s.channels),
          word(s.out_height),
          word(s.out_width),
          word(s.out_channels),
          word(s.group_channels()),
          word(s.group_out_channels()),
          word(s.out_pixels()),
          word(s.kernel_width),
          word(s.kernel_height * s.kernel_width),
          word(s.stride),
          word(s.padding),
          word(s.dilation),
          word(s.groups),
          word(part_pixels),
          reciprocal(s.out_width),
          reciprocal(s.out_height)};
}

KernelPlan plan_direct_weight(const ConvSizes& s, const ConvOperands& operands, const DeviceTraits& traits) {
  const WeightTiling tiling = tiling_of_weight(s, traits);
  const std::int64_t taps = s.kernel_height * s.kernel_width;
  const std::int64_t count = taps * s.group_channels() * s.out_channels;
  KernelPlan plan;
  if (tiling.parts > 1) plan.scratch_bytes.push_back(tiling.parts * count * 4);
  const Operand target = tiling.parts > 1 ? tensor::scratch_storage(0) : operands.target;

  const std::int64_t step = 8;
  const std::int64_t lanes = traits.subgroup_size;
  const std::int64_t pixels_per_fetch = std::min(lanes / ceil_div(tiling.rows, 4), step);
  const bool x_aligned = traits.is_cpu && s.group_channels() % 4 == 0;
  const bool y_aligned = traits.is_cpu && s.group_out_channels() % 4 == 0;
  KernelCall call;
  if (traits.is_cpu) {
    call.shader = "conv2d_grad_weight";
    call.constants = {word(lanes),
                      word(tiling.rows),
                      word(step),
                      x_aligned ? 4U : 1U,
                      y_aligned ? 4U : 1U,
                      word(pixels_per_fetch),
                      word(step / pixels_per_fetch),
                      word(std::min<std::int64_t>(tiling.rows, 4)),
                      tiling.swapped};
  } else {
    call.shader = "conv2d_grad_weight_shared";
    call.constants = {shared_lines, shared_line_rows};
  }
  call.operands = {texels(operands.source, x_aligned), texels(operands.weight, y_aligned),
                   with_view(target, View::storage)};
  call.push = weight_push(s, tiling.part_pixels);
  call.groups = {word(tiling.row_tiles), word(tiling.column_tiles), word(taps * s.groups * tiling.parts)};
  plan.calls = {call};
  if (tiling.parts > 1) append_sum(plan, target, operands.target, std::nullopt, count, s.out_channels, tiling.parts);
  plan.flops = s.flops();
  return plan;
}

}  // namespace

KernelPlan plan_convolution(const ConvSizes& sizes, const ConvOperands& operands, bool backward,
                            const DeviceTraits& traits) {
  if (sizes.is_pointwise()) return plan_pointwise(sizes, operands, backward, traits);
  if (prefers_winograd(sizes, backward, traits)) return plan_winograd(sizes, operands, backward, traits);
  return plan_direct(sizes, operands, backward, traits);
}

KernelPlan plan_weight_gradient(const ConvSizes& s, const ConvOperands& operands, const DeviceTraits& traits) {
  KernelPlan plan;
  if (s.is_pointwise()) {
    Gemm gemm;
    gemm.m = s.channels;
    gemm.n = s.out_channels;
    gemm.k = s.pixels();
    gemm.transpose_a = true;
    gemm.a = operands.source;
    gemm.b = operands.weight;
    gemm.c = operands.target;
    append_gemm(plan, gemm, traits);
    return plan;
  }
  if (prefers_winograd_weight(s, traits)) return plan_winograd_weight(s, operands, traits);
  return plan_direct_weight(s, operands, traits);
}

}  // namespace figment::ops
