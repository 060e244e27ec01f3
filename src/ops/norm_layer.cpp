#include <cmath>

#include "core/error.h"
#include "ops/norm.h"
#include "ops/reduce.h"

namespace figment::ops {
namespace {

using namespace norm;

bool has_weight(const Attributes& a) { return a.integer("weight") != 0; }
bool has_bias(const Attributes& a) { return a.integer("bias") != 0; }
bool is_centered(const Attributes& a) { return a.integer("centered") != 0; }

/// x [.., C], weight [C]?, bias [C]? -> y [.., C], statistics [.., 2] = {mean or 0, 1 / deviation}
std::vector<TensorType> infer_row_norm(std::span<const TensorType> inputs, const Attributes& a) {
  const Shape& shape = inputs[0].shape;
  require_floats("layer_norm", inputs);
  core::require(shape.rank() > 0, "layer_norm needs at least one axis");
  core::require(inputs.size() == 1U + has_weight(a) + has_bias(a), "layer_norm has {} inputs, and is told otherwise",
                inputs.size());
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    core::require(inputs[i].shape == Shape{shape[-1]},
                  "the weight and bias of a norm over {} have the shape [{}], not {}", shape.to_string(), shape[-1],
                  inputs[i].shape.to_string());
  }
  Shape statistics = shape;
  statistics.at(-1) = 2;
  return {{shape, DType::f32}, {statistics, DType::f32}};
}

void reference_row_norm(const ReferenceSite& s) {
  const Shape& shape = s.outputs[0].type.shape;
  const auto columns = static_cast<std::size_t>(shape[-1]);
  const auto count = static_cast<double>(columns);
  for (std::size_t row = 0; row < static_cast<std::size_t>(row_count(shape)); ++row) {
    const float* x = s.inputs[0]->floats.data() + row * columns;
    double mean = 0;
    for (std::size_t c = 0; c < columns && is_centered(s.attributes); ++c) mean += x[c] / count;
    double square = 0;
    for (std::size_t c = 0; c < columns; ++c) square += (x[c] - mean) * (x[c] - mean) / count;
    const double scale = 1 / std::sqrt(square + s.attributes.number("epsilon"));
    for (std::size_t c = 0; c < columns; ++c) {
      double y = (x[c] - mean) * scale;
      if (has_weight(s.attributes)) y *= s.inputs[1]->floats[c];
      if (has_bias(s.attributes)) y += s.inputs.back()->floats[c];
      s.outputs[0].floats[row * columns + c] = static_cast<float>(y);
    }
    s.outputs[1].floats[2 * row] = static_cast<float>(mean);
    s.outputs[1].floats[2 * row + 1] = static_cast<float>(scale);
  }
}

KernelPlan plan_row_norm(const KernelSite& site) {
  const Shape& shape = site.inputs[0].shape;
  const std::int64_t columns = shape[-1];
  const bool aligned = columns % 4 == 0;
  const reduction::Team team = reduction::choose_team(row_count(shape), ceil_div(columns, 4), site.traits);
  const int last = static_cast<int>(site.inputs.size()) - 1;
  tensor::KernelCall call;
  call.shader = "norm_row";
  const reduction::Trips trips = reduction::choose_trips(team, columns);
  call.constants = {
      team.local_size,           team.is_group, aligned,   is_centered(site.attributes), has_weight(site.attributes),
      has_bias(site.attributes), trips.count,   trips.even};
  call.operands = {tensor::input_texel4(0), input_texels(has_weight(site.attributes) ? 1 : 0, aligned),
                   input_texels(last, aligned), tensor::output_storage(0), tensor::output_storage(1)};
  call.push = {word(row_count(shape)), word(columns),
               tensor::float_word(static_cast<float>(site.attributes.number("epsilon")))};
  call.groups = team.groups;
  KernelPlan plan;
  plan.calls.push_back(std::move(call));
  plan.flops = 8.0 * static_cast<double>(shape.count());
  return plan;
}

/// x, statistics, dy, weight? -> dx, grad_weight [C], grad_bias [C]
std::vector<TensorType> infer_row_norm_grad(std::span<const TensorType> inputs, const Attributes&) {
  const TensorType parameter = {{inputs[0].shape[-1]}, DType::f32};
  return {{inputs[0].shape, DType::f32}, parameter, parameter};
}

void reference_row_norm_grad(const ReferenceSite& s) {
  const Shape& shape = s.outputs[0].type.shape;
  const auto columns = static_cast<std::size_t>(shape[-1]);
  std::vector<double> grad_weight(columns, 0);
  std::vector<double> grad_bias(columns, 0);
  for (std::size_t row = 0; row < static_cast<std::size_t>(row_count(shape)); ++row) {
    const float* x = s.inputs[0]->floats.data() + row * columns;
    const float* dy = s.inputs[2]->floats.data() + row * columns;
    const double mean = s.inputs[1]->floats[2 * row];
    const double scale = s.inputs[1]->floats[2 * row + 1];
    const auto weight = [&](std::size_t c) { return has_weight(s.attributes) ? s.inputs[3]->floats[c] : 1.0; };
    double mean_g = 0;
    double mean_product = 0;
    for (std::size_t c = 0; c < columns; ++c) {
      const double normal = (x[c] - mean) * scale;
      mean_g += dy[c] * weight(c) / static_cast<double>(columns);
      mean_product += dy[c] * weight(c) * normal / static_cast<double>(columns);
      grad_weight[c] += dy[c] * normal;
      grad_bias[c] += dy[c];
    }
    if (!is_centered(s.attributes)) mean_g = 0;
    for (std::size_t c = 0; c < columns; ++c) {
      const double normal = (x[c] - mean) * scale;
      s.outputs[0].floats[row * columns + c] =
          static_cast<float>(scale * (dy[c] * weight(c) - mean_g - normal * mean_product));
    }
  }
  s.outputs[1].floats.assign(grad_weight.begin(), grad_weight.end());
  s.outputs[2].floats.assign(grad_bias.begin(), grad_bias.end());
}

void append_parameter_grads(KernelPlan& plan, const KernelSite& site) {
  const Shape& shape = site.inputs[0].shape;
  const std::int64_t rows = row_count(shape);
  const std::int64_t columns = shape[-1];
  const bool aligned = columns % 4 == 0;
  const std::int64_t units = aligned ? columns / 4 : columns;
  const std::int64_t parts = reduction::choose_parts(units, rows, site.traits);
  if (parts > 1) plan.scratch_bytes = {parts * columns * 4, parts * columns * 4};
  tensor::KernelCall call;
  call.shader = "norm_parameters_grad";
  call.constants = {aligned};
  call.operands = {input_texels(0, aligned), tensor::input_texel1(1), input_texels(2, aligned),
                   parts > 1 ? tensor::scratch_storage(0) : tensor::output_storage(1),
                   parts > 1 ? tensor::scratch_storage(1) : tensor::output_storage(2)};
  call.push = {word(rows), word(units), word(parts)};
  call.groups = flat_groups(ceil_div(parts * units, 64));
  plan.calls.push_back(std::move(call));
  if (parts > 1) append_column_sums(plan, parts, columns, site.traits);
}

KernelPlan plan_row_norm_grad(const KernelSite& site) {
  const Shape& shape = site.inputs[0].shape;
  const std::int64_t columns = shape[-1];
  const bool aligned = columns % 4 == 0;
  const reduction::Team team = reduction::choose_team(row_count(shape), ceil_div(columns, 4), site.traits);
  tensor::KernelCall call;
  call.shader = "norm_row_grad";
  const reduction::Trips trips = reduction::choose_trips(team, columns);
  call.constants = {team.local_size, team.is_group, aligned, is_centered(site.attributes), has_weight(site.attributes),
                    trips.count,     trips.even};
  call.operands = {tensor::input_texel4(0), tensor::input_texel1(1), tensor::input_texel4(2),
                   input_texels(has_weight(site.attributes) ? 3 : 0, aligned), tensor::output_storage(0)};
  call.push = {word(row_count(shape)), word(columns)};
  call.groups = team.groups;
  KernelPlan plan;
  plan.calls.push_back(std::move(call));
  append_parameter_grads(plan, site);
  plan.flops = 20.0 * static_cast<double>(shape.count());
  return plan;
}

Attributes attributes_of(bool weight, bool bias, bool centered, double epsilon) {
  return {{"weight", std::int64_t{weight}},
          {"bias", std::int64_t{bias}},
          {"centered", std::int64_t{centered}},
          {"epsilon", epsilon}};
}

std::vector<Example> row_norm_examples() {
  std::vector<Example> examples;
  for (const Shape& shape : {Shape{6}, Shape{3, 8}, Shape{4, 7}, Shape{2, 3, 16}, Shape{2, 2, 2, 5}, Shape{40, 12}}) {
    const Shape parameter = {shape[-1]};
    const std::string name = shape.to_string();
    examples.push_back(example(name, {uniform_input(shape), uniform_input(parameter), uniform_input(parameter)},
                               attributes_of(true, true, true, 1e-5)));
    examples.push_back(example("rms " + name, {uniform_input(shape), uniform_input(parameter)},
                               attributes_of(true, false, false, 1e-6)));
    examples.push_back(example("bare " + name, {uniform_input(shape)}, attributes_of(false, false, true, 1e-5)));
  }
  examples.push_back(example_without_gradient("wide",
                                              {uniform_input({3, 530}), uniform_input({530}), uniform_input({530})},
                                              attributes_of(true, true, true, 1e-5)));
  return examples;
}

std::vector<Example> row_norm_grad_examples() {
  std::vector<Example> examples;
  for (const Shape& shape : {Shape{6}, Shape{3, 8}, Shape{4, 7}, Shape{300, 12}, Shape{3, 150}}) {
    Shape statistics = shape;
    statistics.at(-1) = 2;
    const Shape parameter = {shape[-1]};
    const std::vector<Example::Input> inputs = {uniform_input(shape), uniform_input(statistics, 0.5F, 1),
                                                uniform_input(shape)};
    std::vector<Example::Input> with_weight = inputs;
    with_weight.push_back(uniform_input(parameter));
    const std::string name = shape.to_string();
    examples.push_back(example_without_gradient(name, with_weight, attributes_of(true, true, true, 1e-5)));
    examples.push_back(example_without_gradient("bare rms " + name, inputs, attributes_of(false, false, false, 1e-5)));
  }
  return examples;
}

const Op layer_norm_grad_op = {
    .name = "layer_norm_grad",
    .family = Family::norm,
    .infer = infer_row_norm_grad,
    .reference = reference_row_norm_grad,
    .gradient = nullptr,
    .kernel = plan_row_norm_grad,
    .examples = row_norm_grad_examples,
};

const Op layer_norm_op = {
    .name = "layer_norm",
    .family = Family::norm,
    .infer = infer_row_norm,
    .reference = reference_row_norm,
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      const std::int64_t columns = s.inputs[0].dim(-1);
      Tensor from_statistics;
      if (s.grads[1]) {
        from_statistics = statistics_grad(s.inputs[0], s.outputs[1], s.grads[1], columns, is_centered(s.attributes));
      }
      if (!s.grads[0]) return {from_statistics};
      std::vector<Tensor> inputs = {s.inputs[0], s.outputs[1], s.grads[0]};
      if (has_weight(s.attributes)) inputs.push_back(s.inputs[1]);
      const std::vector<Tensor> grads = s.graph.apply(layer_norm_grad_op, inputs, s.attributes);
      std::vector<Tensor> result = {from_statistics ? add(grads[0], from_statistics) : grads[0]};
      if (has_weight(s.attributes)) result.push_back(grads[1]);
      if (has_bias(s.attributes)) result.push_back(grads[2]);
      return result;
    },
    .kernel = plan_row_norm,
    .examples = row_norm_examples,
};

Tensor row_norm(Tensor x, Tensor weight, Tensor bias, bool centered, float epsilon) {
  std::vector<Tensor> inputs = {x};
  if (weight) inputs.push_back(weight);
  if (bias) inputs.push_back(bias);
  const Attributes attributes = attributes_of(static_cast<bool>(weight), static_cast<bool>(bias), centered, epsilon);
  return x.graph->apply(layer_norm_op, inputs, attributes).front();
}

}  // namespace

Tensor layer_norm(Tensor x, Tensor weight, Tensor bias, float epsilon) {
  return row_norm(x, weight, bias, true, epsilon);
}
Tensor rms_norm(Tensor x, Tensor weight, float epsilon) { return row_norm(x, weight, {}, false, epsilon); }

std::vector<const Op*> layer_norm_ops();
std::vector<const Op*> layer_norm_ops() { return {&layer_norm_op, &layer_norm_grad_op}; }

}  // namespace figment::ops
