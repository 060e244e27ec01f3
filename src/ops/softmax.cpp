#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "ops/reduce.h"

namespace figment::ops {
namespace {

using tensor::Attributes;
using tensor::Example;
using tensor::Family;
using tensor::GradientSite;
using tensor::KernelPlan;
using tensor::KernelSite;
using tensor::Op;
using tensor::ReferenceSite;

std::vector<TensorType> infer_softmax(std::span<const TensorType> inputs, const Attributes&) {
  for (const TensorType& input : inputs) {
    core::require(input.shape.rank() > 0 && input.shape == inputs[0].shape &&
                      (input.dtype == DType::f32 || input.dtype == DType::f16),
                  "softmax needs floats with at least one axis, and is given {}", input.to_string());
  }
  return {{inputs[0].shape, DType::f32}};
}

/// Calls f with the flat index of each row's first element.
template <typename F>
void for_each_row(const Shape& shape, F f) {
  for (std::int64_t row = 0; row < row_count(shape); ++row) f(static_cast<std::size_t>(row * shape[-1]));
}

void reference_softmax(const ReferenceSite& s, bool logarithm) {
  const std::vector<float>& in = s.inputs[0]->floats;
  std::vector<float>& out = s.outputs[0].floats;
  const auto columns = static_cast<std::size_t>(s.outputs[0].type.shape[-1]);
  for_each_row(s.outputs[0].type.shape, [&](std::size_t begin) {
    double largest = in[begin];
    for (std::size_t i = 0; i < columns; ++i) largest = std::max(largest, static_cast<double>(in[begin + i]));
    double sum = 0;
    for (std::size_t i = 0; i < columns; ++i) sum += std::exp(in[begin + i] - largest);
    for (std::size_t i = 0; i < columns; ++i) {
      const double shifted = in[begin + i] - largest;
      out[begin + i] = static_cast<float>(logarithm ? shifted - std::log(sum) : std::exp(shifted) / sum);
    }
  });
}

void reference_softmax_grad(const ReferenceSite& s, bool logarithm) {
  const std::vector<float>& y = s.inputs[0]->floats;
  const std::vector<float>& dy = s.inputs[1]->floats;
  std::vector<float>& dx = s.outputs[0].floats;
  const auto columns = static_cast<std::size_t>(s.outputs[0].type.shape[-1]);
  for_each_row(s.outputs[0].type.shape, [&](std::size_t begin) {
    double sum = 0;
    for (std::size_t i = begin; i < begin + columns; ++i) sum += logarithm ? dy[i] : double{y[i]} * dy[i];
    for (std::size_t i = begin; i < begin + columns; ++i) {
      dx[i] = static_cast<float>(logarithm ? dy[i] - std::exp(double{y[i]}) * sum : y[i] * (dy[i] - sum));
    }
  });
}

KernelPlan plan_rows(const KernelSite& site, std::string shader, bool logarithm) {
  const Shape& shape = site.outputs[0].shape;
  const std::int64_t columns = shape[-1];
  const reduction::Team team = reduction::choose_team(row_count(shape), ceil_div(columns, 4), site.traits);
  tensor::KernelCall call;
  call.shader = std::move(shader);
  const reduction::Trips trips = reduction::choose_trips(team, columns);
  call.constants = {team.local_size, team.is_group, columns % 4 == 0, logarithm, trips.count, trips.even};
  for (int i = 0; i < static_cast<int>(site.inputs.size()); ++i) call.operands.push_back(tensor::input_texel4(i));
  call.operands.push_back(tensor::output_storage(0));
  call.push = {word(row_count(shape)), word(columns)};
  call.groups = team.groups;
  KernelPlan plan;
  plan.calls.push_back(std::move(call));
  plan.flops = 5.0 * static_cast<double>(shape.count());
  return plan;
}

std::vector<Example> softmax_examples() {
  std::vector<Example> examples;
  for (const Shape& shape : {Shape{1}, Shape{7}, Shape{3, 8}, Shape{5, 5}, Shape{2, 3, 4}, Shape{2, 2, 2, 33}}) {
    examples.push_back(example(shape.to_string(), {uniform_input(shape, -3, 3)}));
  }
  examples.push_back(example_without_gradient("long", {uniform_input({3, 901}, -9, 9)}));
  examples.push_back(
      example_without_gradient("far apart", {float_input({2, 4}, {1e4F, 0, -1e4F, 9e3F, -1e30F, 1, 2, 3})}));
  return examples;
}

std::vector<Example> softmax_grad_examples() {
  std::vector<Example> examples;
  for (const Shape& shape : {Shape{7}, Shape{3, 8}, Shape{2, 3, 150}}) {
    examples.push_back(
        example_without_gradient(shape.to_string(), {uniform_input(shape, -2, 0), uniform_input(shape)}));
  }
  return examples;
}

const Op softmax_grad_op = {
    .name = "softmax_grad",  // of y, dy
    .family = Family::norm,
    .infer = infer_softmax,
    .reference = [](const ReferenceSite& s) { reference_softmax_grad(s, false); },
    .gradient = nullptr,
    .kernel = [](const KernelSite& site) { return plan_rows(site, "softmax_grad", false); },
    .examples = softmax_grad_examples,
};

const Op softmax_op = {
    .name = "softmax",
    .family = Family::norm,
    .infer = infer_softmax,
    .reference = [](const ReferenceSite& s) { reference_softmax(s, false); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {s.graph.apply_one(softmax_grad_op, {s.outputs[0], s.grads[0]})};
    },
    .kernel = [](const KernelSite& site) { return plan_rows(site, "softmax", false); },
    .examples = softmax_examples,
};

const Op log_softmax_grad_op = {
    .name = "log_softmax_grad",  // of y, dy
    .family = Family::norm,
    .infer = infer_softmax,
    .reference = [](const ReferenceSite& s) { reference_softmax_grad(s, true); },
    .gradient = nullptr,
    .kernel = [](const KernelSite& site) { return plan_rows(site, "softmax_grad", true); },
    .examples = softmax_grad_examples,
};

const Op log_softmax_op = {
    .name = "log_softmax",
    .family = Family::norm,
    .infer = infer_softmax,
    .reference = [](const ReferenceSite& s) { reference_softmax(s, true); },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      return {s.graph.apply_one(log_softmax_grad_op, {s.outputs[0], s.grads[0]})};
    },
    .kernel = [](const KernelSite& site) { return plan_rows(site, "softmax", true); },
    .examples = softmax_examples,
};

}  // namespace

Tensor softmax(Tensor a) { return a.graph->apply_one(softmax_op, {a}); }
Tensor log_softmax(Tensor a) { return a.graph->apply_one(log_softmax_op, {a}); }

std::vector<const Op*> softmax_ops();
std::vector<const Op*> softmax_ops() { return {&softmax_op, &softmax_grad_op, &log_softmax_op, &log_softmax_grad_op}; }

}  // namespace figment::ops
