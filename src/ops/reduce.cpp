#include "ops/reduce.h"

#include <algorithm>
#include <limits>

#include "core/error.h"

namespace figment::ops {

namespace reduction {
namespace {

/// One dispatch: `parts` partial results for each.
tensor::KernelCall call_of(const Reduction& r, std::int64_t parts, const tensor::DeviceTraits& traits) {
  const bool rows = r.inner == 1;
  const bool aligned = (rows ? r.count : r.inner) % 4 == 0;
  const auto subgroup = static_cast<std::int64_t>(traits.subgroup_size);
  const bool by_subgroup = rows && ceil_div(r.count, 4) >= 2 * subgroup;
  const std::int64_t inner = !rows && aligned ? r.inner / 4 : r.inner;
  const std::int64_t tasks = r.outer * parts * inner;
  tensor::KernelCall call;
  call.shader = "reduce";
  call.constants = {rows, r.maximum, aligned, by_subgroup};
  call.operands = {{r.source, r.source_index, rows || aligned ? tensor::View::texel4 : tensor::View::texel1},
                   {r.target, r.target_index, tensor::View::storage}};
  call.push = {word(tasks), word(parts), word(r.count), word(inner), tensor::float_word(r.factor)};
  call.groups = flat_groups(ceil_div(tasks * (by_subgroup ? subgroup : 1), 64));
  return call;
}

}  // namespace

std::int64_t choose_parts(std::int64_t lanes, std::int64_t count, const tensor::DeviceTraits& traits) {
  const std::int64_t enough =
      traits.is_cpu ? std::int64_t{traits.core_count} * traits.subgroup_size * 8 : std::int64_t{32768};
  const std::int64_t parts = std::min(ceil_div(enough, lanes), count / 16);
  return parts < 4 ? 1 : parts;
}

void append_reduction(tensor::KernelPlan& plan, const Reduction& reduction, const tensor::DeviceTraits& traits) {
  Reduction r = reduction;
  const auto subgroup = static_cast<std::int64_t>(traits.subgroup_size);
  for (;;) {
    const bool rows = r.inner == 1;
    const std::int64_t texels = ceil_div(r.count, 4);
    const bool by_subgroup = rows && texels >= 2 * subgroup;
    const std::int64_t inner = !rows && r.inner % 4 == 0 ? r.inner / 4 : r.inner;
    const std::int64_t lanes = by_subgroup ? r.outer * subgroup : r.outer * inner;
    const std::int64_t steps = by_subgroup ? texels / subgroup : rows ? texels : r.count;
    const std::int64_t parts = choose_parts(lanes, steps, traits);
    if (parts == 1) break;
    const int scratch = static_cast<int>(plan.scratch_bytes.size());
    plan.scratch_bytes.push_back(r.outer * parts * r.inner * 4);
    Reduction stage = r;
    stage.target = tensor::Operand::Kind::scratch;
    stage.target_index = scratch;
    stage.factor = 1;
    plan.calls.push_back(call_of(stage, parts, traits));
    r.source = tensor::Operand::Kind::scratch;
    r.source_index = scratch;
    r.count = parts;
  }
  plan.calls.push_back(call_of(r, 1, traits));
  plan.flops += static_cast<double>(reduction.outer * reduction.count * reduction.inner);
}

Team choose_team(std::int64_t rows, std::int64_t steps, const tensor::DeviceTraits& traits, bool subgroups_only) {
  const auto subgroup = static_cast<std::int64_t>(traits.subgroup_size);
  Team team;
  if (!traits.is_cpu && !subgroups_only && steps >= 4 * subgroup) {
    team.is_group = true;
    team.local_size = word(std::min<std::int64_t>(256, traits.max_workgroup_invocations));
    team.groups = flat_groups(rows);
    team.lanes = team.local_size;
    return team;
  }
  // Few rows are spread over the cores; many share a workgroup, which saves the cost of starting one.
  const std::int64_t most = std::max<std::int64_t>(1, (traits.is_cpu ? 64 : 256) / subgroup);
  const std::int64_t per_group = std::clamp<std::int64_t>(rows / (4 * traits.core_count), 1, most);
  team.local_size = word(subgroup * per_group);
  team.groups = flat_groups(ceil_div(rows, per_group));
  team.lanes = subgroup;
  return team;
}

Trips choose_trips(const Team& team, std::int64_t columns) {
  constexpr std::int64_t most = 8;
  const std::int64_t texels = columns / 4;
  const std::int64_t count = ceil_div(texels, team.lanes);
  if (columns % 4 != 0 || count > most) return {};
  return {word(count), texels % team.lanes == 0};
}

}  // namespace reduction

namespace {

using namespace reduction;
using tensor::Attributes;
using tensor::Example;
using tensor::Family;
using tensor::GradientSite;
using tensor::HostTensor;
using tensor::KernelPlan;
using tensor::KernelSite;
using tensor::Op;
using tensor::ReferenceSite;

/// The axes first .. last - 1 of `shape` as the middle of three.
struct Middle {
  std::int64_t outer = 1;
  std::int64_t count = 1;
  std::int64_t inner = 1;
};

Middle middle_of(const Shape& shape, const Attributes& a) {
  Middle m;
  for (int i = 0; i < shape.rank(); ++i) {
    (i < a.integer("first") ? m.outer : i < a.integer("last") ? m.count : m.inner) *= shape[i];
  }
  return m;
}

float factor_of(const Attributes& a) { return static_cast<float>(a.number("factor", 1.0)); }

std::vector<TensorType> infer_reduce(std::span<const TensorType> inputs, const Attributes& a) {
  core::require(inputs[0].dtype == DType::f32 || inputs[0].dtype == DType::f16, "a reduction needs floats, not {}",
                inputs[0].to_string());
  const Shape& in = inputs[0].shape;
  core::require(0 <= a.integer("first") && a.integer("first") < a.integer("last") && a.integer("last") <= in.rank(),
                "a reduction over the axes {} .. {} does not fit {}", a.integer("first"), a.integer("last"),
                in.to_string());
  std::vector<std::int64_t> extents;
  for (int i = 0; i < in.rank(); ++i) {
    if (i < a.integer("first") || i >= a.integer("last")) extents.push_back(in[i]);
  }
  return {{Shape(extents), DType::f32}};
}

template <typename F>
void reference_reduce(const ReferenceSite& s, double start, F combine) {
  const Middle m = middle_of(s.inputs[0]->type.shape, s.attributes);
  for (std::int64_t o = 0; o < m.outer; ++o) {
    for (std::int64_t i = 0; i < m.inner; ++i) {
      double total = start;
      for (std::int64_t r = 0; r < m.count; ++r) {
        total = combine(total, s.inputs[0]->floats[static_cast<std::size_t>((o * m.count + r) * m.inner + i)]);
      }
      s.outputs[0].floats[static_cast<std::size_t>(o * m.inner + i)] =
          static_cast<float>(total) * factor_of(s.attributes);
    }
  }
}

/// `reduced` with its lost axes put back as extents of 1, broadcast to the input's shape.
Tensor spread(const GradientSite& s, Tensor reduced) {
  const Shape& in = s.inputs[0].shape();
  Shape kept = in;
  for (auto i = s.attributes.integer("first"); i < s.attributes.integer("last"); ++i) kept.at(static_cast<int>(i)) = 1;
  return broadcast_to(reshape(reduced, kept), in);
}

KernelPlan plan_reduce(const KernelSite& site, bool maximum) {
  const Middle m = middle_of(site.inputs[0].shape, site.attributes);
  Reduction r;
  r.outer = m.outer;
  r.count = m.count;
  r.inner = m.inner;
  r.maximum = maximum;
  r.factor = factor_of(site.attributes);
  KernelPlan plan;
  append_reduction(plan, r, site.traits);
  return plan;
}

std::vector<Example> reduce_examples(double factor) {
  const auto make = [factor](Shape shape, std::int64_t first, std::int64_t last) {
    Example made =
        example(shape.to_string(), {uniform_input(shape)}, {{"first", first}, {"last", last}, {"factor", factor}});
    made.check_gradient = shape.count() < 500;
    return made;
  };
  return {make({1}, 0, 1),       make({5}, 0, 1),          make({3, 8}, 1, 2),
          make({4, 7}, 1, 2),    make({6, 4}, 0, 1),       make({5, 3}, 0, 1),
          make({2, 3, 4}, 1, 2), make({2, 3, 2, 5}, 1, 3), make({2, 2, 3, 2, 8}, 2, 4),
          make({3, 150}, 1, 2),  make({300, 12}, 0, 1),    make({4099}, 0, 1),
          make({5, 333}, 1, 2),  make({2, 700, 5}, 1, 2)};
}

const Op sum_op = {
    .name = "sum",
    .family = Family::reduction,
    .infer = infer_reduce,
    .reference = [](const ReferenceSite& s) { reference_reduce(s, 0, [](double a, double b) { return a + b; }); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {spread(s, scale(s.grads[0], factor_of(s.attributes)))};
    },
    .kernel = [](const KernelSite& site) { return plan_reduce(site, false); },
    .examples = [] { return reduce_examples(0.5); },
};

const Op max_op = {
    .name = "max",
    .family = Family::reduction,
    .infer = infer_reduce,
    .reference =
        [](const ReferenceSite& s) {
          reference_reduce(s, -std::numeric_limits<double>::max(), [](double a, double b) { return std::max(a, b); });
        },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      // Shared evenly by the elements that are largest.
      const Tensor smaller = greater(spread(s, s.outputs[0]), s.inputs[0]);
      const Tensor largest = shift(neg(smaller), 1);
      const Attributes axes = {{"first", s.attributes.integer("first")}, {"last", s.attributes.integer("last")}};
      const Tensor ties = s.graph.apply_one(sum_op, {largest}, axes);
      return {mul(largest, spread(s, div(s.grads[0], ties)))};
    },
    .kernel = [](const KernelSite& site) { return plan_reduce(site, true); },
    .examples = [] { return reduce_examples(1); },
};

TensorType row_shape_of(const TensorType& in, std::string_view op) {
  core::require(in.shape.rank() > 0 && (in.dtype == DType::f32 || in.dtype == DType::f16),
                "{} needs floats with at least one axis, and is given {}", op, in.to_string());
  std::vector<std::int64_t> extents = in.shape.extents();
  extents.pop_back();
  return {Shape(extents), DType::i32};
}

tensor::KernelCall row_call(const KernelSite& site, std::string shader, bool flag, bool texel4) {
  const Shape& in = site.inputs[0].shape;
  const std::int64_t rows = row_count(in);
  const Team team = choose_team(rows, ceil_div(in[-1], 4), site.traits, true);
  tensor::KernelCall call;
  call.shader = std::move(shader);
  call.constants = {team.local_size, team.is_group, flag};
  call.operands = {texel4 ? tensor::input_texel4(0) : tensor::input_texel1(0), tensor::output_storage(0)};
  call.push = {word(rows), word(in[-1])};
  call.groups = team.groups;
  return call;
}

const Op argmax_op = {
    .name = "argmax",
    .family = Family::reduction,
    .infer = [](std::span<const TensorType> inputs, const Attributes&) -> std::vector<TensorType> {
      return {row_shape_of(inputs[0], "argmax")};
    },
    .reference =
        [](const ReferenceSite& s) {
          const std::int64_t columns = s.inputs[0]->type.shape[-1];
          for (std::int64_t row = 0; row < s.outputs[0].count(); ++row) {
            const auto begin = s.inputs[0]->floats.begin() + row * columns;
            s.outputs[0].ints[static_cast<std::size_t>(row)] =
                static_cast<std::int32_t>(std::max_element(begin, begin + columns) - begin);
          }
        },
    .gradient = nullptr,
    .kernel = [](const KernelSite& site) -> KernelPlan {
      KernelPlan plan;
      plan.calls.push_back(row_call(site, "reduce_argmax", site.inputs[0].shape[-1] % 4 == 0, true));
      return plan;
    },
    .examples =
        [] {
          return std::vector<Example>{
              example_without_gradient("vector", {uniform_input({9})}),
              example_without_gradient("rows", {uniform_input({5, 16})}),
              example_without_gradient("odd rows", {uniform_input({2, 3, 37})}),
              example_without_gradient("ties", {float_input({2, 5}, {1, 3, 3, 0, 3, -2, -2, -2, -2, -2})}),
          };
        },
};

extern const Op cumulative_sum_op;

Tensor scan(Tensor a, bool reverse) {
  return a.graph->apply_one(cumulative_sum_op, {a}, {{"reverse", std::int64_t{reverse}}});
}

const Op cumulative_sum_op = {
    .name = "cumulative_sum",
    .family = Family::reduction,
    .infer = [](std::span<const TensorType> inputs, const Attributes&) -> std::vector<TensorType> {
      row_shape_of(inputs[0], "cumulative_sum");
      return {{inputs[0].shape, DType::f32}};
    },
    .reference =
        [](const ReferenceSite& s) {
          const std::int64_t columns = s.inputs[0]->type.shape[-1];
          const bool reverse = s.attributes.integer("reverse", 0) != 0;
          double total = 0;
          for (std::int64_t i = 0; i < s.outputs[0].count(); ++i) {
            if (i % columns == 0) total = 0;
            const std::int64_t at = reverse ? i - i % columns + (columns - 1 - i % columns) : i;
            total += s.inputs[0]->floats[static_cast<std::size_t>(at)];
            s.outputs[0].floats[static_cast<std::size_t>(at)] = static_cast<float>(total);
          }
        },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {scan(s.grads[0], s.attributes.integer("reverse", 0) == 0)};
    },
    .kernel = [](const KernelSite& site) -> KernelPlan {
      KernelPlan plan;
      plan.calls.push_back(row_call(site, "reduce_scan", site.attributes.integer("reverse", 0) != 0, false));
      return plan;
    },
    .examples =
        [] {
          return std::vector<Example>{
              example("vector", {uniform_input({5})}),
              example("rows", {uniform_input({3, 21})}),
              example("from the back", {uniform_input({2, 2, 10})}, {{"reverse", std::int64_t{1}}}),
          };
        },
};

/// Reduces runs of neighbouring axes one after the other, the last run first.
Tensor reduce(const Op& op, Tensor a, const std::vector<int>& axes, bool keep, bool average) {
  const Shape in = a.shape();
  std::vector<bool> reduced(static_cast<std::size_t>(in.rank()), axes.empty());
  for (const int axis : axes) reduced[static_cast<std::size_t>(in.axis(axis))] = true;
  std::vector<std::int64_t> kept;
  for (int i = 0; i < in.rank(); ++i) {
    const bool is_reduced = reduced[static_cast<std::size_t>(i)];
    if (!is_reduced || keep) kept.push_back(is_reduced ? 1 : in[i]);
  }
  for (int last = in.rank(); last > 0;) {
    if (!reduced[static_cast<std::size_t>(last - 1)]) {
      --last;
      continue;
    }
    int first = last - 1;
    std::int64_t count = in[first];
    while (first > 0 && reduced[static_cast<std::size_t>(first - 1)]) count *= in[--first];
    if (count > 1) {
      a = a.graph->apply_one(op, {a},
                             {{"first", std::int64_t{first}},
                              {"last", std::int64_t{last}},
                              {"factor", average ? 1.0 / static_cast<double>(count) : 1.0}});
    } else {
      std::vector<std::int64_t> extents = a.shape().extents();
      extents.erase(extents.begin() + first, extents.begin() + last);
      a = reshape(a, Shape(extents));
    }
    last = first;
  }
  return reshape(a, Shape(kept));
}

}  // namespace

Tensor sum(Tensor a, std::vector<int> axes, bool keep) { return reduce(sum_op, a, axes, keep, false); }
Tensor mean(Tensor a, std::vector<int> axes, bool keep) { return reduce(sum_op, a, axes, keep, true); }
Tensor max(Tensor a, std::vector<int> axes, bool keep) { return reduce(max_op, a, axes, keep, false); }

Tensor sum_to(Tensor a, Shape shape) {
  const Shape& in = a.shape();
  if (in == shape) return a;
  core::require(tensor::broadcast(in, shape) == in, "{} cannot be summed to {}", in.to_string(), shape.to_string());
  std::vector<int> axes;
  const int lead = in.rank() - shape.rank();
  for (int i = 0; i < in.rank(); ++i) {
    if (i < lead || shape[i - lead] != in[i]) axes.push_back(i);
  }
  return axes.empty() ? reshape(a, shape) : reshape(sum(a, axes), shape);
}

Tensor argmax(Tensor a) { return a.graph->apply_one(argmax_op, {a}); }
Tensor cumulative_sum(Tensor a) { return scan(a, false); }

std::vector<const Op*> reduction_ops();
std::vector<const Op*> reduction_ops() { return {&sum_op, &max_op, &argmax_op, &cumulative_sum_op}; }

}  // namespace figment::ops
