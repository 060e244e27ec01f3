#include "ops/movement.h"

namespace figment::ops {
namespace {

using namespace movement;

int axis_of(const Attributes& a) { return static_cast<int>(a.integer("axis")); }

std::vector<TensorType> infer_concat(std::span<const TensorType> inputs, const Attributes& a) {
  core::require(!inputs.empty(), "concat needs at least one part");
  TensorType result = inputs[0];
  const int axis = result.shape.axis(axis_of(a));
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    Shape aligned = inputs[i].shape;
    core::require(aligned.rank() == result.shape.rank(), "concat is given {} and {}", inputs[0].to_string(),
                  inputs[i].to_string());
    const std::int64_t extent = aligned[axis];
    aligned.at(axis) = result.shape[axis];
    core::require(aligned == result.shape && inputs[i].dtype == inputs[0].dtype,
                  "concat along axis {} is given {} and {}", axis, inputs[0].to_string(), inputs[i].to_string());
    result.shape.at(axis) += extent;
  }
  result.dtype = moved_dtype("concat", result.dtype);
  return {result};
}

/// Where part `index` lies in the output, both seen as [outer, length].
StridedCopy copy_of(std::span<const Shape> parts, const Shape& out, int axis, std::size_t index) {
  const std::int64_t inner = inner_count(out, axis);
  StridedCopy copy;
  copy.extents = {outer_count(out, axis), parts[index][axis] * inner};
  copy.source_strides = {copy.extents[1], 1};
  copy.target_strides = {out[axis] * inner, 1};
  for (std::size_t i = 0; i < index; ++i) copy.target_base += parts[i][axis] * inner;
  return copy;
}

void reference_concat(const ReferenceSite& s) {
  std::vector<Shape> parts;
  for (const tensor::HostTensor* input : s.inputs) parts.push_back(input->type.shape);
  const Shape& out = s.outputs[0].type.shape;
  const int axis = out.axis(axis_of(s.attributes));
  for (std::size_t part = 0; part < parts.size(); ++part) {
    const StridedCopy copy = copy_of(parts, out, axis, part);
    move_elements(*s.inputs[part], s.outputs[0], [&](std::int64_t i) -> std::int64_t {
      const std::int64_t row = i / copy.target_strides[0];
      const std::int64_t column = i % copy.target_strides[0] - copy.target_base;
      return column < 0 || column >= copy.extents[1] ? -1 : row * copy.extents[1] + column;
    });
  }
}

std::vector<Tensor> grad_concat(const GradientSite& s) {
  const int axis = s.outputs[0].shape().axis(axis_of(s.attributes));
  std::vector<Tensor> grads;
  std::int64_t begin = 0;
  for (std::size_t i = 0; i < s.inputs.size(); ++i) {
    const std::int64_t end = begin + s.inputs[i].dim(axis);
    grads.push_back(s.needed[i] ? slice(s.grads[0], axis, begin, end) : Tensor{});
    begin = end;
  }
  return grads;
}

KernelPlan plan_concat(const KernelSite& site) {
  std::vector<Shape> parts;
  for (const TensorType& input : site.inputs) parts.push_back(input.shape);
  const Shape& out = site.outputs[0].shape;
  const int axis = out.axis(axis_of(site.attributes));
  KernelPlan plan;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    plan.calls.push_back(copy_call(copy_of(parts, out, axis, i), static_cast<int>(i), site.outputs[0].dtype));
  }
  return plan;
}

std::vector<Example> concat_examples() {
  const auto make = [](std::string name, const std::vector<Shape>& shapes, std::int64_t axis) {
    std::vector<Example::Input> inputs;
    for (const Shape& shape : shapes) inputs.push_back(uniform_input(shape));
    return example(std::move(name), std::move(inputs), {{"axis", axis}});
  };
  Example integers = example_without_gradient(
      "integers", {random_int_input({2, 4}, 0, 9), random_int_input({2, 1}, 0, 9)}, {{"axis", std::int64_t{1}}});
  return {make("vectors", {{3}, {4}}, 0),
          make("channels", {{2, 3, 3, 8}, {2, 3, 3, 4}}, -1),
          make("odd channels", {{2, 3, 5}, {2, 3, 2}, {2, 3, 1}}, 2),
          make("middle", {{2, 1, 4}, {2, 3, 4}}, 1),
          make("batch", {{1, 5}, {2, 5}, {1, 5}, {3, 5}}, 0),
          make("one", {{2, 4}}, 0),
          std::move(integers)};
}

const Op concat_op = {
    .name = "concat",
    .family = Family::data,
    .infer = infer_concat,
    .reference = reference_concat,
    .gradient = grad_concat,
    .kernel = plan_concat,
    .examples = concat_examples,
};

}  // namespace

Tensor concat(std::span<const Tensor> parts, int axis) {
  core::require(!parts.empty(), "concat needs at least one part");
  if (parts.size() == 1) return parts[0];
  return parts[0].graph->apply(concat_op, parts, {{"axis", std::int64_t{parts[0].shape().axis(axis)}}}).front();
}

std::vector<const Op*> concat_ops();
std::vector<const Op*> concat_ops() { return {&concat_op}; }

}  // namespace figment::ops
