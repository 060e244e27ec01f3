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

std::vector<std::uint32_t> conv_push(const ConvSizes& s, const Side& source, const Side& target) {
  return {word(source.height),
          word(source.width),
          word(source.channels),
          word(target.height),
          word(target.width),
          word(target.channels),
          word(s.batch * target.height * target.width),
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
          word(s.groups)};
}

KernelPlan plan_direct(const ConvSizes& s, const ConvOperands& operands, bool backward, const DeviceTraits& traits) {
  const Side x{s.height, s.width, s.channels, s.group_channels()};
  const Side y{s.out_height, s.out_width, s.out_channels, s.group_out_channels()};
  const Side& source = backward ? y : x;
  const Side& target = backward ? x : y;
  const std::int64_t m = s.batch * target.height * target.width;
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
                    word(std::min<std::int64_t>(rows, 4))};
  call.operands = {texels(operands.source, source_aligned), texels(operands.weight, weight_aligned),
                   operands.bias ? texels(*operands.bias, target_aligned && !backward)
                                 : texels(operands.source, source_aligned),
                   with_view(operands.target, View::storage)};
  call.push = conv_push(s, source, target);
  call.push.insert(call.push.end(),
                   {word(tiles), reciprocal(target.width), reciprocal(target.height), reciprocal(s.stride)});
  call.groups = {word(tiles), word(ceil_div(target.group_channels, 4 * lanes)),
                 word(s.groups * ceil_div(ceil_div(m, rows), tiles))};
  KernelPlan plan;
  plan.calls = {call};
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
  const std::int64_t lanes = traits.subgroup_size;
  const std::int64_t rows = tile_rows(s.group_channels());
  const std::int64_t step = 8;
  const std::int64_t pixels_per_fetch = std::min(lanes / ceil_div(rows, 4), step);
  const bool x_aligned = s.group_channels() % 4 == 0;
  const bool y_aligned = s.group_out_channels() % 4 == 0;
  const std::int64_t taps = s.kernel_height * s.kernel_width;
  const std::int64_t tiles =
      ceil_div(s.group_channels(), rows) * ceil_div(s.group_out_channels(), 4 * lanes) * taps * s.groups;
  const std::int64_t wanted = (traits.is_cpu ? 2 : 16) * traits.core_count;
  std::int64_t parts = std::clamp<std::int64_t>(wanted / tiles, 1, ceil_div(s.out_pixels(), 512));
  const std::int64_t part_pixels = ceil_div(ceil_div(s.out_pixels(), parts), step) * step;
  parts = ceil_div(s.out_pixels(), part_pixels);

  KernelCall call;
  call.shader = "conv2d_grad_weight";
  call.constants = {word(lanes),           word(rows),
                    word(step),            x_aligned ? 4U : 1U,
                    y_aligned ? 4U : 1U,   word(pixels_per_fetch),
                    word(step / pixels_per_fetch), word(std::min<std::int64_t>(rows, 4))};
  const std::int64_t count = taps * s.group_channels() * s.out_channels;
  if (parts > 1) plan.scratch_bytes.push_back(parts * count * 4);
  const Operand target = parts > 1 ? tensor::scratch_storage(0) : operands.target;
  call.operands = {texels(operands.source, x_aligned), texels(operands.weight, y_aligned),
                   with_view(target, View::storage)};
  call.push = {word(s.height),
               word(s.width),
               word(s.channels),
               word(s.out_height),
               word(s.out_width),
               word(s.out_channels),
               word(s.group_channels()),
               word(s.group_out_channels()),
               word(s.out_pixels()),
               word(s.kernel_width),
               word(taps),
               word(s.stride),
               word(s.padding),
               word(s.dilation),
               word(s.groups),
               word(part_pixels),
               reciprocal(s.out_width),
               reciprocal(s.out_height)};
  call.groups = {word(ceil_div(s.group_channels(), rows)), word(ceil_div(s.group_out_channels(), 4 * lanes)),
                 word(taps * s.groups * parts)};
  plan.calls = {call};
  if (parts > 1) append_sum(plan, target, operands.target, std::nullopt, count, s.out_channels, parts);
  plan.flops = s.flops();
  return plan;
}

}  // namespace figment::ops
