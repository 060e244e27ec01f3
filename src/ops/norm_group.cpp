#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "ops/norm.h"
#include "ops/reduce.h"

namespace figment::ops {
namespace {

using namespace norm;

bool has_weight(const Attributes& a) { return a.integer("weight") != 0; }
bool has_bias(const Attributes& a) { return a.integer("bias") != 0; }
bool is_activated(const Attributes& a) { return a.integer("activate") != 0; }

struct Sizes {
  std::int64_t batch;
  std::int64_t steps;  ///< pixels
  std::int64_t channels;
  std::int64_t groups;

  std::int64_t width() const { return channels / groups; }
};

Sizes sizes_of(const Shape& shape, const Attributes& a) {
  std::int64_t steps = 1;
  for (int i = 1; i + 1 < shape.rank(); ++i) steps *= shape[i];
  return {shape[0], steps, shape[-1], a.integer("groups")};
}

/// x [B, .., C], weight [C]?, bias [C]? -> y, statistics [B, G, 2] = {mean, 1 / deviation}
std::vector<TensorType> infer_group_norm(std::span<const TensorType> inputs, const Attributes& a) {
  const Shape& shape = inputs[0].shape;
  const std::int64_t groups = a.integer("groups");
  require_floats("group_norm", inputs);
  core::require(shape.rank() >= 2 && groups > 0 && shape[-1] % groups == 0,
                "group_norm with {} groups needs [B, .., C] with C a multiple of them, and is given {}", groups,
                shape.to_string());
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    core::require(inputs[i].shape == Shape{shape[-1]}, "the weight and bias of group_norm have the shape [{}], not {}",
                  shape[-1], inputs[i].shape.to_string());
  }
  return {{shape, DType::f32}, {{shape[0], groups, 2}, DType::f32}};
}

/// Calls f with the flat index and the channel of each element of picture b, group g.
template <typename F>
void for_each_in_group(const Sizes& n, std::int64_t b, std::int64_t g, F f) {
  for (std::int64_t step = 0; step < n.steps; ++step) {
    for (std::int64_t c = g * n.width(); c < (g + 1) * n.width(); ++c) {
      f(static_cast<std::size_t>((b * n.steps + step) * n.channels + c), static_cast<std::size_t>(c));
    }
  }
}

double sigmoid_at(double x) { return 1 / (1 + std::exp(-x)); }

void reference_group_norm(const ReferenceSite& s) {
  const Sizes n = sizes_of(s.outputs[0].type.shape, s.attributes);
  const std::vector<float>& x = s.inputs[0]->floats;
  const double count = static_cast<double>(n.steps * n.width());
  for (std::int64_t b = 0; b < n.batch; ++b) {
    for (std::int64_t g = 0; g < n.groups; ++g) {
      double mean = 0;
      double square = 0;
      for_each_in_group(n, b, g, [&](std::size_t i, std::size_t) { mean += x[i] / count; });
      for_each_in_group(n, b, g, [&](std::size_t i, std::size_t) { square += (x[i] - mean) * (x[i] - mean) / count; });
      const double scale = 1 / std::sqrt(square + s.attributes.number("epsilon"));
      for_each_in_group(n, b, g, [&](std::size_t i, std::size_t c) {
        double y = (x[i] - mean) * scale;
        if (has_weight(s.attributes)) y *= s.inputs[1]->floats[c];
        if (has_bias(s.attributes)) y += s.inputs.back()->floats[c];
        if (is_activated(s.attributes)) y *= sigmoid_at(y);
        s.outputs[0].floats[i] = static_cast<float>(y);
      });
      const auto at = static_cast<std::size_t>(b * n.groups + g);
      s.outputs[1].floats[2 * at] = static_cast<float>(mean);
      s.outputs[1].floats[2 * at + 1] = static_cast<float>(scale);
    }
  }
}

/// What both kernels share: the team, the constants and the first push constants.
tensor::KernelCall group_call(const KernelSite& site, std::string shader) {
  const Sizes n = sizes_of(site.inputs[0].shape, site.attributes);
  const bool vectors = n.width() % 4 == 0;
  const std::int64_t unit = vectors ? 4 : 1;
  const std::int64_t width = n.width() / unit;
  const reduction::Team team = reduction::choose_team(n.batch * n.groups, n.steps * width, site.traits);
  const std::int64_t lane_width = team.lanes % width == 0 ? width : 1;
  const std::int64_t unroll = n.steps % (team.lanes / lane_width * 4) == 0 ? 4 : 1;
  tensor::KernelCall call;
  call.shader = std::move(shader);
  call.constants = {
      team.local_size,           team.is_group, vectors, is_activated(site.attributes), has_weight(site.attributes),
      has_bias(site.attributes), word(unroll)};
  call.push = {word(n.batch * n.groups), word(n.groups), word(n.steps),
               word(n.channels / unit),  word(width),    word(lane_width)};
  call.groups = team.groups;
  return call;
}

KernelPlan plan_group_norm(const KernelSite& site) {
  const bool vectors = site.inputs[0].shape[-1] / site.attributes.integer("groups") % 4 == 0;
  const int last = static_cast<int>(site.inputs.size()) - 1;
  tensor::KernelCall call = group_call(site, "norm_group");
  call.operands = {input_texels(0, vectors), input_texels(has_weight(site.attributes) ? 1 : 0, vectors),
                   input_texels(last, vectors), tensor::output_storage(0), tensor::output_storage(1)};
  call.push.push_back(tensor::float_word(static_cast<float>(site.attributes.number("epsilon"))));
  KernelPlan plan;
  plan.calls.push_back(std::move(call));
  plan.flops = (is_activated(site.attributes) ? 12.0 : 6.0) * static_cast<double>(site.inputs[0].shape.count());
  return plan;
}

/// x, statistics, dy, weight?, bias? -> dx, grad_weight [C], grad_bias [C]
std::vector<TensorType> infer_group_norm_grad(std::span<const TensorType> inputs, const Attributes&) {
  const TensorType parameter = {{inputs[0].shape[-1]}, DType::f32};
  return {{inputs[0].shape, DType::f32}, parameter, parameter};
}

void reference_group_norm_grad(const ReferenceSite& s) {
  const Sizes n = sizes_of(s.outputs[0].type.shape, s.attributes);
  const double count = static_cast<double>(n.steps * n.width());
  std::vector<double> grad_weight(static_cast<std::size_t>(n.channels), 0);
  std::vector<double> grad_bias(static_cast<std::size_t>(n.channels), 0);
  for (std::int64_t b = 0; b < n.batch; ++b) {
    for (std::int64_t g = 0; g < n.groups; ++g) {
      const auto at = static_cast<std::size_t>(2 * (b * n.groups + g));
      const double mean = s.inputs[1]->floats[at];
      const double scale = s.inputs[1]->floats[at + 1];
      const auto weight = [&](std::size_t c) { return has_weight(s.attributes) ? s.inputs[3]->floats[c] : 1.0; };
      const auto normal = [&](std::size_t i) { return (s.inputs[0]->floats[i] - mean) * scale; };
      const auto grad_inner = [&](std::size_t i, std::size_t c) {
        const double dy = s.inputs[2]->floats[i];
        if (!is_activated(s.attributes)) return dy;
        const double z = normal(i) * weight(c) + (has_bias(s.attributes) ? s.inputs.back()->floats[c] : 0.0);
        return dy * sigmoid_at(z) * (1 + z * (1 - sigmoid_at(z)));
      };
      double mean_g = 0;
      double mean_product = 0;
      for_each_in_group(n, b, g, [&](std::size_t i, std::size_t c) {
        const double dz = grad_inner(i, c);
        grad_bias[c] += dz;
        grad_weight[c] += dz * normal(i);
        mean_g += dz * weight(c) / count;
        mean_product += dz * weight(c) * normal(i) / count;
      });
      for_each_in_group(n, b, g, [&](std::size_t i, std::size_t c) {
        s.outputs[0].floats[i] =
            static_cast<float>(scale * (grad_inner(i, c) * weight(c) - mean_g - normal(i) * mean_product));
      });
    }
  }
  s.outputs[1].floats.assign(grad_weight.begin(), grad_weight.end());
  s.outputs[2].floats.assign(grad_bias.begin(), grad_bias.end());
}

KernelPlan plan_group_norm_grad(const KernelSite& site) {
  const Sizes n = sizes_of(site.inputs[0].shape, site.attributes);
  const bool vectors = n.width() % 4 == 0;
  const bool direct = n.batch == 1;  // one picture: its part is the whole
  const int last = static_cast<int>(site.inputs.size()) - 1;
  tensor::KernelCall call = group_call(site, "norm_group_grad");
  call.operands = {input_texels(0, vectors),
                   tensor::input_texel1(1),
                   input_texels(2, vectors),
                   input_texels(has_weight(site.attributes) ? 3 : 0, vectors),
                   input_texels(has_bias(site.attributes) ? last : 0, vectors),
                   tensor::output_storage(0),
                   direct ? tensor::output_storage(1) : tensor::scratch_storage(0),
                   direct ? tensor::output_storage(2) : tensor::scratch_storage(1)};
  KernelPlan plan;
  plan.calls.push_back(std::move(call));
  if (!direct) {
    plan.scratch_bytes = {n.batch * n.channels * 4, n.batch * n.channels * 4};
    append_column_sums(plan, n.batch, n.channels, site.traits);
  }
  plan.flops = (is_activated(site.attributes) ? 30.0 : 14.0) * static_cast<double>(site.inputs[0].shape.count());
  return plan;
}

Attributes attributes_of(bool weight, bool bias, std::int64_t groups, bool activate, double epsilon) {
  return {{"weight", std::int64_t{weight}},
          {"bias", std::int64_t{bias}},
          {"groups", groups},
          {"activate", std::int64_t{activate}},
          {"epsilon", epsilon}};
}

struct Case {
  Shape shape;
  std::int64_t groups;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> list = {{{2, 3, 3, 8}, 2},  {{1, 2, 2, 16}, 4}, {{2, 5, 6}, 2},
                                         {{3, 2, 2, 24}, 2}, {{2, 4, 5}, 1},     {{1, 9, 10, 16}, 2}};
  return list;
}

std::vector<Example> group_norm_examples() {
  std::vector<Example> examples;
  for (const auto& [shape, groups] : cases()) {
    for (const bool activate : {false, true}) {
      const Shape parameter = {shape[-1]};
      Example made = example(shape.to_string() + (activate ? " SiLU" : ""),
                             {uniform_input(shape), uniform_input(parameter), uniform_input(parameter)},
                             attributes_of(true, true, groups, activate, 1e-5));
      made.check_gradient = shape.count() < 500;
      examples.push_back(std::move(made));
    }
  }
  examples.push_back(example("bare", {uniform_input({2, 6, 8})}, attributes_of(false, false, 2, true, 1e-5)));
  examples.push_back(example_without_gradient(
      "far from zero", {uniform_input({2, 6, 6, 8}, 99, 101), uniform_input({8}), uniform_input({8})},
      attributes_of(true, true, 2, false, 1e-5)));
  return examples;
}

std::vector<Example> group_norm_grad_examples() {
  std::vector<Example> examples;
  for (const auto& [shape, groups] : cases()) {
    for (const bool activate : {false, true}) {
      const Shape parameter = {shape[-1]};
      examples.push_back(
          example_without_gradient(shape.to_string() + (activate ? " SiLU" : ""),
                                   {uniform_input(shape), uniform_input({shape[0], groups, 2}, 0.5F, 1),
                                    uniform_input(shape), uniform_input(parameter), uniform_input(parameter)},
                                   attributes_of(true, true, groups, activate, 1e-5)));
    }
  }
  return examples;
}

const Op group_norm_grad_op = {
    .name = "group_norm_grad",
    .family = Family::norm,
    .infer = infer_group_norm_grad,
    .reference = reference_group_norm_grad,
    .gradient = nullptr,
    .kernel = plan_group_norm_grad,
    .examples = group_norm_grad_examples,
};

Tensor grad_of_statistics(const GradientSite& s) {
  const Shape& shape = s.inputs[0].shape();
  const Sizes n = sizes_of(shape, s.attributes);
  const Tensor grouped = reshape(s.inputs[0], {n.batch, n.steps, n.groups, n.width()});
  const Shape kept = {n.batch, 1, n.groups, 2};
  return reshape(
      statistics_grad(grouped, reshape(s.outputs[1], kept), reshape(s.grads[1], kept), n.steps * n.width(), true),
      shape);
}

const Op group_norm_op = {
    .name = "group_norm",
    .family = Family::norm,
    .infer = infer_group_norm,
    .reference = reference_group_norm,
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      const Tensor from_statistics = s.grads[1] ? grad_of_statistics(s) : Tensor{};
      if (!s.grads[0]) return {from_statistics};
      std::vector<Tensor> inputs = {s.inputs[0], s.outputs[1], s.grads[0]};
      inputs.insert(inputs.end(), s.inputs.begin() + 1, s.inputs.end());
      const std::vector<Tensor> grads = s.graph.apply(group_norm_grad_op, inputs, s.attributes);
      std::vector<Tensor> result = {from_statistics ? add(grads[0], from_statistics) : grads[0]};
      if (has_weight(s.attributes)) result.push_back(grads[1]);
      if (has_bias(s.attributes)) result.push_back(grads[2]);
      return result;
    },
    .kernel = plan_group_norm,
    .examples = group_norm_examples,
};

}  // namespace

Tensor group_norm(Tensor x, Tensor weight, Tensor bias, std::int64_t groups, bool activate, float epsilon) {
  std::vector<Tensor> inputs = {x};
  if (weight) inputs.push_back(weight);
  if (bias) inputs.push_back(bias);
  const Attributes attributes =
      attributes_of(static_cast<bool>(weight), static_cast<bool>(bias), groups, activate, epsilon);
  return x.graph->apply(group_norm_op, inputs, attributes).front();
}

std::vector<const Op*> group_norm_ops();
std::vector<const Op*> group_norm_ops() { return {&group_norm_op, &group_norm_grad_op}; }

}  // namespace figment::ops
