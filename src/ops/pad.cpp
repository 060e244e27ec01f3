#include <algorithm>

#include "ops/movement.h"

namespace figment::ops {
namespace {

using namespace movement;

std::vector<TensorType> infer_pad(std::span<const TensorType> inputs, const Attributes& a) {
  const Attributes::List& before = a.list("before");
  const Attributes::List& after = a.list("after");
  Shape shape = inputs[0].shape;
  core::require(inputs[0].dtype == DType::f32 || inputs[0].dtype == DType::f16, "pad needs floats, and is given {}",
                inputs[0].to_string());
  core::require(static_cast<int>(before.size()) == shape.rank() && static_cast<int>(after.size()) == shape.rank(),
                "pad of {} needs two numbers for each axis", shape.to_string());
  for (int i = 0; i < shape.rank(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    core::require(before[at] >= 0 && after[at] >= 0, "pad cannot take away; use slice");
    shape.at(i) += before[at] + after[at];
  }
  return {{shape, DType::f32}};
}

void reference_pad(const ReferenceSite& s) {
  const Shape& in = s.inputs[0]->type.shape;
  const Shape& out = s.outputs[0].type.shape;
  const Attributes::List& before = s.attributes.list("before");
  const std::vector<std::int64_t> strides = in.strides();
  std::fill(s.outputs[0].floats.begin(), s.outputs[0].floats.end(), static_cast<float>(s.attributes.number("value")));
  move_elements(*s.inputs[0], s.outputs[0], [&](std::int64_t i) -> std::int64_t {
    std::int64_t source = 0;
    for (int axis = out.rank() - 1; axis >= 0; --axis) {
      const auto at = static_cast<std::size_t>(axis);
      const std::int64_t coordinate = i % out[axis] - before[at];
      if (coordinate < 0 || coordinate >= in[axis]) return -1;
      source += coordinate * strides[at];
      i /= out[axis];
    }
    return source;
  });
}

std::vector<Tensor> grad_pad(const GradientSite& s) {
  const Shape& in = s.inputs[0].shape();
  const Attributes::List& before = s.attributes.list("before");
  Tensor grad = s.grads[0];
  for (int axis = 0; axis < in.rank(); ++axis) {
    const std::int64_t begin = before[static_cast<std::size_t>(axis)];
    grad = slice(grad, axis, begin, begin + in[axis]);
  }
  return {grad};
}

/// The axes of a padding, those without one joined to the axis before them.
struct Axes {
  std::vector<std::int64_t> before;
  std::vector<std::int64_t> in;
  std::vector<std::int64_t> out;
};

Axes collapse(const Shape& in, const Shape& out, const Attributes::List& before) {
  Axes axes;
  for (int i = 0; i < in.rank(); ++i) {
    if (out[i] == 1) continue;
    if (in[i] == out[i] && !axes.in.empty()) {
      axes.in.back() *= in[i];
      axes.out.back() *= in[i];
      axes.before.back() *= in[i];
      continue;
    }
    axes.before.push_back(before[static_cast<std::size_t>(i)]);
    axes.in.push_back(in[i]);
    axes.out.push_back(out[i]);
  }
  if (axes.in.empty()) axes = {{0}, {1}, {1}};
  return axes;
}

KernelPlan plan_pad(const KernelSite& site) {
  Axes axes = collapse(site.inputs[0].shape, site.outputs[0].shape, site.attributes.list("before"));
  const std::size_t rank = axes.in.size();
  core::require(rank <= 6, "pad of more than six axes is not supported");
  const bool vectors = axes.in.back() % 4 == 0 && axes.out.back() % 4 == 0 && axes.before.back() % 4 == 0;
  if (vectors) {
    axes.in.back() /= 4;
    axes.out.back() /= 4;
    axes.before.back() /= 4;
  }
  const Shape items(axes.out);
  KernelCall call;
  call.shader = "pad";
  call.constants = {vectors, static_cast<std::uint32_t>(rank)};
  call.operands = {vectors ? tensor::input_texel4(0) : tensor::input_texel1(0), tensor::output_storage(0)};
  call.push = {word(items.count()), tensor::float_word(static_cast<float>(site.attributes.number("value")))};
  for (const auto& list : {items.strides(), axes.before, axes.in, Shape(axes.in).strides()}) {
    for (std::size_t i = 0; i < 6; ++i) call.push.push_back(i < rank ? word(list[i]) : 0);
  }
  call.groups = flat_groups(ceil_div(items.count(), 64));
  KernelPlan plan;
  plan.calls.push_back(std::move(call));
  return plan;
}

std::vector<Example> pad_examples() {
  const auto make = [](Shape shape, Attributes::List before, Attributes::List after, double value) {
    return example(shape.to_string(), {uniform_input(shape)},
                   {{"before", std::move(before)}, {"after", std::move(after)}, {"value", value}});
  };
  return {make({5}, {2}, {1}, 0.5),
          make({2, 3, 3, 4}, {0, 1, 1, 0}, {0, 1, 2, 0}, 0),
          make({2, 3, 8}, {0, 0, 4}, {0, 0, 4}, -1),
          make({2, 3, 5}, {1, 0, 3}, {0, 2, 0}, 0),
          make({3, 4}, {0, 0}, {0, 0}, 0),
          make({2, 1, 2, 3, 2}, {1, 1, 0, 1, 0}, {0, 0, 1, 0, 1}, 2)};
}

const Op pad_op = {
    .name = "pad",
    .family = Family::data,
    .infer = infer_pad,
    .reference = reference_pad,
    .gradient = grad_pad,
    .kernel = plan_pad,
    .examples = pad_examples,
};

}  // namespace

Tensor pad(Tensor a, std::vector<std::int64_t> before, std::vector<std::int64_t> after, float value) {
  const auto is_zero = [](std::int64_t n) { return n == 0; };
  if (std::all_of(before.begin(), before.end(), is_zero) && std::all_of(after.begin(), after.end(), is_zero)) return a;
  return a.graph->apply_one(pad_op, {a},
                            {{"before", std::move(before)}, {"after", std::move(after)}, {"value", double{value}}});
}

std::vector<const Op*> pad_ops();
std::vector<const Op*> pad_ops() { return {&pad_op}; }

}  // namespace figment::ops
