#include <algorithm>

#include "ops/movement.h"

namespace figment::ops {
namespace {

using namespace movement;

std::vector<TensorType> infer_transpose(std::span<const TensorType> inputs, const Attributes& a) {
  const Attributes::List& permutation = a.list("permutation");
  const Shape& in = inputs[0].shape;
  std::vector<bool> seen(permutation.size(), false);
  bool fits = static_cast<int>(permutation.size()) == in.rank();
  std::vector<std::int64_t> extents;
  for (const std::int64_t axis : permutation) {
    fits = fits && axis >= 0 && axis < in.rank() && !seen[static_cast<std::size_t>(axis)];
    if (!fits) break;
    seen[static_cast<std::size_t>(axis)] = true;
    extents.push_back(in[static_cast<int>(axis)]);
  }
  core::require(fits, "transpose of {} needs each of its axes once", in.to_string());
  return {{Shape(extents), moved_dtype("transpose", inputs[0].dtype)}};
}

/// Strides of the input in the order of the output's axes.
std::vector<std::int64_t> permuted_strides(const Shape& in, const Attributes& a) {
  const std::vector<std::int64_t> own = in.strides();
  std::vector<std::int64_t> strides;
  for (const std::int64_t axis : a.list("permutation")) strides.push_back(own[static_cast<std::size_t>(axis)]);
  return strides;
}

void reference_transpose(const ReferenceSite& s) {
  const Shape& out = s.outputs[0].type.shape;
  const std::vector<std::int64_t> strides = permuted_strides(s.inputs[0]->type.shape, s.attributes);
  move_elements(*s.inputs[0], s.outputs[0], [&](std::int64_t i) {
    std::int64_t source = 0;
    for (int axis = out.rank() - 1; axis >= 0; --axis) {
      source += i % out[axis] * strides[static_cast<std::size_t>(axis)];
      i /= out[axis];
    }
    return source;
  });
}

std::vector<Tensor> grad_transpose(const GradientSite& s) {
  const Attributes::List& permutation = s.attributes.list("permutation");
  std::vector<std::int64_t> inverse(permutation.size());
  for (std::size_t i = 0; i < permutation.size(); ++i) {
    inverse[static_cast<std::size_t>(permutation[i])] = static_cast<std::int64_t>(i);
  }
  return {transpose(s.grads[0], inverse)};
}

KernelPlan plan_transpose(const KernelSite& site) {
  StridedCopy copy;
  copy.extents = site.outputs[0].shape.extents();
  copy.source_strides = permuted_strides(site.inputs[0].shape, site.attributes);
  copy.target_strides = site.outputs[0].shape.strides();
  KernelPlan plan;
  plan.calls.push_back(copy_call(std::move(copy), 0, site.outputs[0].dtype));
  return plan;
}

Example::Input halves(Shape shape) {
  Example::Input input = uniform_input(std::move(shape));
  input.type.dtype = DType::f16;
  return input;
}

std::vector<Example> transpose_examples() {
  const auto make = [](Shape shape, Attributes::List permutation) {
    return example(shape.to_string(), {uniform_input(shape)}, {{"permutation", std::move(permutation)}});
  };
  return {make({}, {}),
          make({5}, {0}),
          make({3, 5}, {1, 0}),
          make({8, 12}, {1, 0}),
          make({2, 3, 4}, {0, 2, 1}),
          make({2, 4, 8}, {2, 1, 0}),
          make({2, 3, 2, 8}, {0, 2, 1, 3}),
          make({2, 3, 2, 5}, {0, 2, 1, 3}),
          make({2, 3, 4, 3, 2}, {4, 1, 3, 0, 2}),
          make({1, 2, 3, 2, 2, 4}, {0, 1, 3, 2, 4, 5}),
          make({2, 3, 2, 3, 2, 3}, {5, 3, 1, 0, 2, 4}),
          example_without_gradient("halves", {halves({4, 8, 3})}, {{"permutation", Attributes::List{1, 0, 2}}}),
          example_without_gradient("unsigned integers", {int_input({2, 3}, {7, 1, 4, 0, 9, 5}, DType::u32)},
                                   {{"permutation", Attributes::List{1, 0}}}),
          example_without_gradient("integers", {random_int_input({3, 4, 5}, 0, 99)},
                                   {{"permutation", Attributes::List{2, 0, 1}}})};
}

const Op transpose_op = {
    .name = "transpose",
    .family = Family::data,
    .infer = infer_transpose,
    .reference = reference_transpose,
    .gradient = grad_transpose,
    .kernel = plan_transpose,
    .examples = transpose_examples,
};

/// Whether the elements keep their order, so that a view will do.
bool keeps_order(const Shape& shape, const std::vector<std::int64_t>& permutation) {
  std::int64_t last = -1;
  for (const std::int64_t axis : permutation) {
    if (shape[static_cast<int>(axis)] == 1) continue;
    if (axis < last) return false;
    last = axis;
  }
  return true;
}

}  // namespace

Tensor transpose(Tensor a, std::vector<std::int64_t> permutation) {
  for (std::int64_t& axis : permutation) axis = a.shape().axis(static_cast<int>(axis));
  const Attributes attributes = {{"permutation", permutation}};
  const TensorType type = a.type();
  const Shape shape = infer_transpose({&type, 1}, attributes)[0].shape;
  if (keeps_order(a.shape(), permutation)) return reshape(a, shape);
  return a.graph->apply_one(transpose_op, {a}, attributes);
}

std::vector<const Op*> transpose_ops();
std::vector<const Op*> transpose_ops() { return {&transpose_op}; }

}  // namespace figment::ops
