#include "ops/movement.h"

namespace figment::ops {
namespace {

using namespace movement;

struct Range {
  int axis;
  std::int64_t begin;
  std::int64_t end;
};

Range range_of(const Shape& in, const Attributes& a) {
  return {in.axis(static_cast<int>(a.integer("axis"))), a.integer("begin"), a.integer("end")};
}

std::vector<TensorType> infer_slice(std::span<const TensorType> inputs, const Attributes& a) {
  const Range range = range_of(inputs[0].shape, a);
  core::require(0 <= range.begin && range.begin < range.end && range.end <= inputs[0].shape[range.axis],
                "slice {} .. {} of axis {} does not lie in {}", range.begin, range.end, range.axis,
                inputs[0].shape.to_string());
  Shape shape = inputs[0].shape;
  shape.at(range.axis) = range.end - range.begin;
  return {{shape, moved_dtype("slice", inputs[0].dtype)}};
}

/// Both tensors as [outer, length].
StridedCopy copy_of(const Shape& in, const Range& range) {
  const std::int64_t inner = inner_count(in, range.axis);
  const std::int64_t length = (range.end - range.begin) * inner;
  StridedCopy copy;
  copy.extents = {outer_count(in, range.axis), length};
  copy.source_strides = {in[range.axis] * inner, 1};
  copy.target_strides = {length, 1};
  copy.source_base = range.begin * inner;
  return copy;
}

void reference_slice(const ReferenceSite& s) {
  const Shape& in = s.inputs[0]->type.shape;
  const StridedCopy copy = copy_of(in, range_of(in, s.attributes));
  move_elements(*s.inputs[0], s.outputs[0], [&](std::int64_t i) {
    return copy.source_base + i / copy.extents[1] * copy.source_strides[0] + i % copy.extents[1];
  });
}

std::vector<Tensor> grad_slice(const GradientSite& s) {
  const Shape& in = s.inputs[0].shape();
  const Range range = range_of(in, s.attributes);
  std::vector<std::int64_t> before(static_cast<std::size_t>(in.rank()), 0);
  std::vector<std::int64_t> after = before;
  before[static_cast<std::size_t>(range.axis)] = range.begin;
  after[static_cast<std::size_t>(range.axis)] = in[range.axis] - range.end;
  return {pad(s.grads[0], std::move(before), std::move(after))};
}

KernelPlan plan_slice(const KernelSite& site) {
  const Shape& in = site.inputs[0].shape;
  KernelPlan plan;
  plan.calls.push_back(copy_call(copy_of(in, range_of(in, site.attributes)), 0, site.outputs[0].dtype));
  return plan;
}

std::vector<Example> slice_examples() {
  const auto of = [](std::int64_t axis, std::int64_t begin, std::int64_t end) {
    return Attributes{{"axis", axis}, {"begin", begin}, {"end", end}};
  };
  return {example("vector", {uniform_input({7})}, of(0, 2, 5)),
          example("channels", {uniform_input({2, 3, 16})}, of(-1, 4, 12)),
          example("odd channels", {uniform_input({2, 3, 7})}, of(2, 1, 4)),
          example("rows", {uniform_input({2, 5, 4})}, of(1, 1, 4)),
          example("first rows", {uniform_input({3, 5})}, of(0, 0, 2)),
          example("rank 5", {uniform_input({2, 3, 4, 2, 3})}, of(2, 1, 3)),
          example_without_gradient("integers", {random_int_input({4, 6}, 0, 9)}, of(1, 1, 5))};
}

const Op slice_op = {
    .name = "slice",
    .family = Family::data,
    .infer = infer_slice,
    .reference = reference_slice,
    .gradient = grad_slice,
    .kernel = plan_slice,
    .examples = slice_examples,
};

}  // namespace

Tensor slice(Tensor a, int axis, std::int64_t begin, std::int64_t end) {
  const int resolved = a.shape().axis(axis);
  if (begin == 0 && end == a.dim(resolved)) return a;
  return a.graph->apply_one(slice_op, {a}, {{"axis", std::int64_t{resolved}}, {"begin", begin}, {"end", end}});
}

std::vector<const Op*> slice_ops();
std::vector<const Op*> slice_ops() { return {&slice_op}; }

}  // namespace figment::ops
