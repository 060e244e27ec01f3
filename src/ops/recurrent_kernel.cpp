#include <algorithm>

#include "ops/launch.h"
#include "ops/matmul_kernel.h"
#include "ops/recurrent.h"

namespace figment::ops {
namespace {

using tensor::KernelCall;
using tensor::KernelPlan;
using tensor::KernelSite;
using tensor::Operand;

std::int64_t tile_rows(std::int64_t batch, const tensor::DeviceTraits& traits) {
  const std::int64_t most = traits.is_cpu ? 16 : 4;  // a GPU wants many tiles, a CPU large ones
  for (const std::int64_t rows : {1, 2, 4, 8}) {
    if (batch <= rows) return std::min(rows, most);
  }
  return batch <= 24 ? std::min<std::int64_t>(8, most) : most;
}

/// The weight [k, n] as the steps read it.
struct Weight {
  Operand operand;
  std::int64_t panel = 0;  ///< texels between panels and between rows
  std::int64_t row = 0;
};

/// Copies the weight to panels if that pays: rows that lie far apart share few sets of the cache.
Weight lay_out(KernelPlan& plan, int input, std::int64_t k, std::int64_t n, std::int64_t steps,
               const tensor::DeviceTraits& traits) {
  const std::int64_t lanes = traits.subgroup_size;
  const std::int64_t width = packed_width(traits);
  if (width == 0 || steps < 8 || k % 16 != 0 || n % width != 0) return {tensor::input_texel4(input), lanes, n / 4};
  const auto scratch = static_cast<int>(plan.scratch_bytes.size());
  plan.scratch_bytes.push_back(k * n * 4);
  KernelCall call;
  call.shader = "matmul_pack";
  call.constants = {traits.subgroup_size, 0};
  call.operands = {tensor::input_texel4(input), tensor::scratch_storage(scratch)};
  call.push = {word(k), word(n)};
  call.groups = {word(k / 16), word(n / width), 1};
  plan.calls.push_back(std::move(call));
  return {tensor::scratch_texel4(scratch), k * lanes, lanes};
}

/// What the calls of all steps have in common.
KernelCall step_call(const char* shader, const RecurrentSizes& s, std::int64_t columns,
                     const tensor::DeviceTraits& traits) {
  const std::int64_t lanes = traits.subgroup_size;
  const std::int64_t rows = tile_rows(s.batch, traits);
  KernelCall call;
  call.shader = shader;
  call.constants = {word(lanes), word(rows), static_cast<std::uint32_t>(s.cell), word(ceil_div(rows, lanes / 2)),
                    word(std::min<std::int64_t>(rows, 4))};
  call.groups = {word(ceil_div(s.batch, rows)), word(ceil_div(columns, 4 * lanes)), 1};
  return call;
}

double flops_of(const RecurrentSizes& s) {
  return 2.0 * static_cast<double>(s.steps * s.batch) * static_cast<double>(s.units * s.columns);
}

}  // namespace

KernelPlan plan_recurrent(const KernelSite& site) {
  const RecurrentSizes s = recurrent_sizes(site.inputs[0], site.attributes);
  KernelPlan plan;
  const Weight weight = lay_out(plan, 1, s.units, s.columns, s.steps, site.traits);
  const std::int64_t state = s.batch * s.units;
  const bool has_gates = s.cell != Cell::rnn;
  for (std::int64_t t = 0; t < s.steps; ++t) {
    KernelCall call = step_call("recurrent_step", s, s.columns, site.traits);
    const int previous_input = s.cell == Cell::lstm ? 3 : 2;
    const int previous_output = s.cell == Cell::lstm ? 2 : 0;
    call.operands = {t == 0 ? tensor::input_texel4(2) : tensor::output_texel4(0),
                     weight.operand,
                     tensor::input_texel4(0),
                     t == 0 ? tensor::input_texel1(previous_input) : tensor::output_texel1(previous_output),
                     tensor::output_storage(0),
                     tensor::output_storage(has_gates ? 1 : 0),
                     tensor::output_storage(s.cell == Cell::lstm ? 2 : 0)};
    const std::int64_t before = t == 0 ? 0 : (t - 1) * state;
    call.push = {word(s.batch),    word(s.units),    word(s.columns / 4), word(weight.panel),
                 word(weight.row), word(before / 4), word(before),        word(t)};
    plan.calls.push_back(std::move(call));
  }
  plan.flops = flops_of(s);
  return plan;
}

KernelPlan plan_recurrent_grad(const KernelSite& site) {
  const RecurrentSizes s = recurrent_sizes(site.outputs[0], site.attributes);
  const RecurrentGradInputs in(site.attributes);
  KernelPlan plan;
  const Weight weight = lay_out(plan, in.weight, s.columns, s.units, s.steps, site.traits);
  const std::int64_t state = s.batch * s.units;
  const auto scratch = static_cast<int>(plan.scratch_bytes.size());
  plan.scratch_bytes.push_back(2 * state * 4);  // what goes straight from state to state, of this step and the next
  const auto optional = [&](int input) { return tensor::input_texel4(input < 0 ? in.grad_hidden : input); };
  const bool is_gru = s.cell == Cell::gru;
  const bool is_lstm = s.cell == Cell::lstm;
  for (std::int64_t t = s.steps - 1; t >= -1; --t) {
    const bool is_first = t == s.steps - 1;
    const bool is_last = t < 0;
    KernelCall call = step_call("recurrent_step_grad", s, s.units, site.traits);
    call.constants.insert(call.constants.end(), {is_last, in.grad_gates >= 0, in.grad_cells >= 0});
    Operand previous = tensor::input_texel4(in.grad_hidden);
    if (is_gru) previous = tensor::input_texel4(t <= 0 ? in.first_hidden : in.hidden);
    if (is_lstm) previous = tensor::input_texel4(t <= 0 ? in.first_cell : in.cells);
    call.operands = {is_first ? tensor::input_texel4(in.grad_hidden) : tensor::output_texel4(0),
                     weight.operand,
                     tensor::input_texel4(in.grad_hidden),
                     tensor::input_texel4(s.cell == Cell::rnn ? in.hidden : in.gates),
                     optional(in.cells),
                     previous,
                     tensor::scratch_texel4(scratch),
                     optional(in.grad_gates),
                     optional(in.grad_cells),
                     tensor::output_storage(is_last ? 1 : 0),
                     is_last && is_lstm ? tensor::output_storage(2) : tensor::scratch_storage(scratch)};
    const std::int64_t half = (t + s.steps) % 2 * (state / 4);
    call.push = {word(s.batch),
                 word(is_first ? 0 : s.columns),
                 word(s.units / 4),
                 word(weight.panel),
                 word(weight.row),
                 word(is_first ? 0 : (t + 1) * s.batch * s.columns / 4),
                 word(t <= 0 ? 0 : (t - 1) * state / 4),
                 word(state / 4 - half),
                 word(is_last ? 0 : half),
                 word(std::max<std::int64_t>(t, 0))};
    plan.calls.push_back(std::move(call));
  }
  plan.flops = flops_of(s);
  return plan;
}

}  // namespace figment::ops
