#include "ops/attention_kernel.h"

#include <algorithm>

#include "core/error.h"
#include "ops/launch.h"

namespace figment::ops {
namespace {

using tensor::DeviceTraits;
using tensor::KernelCall;
using tensor::KernelPlan;
using tensor::Operand;

/// Rows that a subgroup holds: few enough for their registers and for the number of rows there are.
std::int64_t held_rows(std::int64_t count, std::int64_t most) {
  std::int64_t rows = 1;
  while (rows < most && rows < count) rows *= 2;
  return rows;
}

Operand mask_operand(const AttentionSizes& s) {
  return s.mask >= 0 ? tensor::input_texel1(s.mask) : tensor::input_texel1(0);
}

Operand length_operand(const AttentionSizes& s) { return tensor::input_storage(std::max(s.length, 0)); }

KernelCall call_of(const AttentionSizes& s, const DeviceTraits& traits, std::string shader, std::int64_t rows,
                   std::int64_t blocks, std::int64_t held_count) {
  KernelCall call;
  call.shader = std::move(shader);
  call.constants = {traits.subgroup_size, word(rows),   word(blocks), word(s.depth), s.causal,
                    s.mask >= 0,          s.length >= 0};
  call.push = {word(s.queries), word(s.keys), word(s.heads), tensor::float_word(s.scale)};
  call.groups = {word(ceil_div(held_count, rows)), word(s.heads), word(s.batch)};
  return call;
}

double flops_of(const AttentionSizes& s, double products) {
  return products * 2.0 * static_cast<double>(s.batch * s.heads * s.depth) * static_cast<double>(s.queries) *
         static_cast<double>(s.keys) * (s.causal && s.queries == s.keys ? 0.5 : 1.0);
}

}  // namespace

KernelPlan plan_attention(const AttentionSizes& s, const DeviceTraits& traits) {
  // More rows fetch keys and values less often; with many of them, one block is all that the caches hold beside them.
  const bool tall = traits.is_cpu && !s.causal && s.depth <= 64 && s.queries >= 128;
  const std::int64_t rows = held_rows(s.queries, tall ? 16 : s.depth > 64 ? 4 : 8);
  const std::int64_t blocks = rows == 1 ? 4 : rows == 16 ? 1 : 2;
  KernelCall call = call_of(s, traits, "attention", rows, blocks, s.queries);
  call.operands = {tensor::input_texel4(0), tensor::input_texel4(1),   tensor::input_texel4(2),  mask_operand(s),
                   length_operand(s),       tensor::output_storage(0), tensor::output_storage(1)};
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = flops_of(s, 2);
  return plan;
}

KernelPlan plan_attention_gradient(const AttentionSizes& s, const DeviceTraits& traits) {
  enum { q, k, v, out, log_sum, grad_out };
  const std::int64_t count = s.batch * s.queries * s.heads;
  KernelCall delta;
  delta.shader = "attention_delta";
  delta.constants = {s.grad_log_sum >= 0};
  delta.operands = {tensor::input_texel4(out), tensor::input_texel4(grad_out),
                    tensor::input_texel1(s.grad_log_sum >= 0 ? s.grad_log_sum : log_sum), tensor::scratch_storage(0)};
  delta.push = {word(count), word(s.depth / 4), word(s.heads), word(s.queries)};
  delta.groups = flat_groups(ceil_div(count, 64));

  const std::vector<Operand> shared{
      tensor::input_texel4(q),       tensor::input_texel4(k),   tensor::input_texel4(v), tensor::input_texel4(grad_out),
      tensor::input_texel1(log_sum), tensor::scratch_texel1(0), mask_operand(s),         length_operand(s)};
  const std::int64_t most = s.depth > 64 ? 4 : 8;
  KernelCall query = call_of(s, traits, "attention_grad_query", held_rows(s.queries, most), 1, s.queries);
  query.operands = shared;
  query.operands.push_back(tensor::output_storage(0));
  KernelCall key = call_of(s, traits, "attention_grad_key", held_rows(s.keys, most), 1, s.keys);
  key.operands = shared;
  key.operands.push_back(tensor::output_storage(1));
  key.operands.push_back(tensor::output_storage(2));

  KernelPlan plan;
  plan.calls = {delta, query, key};
  plan.scratch_bytes = {count * 4};
  plan.flops = flops_of(s, 5);
  return plan;
}

}  // namespace figment::ops
