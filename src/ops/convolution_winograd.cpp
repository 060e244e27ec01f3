#include <algorithm>

#include "ops/convolution_kernel.h"
#include "ops/launch.h"
#include "ops/matmul_kernel.h"

// Winograd's F(4x4, 3x3): a 3x3 convolution of stride 1 as 36 matrix products over tiles of 4x4 pixels, with a quarter
// of the multiplications. Pays where the transforms are cheap beside the products: many channels.
namespace figment::ops {
namespace {

using tensor::DeviceTraits;
using tensor::float_word;
using tensor::KernelCall;
using tensor::KernelPlan;
using tensor::Operand;
using tensor::View;

constexpr std::int64_t components = 36;
constexpr std::int64_t block_tiles = 16;  // rows of one matrix product

Operand with_view(Operand operand, View view) {
  operand.view = view;
  return operand;
}

std::uint32_t reciprocal(std::int64_t value) { return float_word(1.0F / static_cast<float>(value)); }

/// The output pixels of a convolution in tiles.
struct Tiles {
  std::int64_t rows, columns, count;

  Tiles(std::int64_t batch, std::int64_t height, std::int64_t width)
      : rows(ceil_div(height, 4)), columns(ceil_div(width, 4)), count(batch * rows * columns) {}
};

/// The picture that a transform reads or writes.
struct Picture {
  std::int64_t height, width, channels;
};

KernelCall transform_call(std::string shader, const Tiles& tiles, const Picture& picture, std::int64_t padding,
                          std::int64_t block) {
  const std::int64_t quads = picture.channels / 4;
  KernelCall call;
  call.shader = std::move(shader);
  call.push = {
      word(tiles.count * quads), word(quads),   word(picture.height), word(picture.width), word(tiles.rows),
      word(tiles.columns),       word(padding), word(block),          reciprocal(quads),   reciprocal(tiles.rows),
      reciprocal(tiles.columns)};
  call.groups = flat_groups(ceil_div(tiles.count * quads, 64));
  return call;
}

KernelCall weight_call(const Operand& weight, const Operand& target, std::int64_t k, std::int64_t n, std::int64_t panel,
                       bool backward) {
  const std::int64_t quads = n / 4;
  const std::int64_t panel_quads = panel > 0 ? panel / 4 : quads;
  KernelCall call;
  call.shader = "winograd_weight";
  call.constants = {backward};
  call.operands = {with_view(weight, backward ? View::texel1 : View::texel4), target};
  call.push = {word(k * quads), word(k), word(quads), word(panel_quads),
               word(ceil_div(quads, panel_quads) * panel_quads * k)};
  call.groups = flat_groups(ceil_div(k * quads, 64));
  return call;
}

bool applies(const ConvSizes& s) {
  return s.kernel_height == 3 && s.kernel_width == 3 && s.stride == 1 && s.dilation == 1 && s.groups == 1 &&
         s.padding <= 2 && s.channels % 4 == 0 && s.out_channels % 4 == 0;
}

/// How much the direct kernel computes for each channel that is wanted: it makes 32 at a time, or four where that is
/// all.
double direct_waste(std::int64_t target_channels, const DeviceTraits& traits) {
  const std::int64_t tile = target_channels <= 4 ? 4 : 4 * static_cast<std::int64_t>(traits.subgroup_size);
  return static_cast<double>(ceil_div(target_channels, tile) * tile) / static_cast<double>(target_channels);
}

/// Whether the estimated time, in multiply-adds, is below that of the direct kernel. The weights of the estimate were
/// measured on lavapipe: a transformed texel costs as much as about `texel_cost` multiply-adds.
bool pays(const ConvSizes& s, std::int64_t tile_count, std::int64_t padded_tiles, double direct_pixels) {
  constexpr double texel_cost = 100;
  const double pair = static_cast<double>(s.channels * s.out_channels);
  const double transformed = static_cast<double>(components) / 4.0 *
                             (static_cast<double>(tile_count * (s.channels + s.out_channels)) + pair) * texel_cost;
  return components * static_cast<double>(padded_tiles) * pair + transformed < 0.9 * 9.0 * direct_pixels * pair;
}

bool fits(const ConvSizes& s, std::int64_t padded_tiles, const DeviceTraits& traits) {
  const std::int64_t widest = std::max(s.channels, s.out_channels);
  return padded_tiles * components * widest * 4 <= traits.max_storage_bytes / 2 &&
         ceil_div(padded_tiles, block_tiles) * components <= 65535;
}

}  // namespace

bool prefers_winograd(const ConvSizes& s, bool backward, const DeviceTraits& traits) {
  if (!applies(s) || !traits.is_cpu) return false;
  const Tiles tiles(s.batch, backward ? s.height : s.out_height, backward ? s.width : s.out_width);
  const std::int64_t padded = ceil_div(tiles.count, block_tiles) * block_tiles;
  const std::int64_t pixels = backward ? s.pixels() : s.out_pixels();
  const double waste = direct_waste(backward ? s.channels : s.out_channels, traits);
  return fits(s, padded, traits) && pays(s, tiles.count, padded, waste * static_cast<double>(pixels));
}

KernelPlan plan_winograd(const ConvSizes& s, const ConvOperands& operands, bool backward, const DeviceTraits& traits) {
  const Picture x{s.height, s.width, s.channels};
  const Picture y{s.out_height, s.out_width, s.out_channels};
  const Picture& source = backward ? y : x;
  const Picture& target = backward ? x : y;
  const Tiles tiles(s.batch, target.height, target.width);
  const std::int64_t blocks = ceil_div(tiles.count, block_tiles);
  const std::int64_t panel = packed_width(traits);
  const std::int64_t columns = panel > 0 ? ceil_div(target.channels, panel) * panel : target.channels;

  KernelPlan plan;
  const Operand weights = tensor::scratch_storage(0);
  const Operand inputs = tensor::scratch_storage(1);
  const Operand products = tensor::scratch_storage(2);
  plan.scratch_bytes = {components * columns * source.channels * 4,
                        blocks * block_tiles * components * source.channels * 4,
                        blocks * block_tiles * components * target.channels * 4};
  plan.calls.push_back(weight_call(operands.weight, weights, source.channels, target.channels, panel, backward));

  KernelCall input = transform_call("winograd_input", tiles, source, backward ? 2 - s.padding : s.padding, block_tiles);
  input.operands = {with_view(operands.source, View::texel4), inputs};
  plan.calls.push_back(input);

  Gemm gemm;
  gemm.m = block_tiles;
  gemm.n = target.channels;
  gemm.k = source.channels;
  gemm.batches = blocks * components;
  gemm.b_batches = components;
  gemm.b_panel_width = panel;
  gemm.a = inputs;
  gemm.b = weights;
  gemm.c = products;
  append_gemm(plan, gemm, traits);

  KernelCall output = transform_call("winograd_output", tiles, target, 0, block_tiles);
  output.constants = {operands.bias.has_value()};
  output.operands = {with_view(products, View::texel4), with_view(operands.bias.value_or(products), View::texel4),
                     with_view(operands.target, View::storage)};
  plan.calls.push_back(output);
  plan.flops = s.flops();
  return plan;
}

bool prefers_winograd_weight(const ConvSizes& s, const DeviceTraits& traits) {
  if (!applies(s) || !traits.is_cpu) return false;
  const Tiles tiles(s.batch, s.out_height, s.out_width);
  return fits(s, tiles.count, traits) &&
         pays(s, tiles.count, ceil_div(tiles.count, 8) * 8, static_cast<double>(s.out_pixels()));
}

KernelPlan plan_winograd_weight(const ConvSizes& s, const ConvOperands& operands, const DeviceTraits& traits) {
  const Tiles tiles(s.batch, s.out_height, s.out_width);
  KernelPlan plan;
  const Operand inputs = tensor::scratch_storage(0);
  const Operand outputs = tensor::scratch_storage(1);
  const Operand products = tensor::scratch_storage(2);
  plan.scratch_bytes = {components * tiles.count * s.channels * 4, components * tiles.count * s.out_channels * 4,
                        components * s.channels * s.out_channels * 4};
  KernelCall input = transform_call("winograd_input", tiles, {s.height, s.width, s.channels}, s.padding, tiles.count);
  input.operands = {with_view(operands.source, View::texel4), inputs};
  KernelCall output =
      transform_call("winograd_grad_output", tiles, {s.out_height, s.out_width, s.out_channels}, 0, tiles.count);
  output.operands = {with_view(operands.weight, View::texel4), outputs};
  plan.calls = {input, output};

  Gemm gemm;
  gemm.m = s.channels;
  gemm.n = s.out_channels;
  gemm.k = tiles.count;
  gemm.batches = components;
  gemm.b_batches = components;
  gemm.transpose_a = true;
  gemm.a = inputs;
  gemm.b = outputs;
  gemm.c = products;
  append_gemm(plan, gemm, traits);

  const std::int64_t count = s.channels * s.out_channels / 4;
  KernelCall back;
  back.shader = "winograd_grad_weight";
  back.operands = {with_view(products, View::texel4), with_view(operands.target, View::storage)};
  back.push = {word(count)};
  back.groups = flat_groups(ceil_div(count, 64));
  plan.calls.push_back(back);
  plan.flops = s.flops();
  return plan;
}

}  // namespace figment::ops
