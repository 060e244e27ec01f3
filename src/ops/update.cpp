#include "ops/update.h"

#include "core/error.h"
#include "ops/launch.h"
#include "ops/ops.h"

namespace figment::ops {
namespace {

using tensor::Example;
using tensor::HostTensor;
using tensor::KernelPlan;
using tensor::KernelSite;
using tensor::Op;

bool is_integer(DType dtype) { return dtype == DType::i32 || dtype == DType::u32; }

// ---- assign and lerp_into

std::vector<TensorType> infer_assign(std::span<const TensorType> inputs, const tensor::Attributes&) {
  core::require(inputs.size() == 2 && inputs[0].shape.count() == inputs[1].shape.count(),
                "assign needs a value of as many elements as the variable");
  const bool floats = inputs[0].dtype == DType::f32 && (inputs[1].dtype == DType::f32 || inputs[1].dtype == DType::f16);
  core::require(floats || (is_integer(inputs[0].dtype) && inputs[0].dtype == inputs[1].dtype),
                "assign cannot put {} into {}", inputs[1].to_string(), inputs[0].to_string());
  return {};
}

void reference_assign(const tensor::ReferenceSite& site) {
  site.inputs[0]->floats = site.inputs[1]->floats;
  site.inputs[0]->ints = site.inputs[1]->ints;
}

KernelPlan kernel_assign(const KernelSite& site) {
  const std::int64_t count = site.inputs[0].shape.count();
  tensor::KernelCall call;
  if (is_integer(site.inputs[0].dtype)) {
    call.shader = "update_assign_words";
    call.constants = {word(flat_local_size)};
    call.operands = {tensor::input_storage(1), tensor::input_storage(0)};
    call.groups = flat_groups(ceil_div(count, flat_local_size));
  } else {
    call.shader = "update_assign";
    call.constants = {word(flat_local_size), count % 4 == 0, 0};
    // The last two operands are for lerp_into; here they stand for nothing.
    call.operands = {tensor::input_texel4(1), tensor::input_storage(0), tensor::input_texel4(1),
                     tensor::input_texel1(1)};
    call.groups = elementwise_groups(count);
  }
  call.push = {word(count)};
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = static_cast<double>(count);
  return plan;
}

std::vector<Example> examples_assign() {
  return {example_without_gradient("floats", {uniform_input({3, 8}), uniform_input({24})}),
          example_without_gradient("odd", {uniform_input({3, 7}), uniform_input({3, 7})}),
          example_without_gradient("integers", {random_int_input({5}, 0, 9), random_int_input({5}, -9, 9)})};
}

std::vector<TensorType> infer_lerp(std::span<const TensorType> inputs, const tensor::Attributes&) {
  core::require(
      inputs.size() == 3 && inputs[0].dtype == DType::f32 && inputs[0].shape.count() == inputs[1].shape.count(),
      "lerp_into needs an f32 variable and a value of as many elements");
  core::require(inputs[2].shape.count() == 1, "lerp_into needs a rate of one element");
  return {};
}

void reference_lerp(const tensor::ReferenceSite& site) {
  const float rate = site.inputs[2]->floats[0];
  for (std::size_t i = 0; i < site.inputs[0]->floats.size(); ++i) {
    float& to = site.inputs[0]->floats[i];
    to += rate * (site.inputs[1]->floats[i] - to);
  }
}

KernelPlan kernel_lerp(const KernelSite& site) {
  const std::int64_t count = site.inputs[0].shape.count();
  tensor::KernelCall call;
  call.shader = "update_assign";
  call.constants = {word(flat_local_size), count % 4 == 0, 1};
  call.operands = {tensor::input_texel4(1), tensor::input_storage(0), tensor::input_texel4(0), tensor::input_texel1(2)};
  call.push = {word(count)};
  call.groups = elementwise_groups(count);
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = static_cast<double>(count) * 3;
  return plan;
}

std::vector<Example> examples_lerp() {
  return {
      example_without_gradient("aligned", {uniform_input({4, 16}), uniform_input({4, 16}), float_input({1}, {0.3F})}),
      example_without_gradient("odd", {uniform_input({13}), uniform_input({13}), float_input({1}, {0.999F})})};
}

// ---- write_rows: [B, T, C] or, with rows of one element, [B, T]

struct RowLayout {
  std::int64_t batch, rows, width;
};

RowLayout layout_of(const Shape& shape) { return {shape[0], shape[1], shape.rank() == 3 ? shape[2] : 1}; }

std::vector<TensorType> infer_write_rows(std::span<const TensorType> inputs, const tensor::Attributes&) {
  core::require(inputs.size() == 3 && (inputs[0].shape.rank() == 3 || inputs[0].shape.rank() == 2) &&
                    inputs[1].shape.rank() == inputs[0].shape.rank() && inputs[0].shape[0] == inputs[1].shape[0] &&
                    layout_of(inputs[0].shape).width == layout_of(inputs[1].shape).width,
                "write_rows needs a variable [B, T, C] and a value [B, S, C]");
  core::require(inputs[2].dtype == DType::i32 && inputs[2].shape.count() == 1,
                "write_rows needs a position of type i32[1]");
  core::require(is_integer(inputs[0].dtype) == is_integer(inputs[1].dtype) &&
                    (is_integer(inputs[0].dtype) || inputs[0].dtype == DType::f32),
                "write_rows cannot put {} into {}", inputs[1].to_string(), inputs[0].to_string());
  return {};
}

template <typename T>
void write_rows_of(std::vector<T>& to, const std::vector<T>& from, const RowLayout& target, std::int64_t steps,
                   std::int64_t position) {
  for (std::int64_t b = 0; b < target.batch; ++b) {
    for (std::int64_t s = 0; s < steps; ++s) {
      if (position + s < 0 || position + s >= target.rows) continue;
      const auto first = from.begin() + (b * steps + s) * target.width;
      std::copy(first, first + target.width, to.begin() + (b * target.rows + position + s) * target.width);
    }
  }
}

void reference_write_rows(const tensor::ReferenceSite& site) {
  const RowLayout target = layout_of(site.inputs[0]->type.shape);
  const std::int64_t steps = site.inputs[1]->type.shape[1];
  const std::int64_t position = site.inputs[2]->ints[0];
  if (site.inputs[0]->is_integer()) {
    write_rows_of(site.inputs[0]->ints, site.inputs[1]->ints, target, steps, position);
  } else {
    write_rows_of(site.inputs[0]->floats, site.inputs[1]->floats, target, steps, position);
  }
}

KernelPlan kernel_write_rows(const KernelSite& site) {
  const RowLayout target = layout_of(site.inputs[0].shape);
  const std::int64_t steps = site.inputs[1].shape[1];
  const std::int64_t rows = target.batch * steps;
  const bool aligned = target.width % 4 == 0;
  tensor::KernelCall call;
  if (is_integer(site.inputs[0].dtype)) {
    call.shader = "update_write_rows_words";
    call.constants = {site.traits.subgroup_size};
    call.operands = {tensor::input_storage(1), tensor::input_texel1(2), tensor::input_storage(0)};
  } else {
    call.shader = "update_write_rows";
    call.constants = {site.traits.subgroup_size, aligned};
    call.operands = {aligned ? tensor::input_texel4(1) : tensor::input_texel1(1), tensor::input_texel1(2),
                     tensor::input_storage(0)};
  }
  call.push = {word(rows), word(steps), word(target.rows), word(target.width)};
  call.groups = flat_groups(rows);
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = static_cast<double>(rows * target.width);
  return plan;
}

std::vector<Example> examples_write_rows() {
  return {
      example_without_gradient("one row", {uniform_input({2, 6, 8}), uniform_input({2, 1, 8}), int_input({1}, {4})}),
      example_without_gradient("past the end",
                               {uniform_input({2, 6, 5}), uniform_input({2, 4, 5}), int_input({1}, {4})}),
      example_without_gradient("before", {uniform_input({1, 6, 4}), uniform_input({1, 3, 4}), int_input({1}, {-1})}),
      example_without_gradient(
          "tokens", {random_int_input({3, 9}, 0, 99), random_int_input({3, 2}, 0, 99), int_input({1}, {5})})};
}

Op updating_op(std::string_view name, decltype(Op::infer) infer, decltype(Op::reference) reference,
               decltype(Op::kernel) kernel, decltype(Op::examples) examples) {
  Op made;
  made.name = name;
  made.family = tensor::Family::data;
  made.infer = infer;
  made.reference = reference;
  made.kernel = kernel;
  made.mutates = {0};
  made.examples = examples;
  return made;
}

const Op& assign_op() {
  static const Op op = updating_op("assign", infer_assign, reference_assign, kernel_assign, examples_assign);
  return op;
}

const Op& lerp_into_op() {
  static const Op op = updating_op("lerp_into", infer_lerp, reference_lerp, kernel_lerp, examples_lerp);
  return op;
}

const Op& write_rows_op() {
  static const Op op =
      updating_op("write_rows", infer_write_rows, reference_write_rows, kernel_write_rows, examples_write_rows);
  return op;
}

}  // namespace

void assign(Tensor variable, Tensor value) { variable.graph->apply_one(assign_op(), {variable, value}); }

void write_rows(Tensor variable, Tensor value, Tensor position) {
  variable.graph->apply_one(write_rows_op(), {variable, value, position});
}

void lerp_into(Tensor variable, Tensor value, Tensor rate) {
  variable.graph->apply_one(lerp_into_op(), {variable, value, rate});
}

std::vector<const Op*> update_ops() { return {&assign_op(), &lerp_into_op(), &write_rows_op(), &pack_op()}; }

}  // namespace figment::ops
