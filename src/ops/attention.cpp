#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "ops/attention_kernel.h"
#include "ops/launch.h"
#include "ops/ops.h"

namespace figment::ops {

const tensor::Op& attention_op();
const tensor::Op& attention_grad_op();

AttentionSizes attention_sizes(std::span<const TensorType> inputs, const tensor::Attributes& attributes,
                               bool is_gradient) {
  const bool has_mask = attributes.integer("has_mask", 0) != 0;
  const bool has_length = attributes.integer("has_length", 0) != 0;
  const bool has_grad_log_sum = is_gradient && attributes.integer("has_grad_log_sum", 0) != 0;
  const std::size_t first = is_gradient ? (has_grad_log_sum ? 7 : 6) : 3;
  core::require(inputs.size() == first + (has_mask ? 1 : 0) + (has_length ? 1 : 0),
                "attention takes queries, keys and values, and a key mask and a length if they are announced");
  const Shape& q = inputs[0].shape;
  const Shape& k = inputs[1].shape;
  core::require(q.rank() == 3 && k.rank() == 3 && inputs[2].shape == k && q[0] == k[0] && q[2] == k[2],
                "attention needs q [B, S, H * D] and k and v [B, T, H * D], not {}, {} and {}", q.to_string(),
                k.to_string(), inputs[2].shape.to_string());
  for (std::size_t i = 0; i < first; ++i) {
    core::require(inputs[i].dtype == DType::f32 || inputs[i].dtype == DType::f16, "attention takes floats, not {}",
                  inputs[i].to_string());
  }
  AttentionSizes s;
  s.batch = q[0];
  s.queries = q[1];
  s.keys = k[1];
  s.heads = attributes.integer("heads", 1);
  core::require(s.heads >= 1 && q[2] % s.heads == 0, "attention cannot cut {} columns into {} heads", q[2], s.heads);
  s.depth = q[2] / s.heads;
  core::require(s.depth % 4 == 0 && s.depth <= 128,
                "attention needs heads of a multiple of 4 columns up to 128, not {}", s.depth);
  s.causal = attributes.integer("causal", 0) != 0;
  s.scale = static_cast<float>(attributes.number("scale", 0));
  if (s.scale == 0) s.scale = 1.0F / std::sqrt(static_cast<float>(s.depth));
  if (has_grad_log_sum) s.grad_log_sum = 6;
  if (has_mask) s.mask = static_cast<int>(first);
  if (has_length) s.length = static_cast<int>(first) + (has_mask ? 1 : 0);
  core::require(!has_mask || inputs[first].shape == Shape{s.batch, s.keys},
                "attention needs a key mask [B, T] = [{}, {}]", s.batch, s.keys);
  core::require(!has_length || (inputs.back().shape.count() == 1 && inputs.back().dtype == DType::i32),
                "attention needs one i32 as length, not {}", inputs.back().to_string());
  return s;
}

namespace {

using tensor::Attributes;
using tensor::Example;
using tensor::GradientSite;
using tensor::KernelSite;
using tensor::Op;
using tensor::ReferenceSite;
using Inputs = std::span<const TensorType>;

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

/// One attention on the host: where a row of a head begins, and the probabilities of a query's keys.
struct Host {
  AttentionSizes s;
  const ReferenceSite& site;
  std::int64_t length;

  Host(const ReferenceSite& site_, bool is_gradient) : site(site_) {
    std::vector<TensorType> types;
    for (const tensor::HostTensor* input : site.inputs) types.push_back(input->type);
    s = attention_sizes(types, site.attributes, is_gradient);
    length = s.length >= 0 ? std::min<std::int64_t>(site.inputs[at(s.length)]->ints[0], s.keys) : s.keys;
  }

  std::int64_t row(std::int64_t b, std::int64_t index, std::int64_t count, std::int64_t h) const {
    return ((b * count + index) * s.heads + h) * s.depth;
  }

  double dot(int a, std::int64_t a_row, int b, std::int64_t b_row) const {
    double total = 0;
    for (std::int64_t d = 0; d < s.depth; ++d) {
      total +=
          static_cast<double>(site.inputs[at(a)]->floats[at(a_row + d)]) * site.inputs[at(b)]->floats[at(b_row + d)];
    }
    return total;
  }

  bool sees(std::int64_t b, std::int64_t i, std::int64_t j) const {
    if (j >= length || (s.causal && j > i + length - s.queries)) return false;
    return s.mask < 0 || site.inputs[at(s.mask)]->floats[at(b * s.keys + j)] > 0.5F;
  }

  /// Probabilities over the keys (all zero if none is seen), and the logarithm of the sum they were divided by.
  std::vector<double> probabilities(std::int64_t b, std::int64_t h, std::int64_t i, double& log_sum) const {
    std::vector<double> p(at(s.keys), 0.0);
    double high = -1e300;
    for (std::int64_t j = 0; j < s.keys; ++j) {
      if (!sees(b, i, j)) continue;
      p[at(j)] = dot(0, row(b, i, s.queries, h), 1, row(b, j, s.keys, h)) * s.scale;
      high = std::max(high, p[at(j)]);
    }
    double sum = 0;
    for (std::int64_t j = 0; j < s.keys; ++j) {
      p[at(j)] = sees(b, i, j) ? std::exp(p[at(j)] - high) : 0.0;
      sum += p[at(j)];
    }
    log_sum = sum > 0 ? high + std::log(sum) : 0.0;
    for (double& x : p) x = sum > 0 ? x / sum : 0.0;
    return p;
  }
};

void reference(const ReferenceSite& site) {
  const Host host(site, false);
  const AttentionSizes& s = host.s;
  for (std::int64_t b = 0; b < s.batch; ++b)
    for (std::int64_t h = 0; h < s.heads; ++h)
      for (std::int64_t i = 0; i < s.queries; ++i) {
        double log_sum = 0;
        const std::vector<double> p = host.probabilities(b, h, i, log_sum);
        site.outputs[1].floats[at((b * s.heads + h) * s.queries + i)] = static_cast<float>(log_sum);
        for (std::int64_t d = 0; d < s.depth; ++d) {
          double total = 0;
          for (std::int64_t j = 0; j < s.keys; ++j) {
            total += p[at(j)] * site.inputs[2]->floats[at(host.row(b, j, s.keys, h) + d)];
          }
          site.outputs[0].floats[at(host.row(b, i, s.queries, h) + d)] = static_cast<float>(total);
        }
      }
}

void reference_grad(const ReferenceSite& site) {
  const Host host(site, true);
  const AttentionSizes& s = host.s;
  std::vector<std::vector<double>> grads;
  for (const tensor::HostTensor& output : site.outputs) grads.emplace_back(output.floats.size(), 0.0);
  for (std::int64_t b = 0; b < s.batch; ++b)
    for (std::int64_t h = 0; h < s.heads; ++h)
      for (std::int64_t i = 0; i < s.queries; ++i) {
        double log_sum = 0;
        const std::vector<double> p = host.probabilities(b, h, i, log_sum);
        const std::int64_t qi = host.row(b, i, s.queries, h);
        double delta = host.dot(3, qi, 5, qi);
        if (s.grad_log_sum >= 0) {
          delta -= site.inputs[at(s.grad_log_sum)]->floats[at((b * s.heads + h) * s.queries + i)];
        }
        for (std::int64_t j = 0; j < s.keys; ++j) {
          const std::int64_t kj = host.row(b, j, s.keys, h);
          const double grad_score = p[at(j)] * (host.dot(5, qi, 2, kj) - delta) * s.scale;
          for (std::int64_t d = 0; d < s.depth; ++d) {
            grads[0][at(qi + d)] += grad_score * site.inputs[1]->floats[at(kj + d)];
            grads[1][at(kj + d)] += grad_score * site.inputs[0]->floats[at(qi + d)];
            grads[2][at(kj + d)] += p[at(j)] * site.inputs[5]->floats[at(qi + d)];
          }
        }
      }
  for (std::size_t o = 0; o < grads.size(); ++o) {
    std::transform(grads[o].begin(), grads[o].end(), site.outputs[o].floats.begin(),
                   [](double x) { return static_cast<float>(x); });
  }
}

std::vector<TensorType> infer(Inputs inputs, const Attributes& attributes) {
  const AttentionSizes s = attention_sizes(inputs, attributes, false);
  return {{inputs[0].shape, DType::f32}, {{s.batch, s.heads, s.queries}, DType::f32}};
}

std::vector<TensorType> infer_grad(Inputs inputs, const Attributes& attributes) {
  const AttentionSizes s = attention_sizes(inputs, attributes, true);
  core::require(inputs[3].shape == inputs[0].shape && inputs[5].shape == inputs[0].shape &&
                    inputs[4].shape == Shape{s.batch, s.heads, s.queries},
                "attention_grad needs the output, the logarithms of the sums and the gradient of an attention");
  return {{inputs[0].shape, DType::f32}, {inputs[1].shape, DType::f32}, {inputs[2].shape, DType::f32}};
}

std::vector<Tensor> gradient(const GradientSite& site) {
  const Tensor grad_out = site.grads[0] ? site.grads[0] : scale(site.outputs[0], 0);
  std::vector<Tensor> inputs{site.inputs[0],  site.inputs[1],  site.inputs[2],
                             site.outputs[0], site.outputs[1], grad_out};
  Attributes attributes = site.attributes;
  if (site.grads[1]) {
    inputs.push_back(site.grads[1]);
    attributes.set("has_grad_log_sum", std::int64_t{1});
  }
  inputs.insert(inputs.end(), site.inputs.begin() + 3, site.inputs.end());
  std::vector<Tensor> grads = site.graph.apply(attention_grad_op(), inputs, std::move(attributes));
  grads.resize(site.inputs.size());
  return grads;
}

Attributes options(std::int64_t heads, bool causal = false, bool mask = false, bool length = false, double scale = 0) {
  return {{"heads", heads},
          {"causal", std::int64_t{causal}},
          {"scale", scale},
          {"has_mask", std::int64_t{mask}},
          {"has_length", std::int64_t{length}}};
}

Example::Input in(Shape shape) { return uniform_input(std::move(shape)); }

/// An example of S queries and T keys; the mask hides every third key.
Example forward_example(std::string name, Shape q, std::int64_t keys, Attributes attributes, int length = 0) {
  const Shape k{q[0], keys, q[2]};
  std::vector<Example::Input> inputs{in(q), in(k), in(k)};
  if (attributes.integer("has_mask") != 0) {
    std::vector<float> mask;
    for (std::int64_t i = 0; i < q[0] * keys; ++i) mask.push_back(i % 3 == 1 ? 0.0F : 1.0F);
    inputs.push_back(float_input({q[0], keys}, mask));
  }
  if (length > 0) inputs.push_back(int_input({1}, {length}));
  Example result = example(std::move(name), std::move(inputs), std::move(attributes));
  result.checked = {true, true, true, false, false};
  result.checked.resize(result.inputs.size());
  return result;
}

std::vector<Example> examples() {
  return {forward_example("one head", {1, 8, 32}, 8, options(1)),
          forward_example("heads, odd lengths", {2, 5, 24}, 17, options(2)),
          forward_example("scale", {1, 9, 16}, 9, options(4, false, false, false, 0.3)),
          forward_example("many queries", {1, 130, 8}, 5, options(2)),
          forward_example("causal", {1, 17, 32}, 17, options(2, true)),
          forward_example("causal, more keys", {1, 3, 8}, 7, options(1, true)),
          forward_example("mask", {2, 7, 8}, 11, options(1, false, true)),
          forward_example("causal, mask", {1, 9, 8}, 9, options(2, true, true)),
          forward_example("wide heads", {1, 9, 128}, 10, options(2)),
          forward_example("heads of 128", {1, 5, 128}, 20, options(1)),
          forward_example("heads of 20", {1, 4, 40}, 5, options(2)),
          forward_example("length", {1, 3, 16}, 12, options(2, false, false, true), 7),
          forward_example("decode", {2, 1, 16}, 40, options(2, true, false, true), 33),
          forward_example("cache being filled", {1, 4, 16}, 12, options(2, true, true, true), 9)};
}

/// The same examples for the gradient op, with outputs that are consistent with the inputs only where it matters: the
/// kernel and the reference get the same ones, but the logarithms of the sums must be true.
std::vector<Example> examples_grad() {
  std::vector<Example> list;
  for (const Example& forward : examples()) {
    Example grad = forward;
    std::vector<TensorType> types;
    std::vector<tensor::HostTensor> values;
    std::uint32_t state = 12345;
    for (Example::Input& input : grad.inputs) {
      tensor::HostTensor value(input.type);
      if (input.floats.empty() && input.ints.empty()) {
        for (std::int64_t i = 0; i < input.type.shape.count(); ++i) {
          state = state * 1664525U + 1013904223U;
          input.floats.push_back(static_cast<float>(state >> 8) / 8388608.0F - 1.0F);
        }
      }
      value.floats = input.floats;
      value.ints = input.ints;
      values.push_back(std::move(value));
      types.push_back(input.type);
    }
    std::vector<tensor::HostTensor*> pointers;
    for (tensor::HostTensor& value : values) pointers.push_back(&value);
    std::vector<tensor::HostTensor> outputs;
    for (const TensorType& type : infer(types, grad.attributes)) outputs.emplace_back(type);
    reference({pointers, outputs, grad.attributes});
    grad.inputs.insert(grad.inputs.begin() + 3,
                       {float_input(outputs[0].type.shape, outputs[0].floats),
                        float_input(outputs[1].type.shape, outputs[1].floats), uniform_input(outputs[0].type.shape)});
    if (forward.name == "causal, mask") {
      grad.inputs.insert(grad.inputs.begin() + 6, uniform_input(outputs[1].type.shape));
      grad.attributes.set("has_grad_log_sum", std::int64_t{1});
    }
    grad.check_gradient = false;
    grad.checked.clear();
    list.push_back(std::move(grad));
  }
  return list;
}

}  // namespace

const Op& attention_op() {
  static const Op op{.name = "attention",
                     .family = tensor::Family::attention,
                     .infer = infer,
                     .reference = reference,
                     .gradient = gradient,
                     .kernel =
                         [](const KernelSite& site) {
                           return plan_attention(attention_sizes(site.inputs, site.attributes, false), site.traits);
                         },
                     .examples = examples};
  return op;
}

const Op& attention_grad_op() {
  static const Op op{.name = "attention_grad",
                     .family = tensor::Family::attention,
                     .infer = infer_grad,
                     .reference = reference_grad,
                     .kernel =
                         [](const KernelSite& site) {
                           return plan_attention_gradient(attention_sizes(site.inputs, site.attributes, true),
                                                          site.traits);
                         },
                     .examples = examples_grad};
  return op;
}

Tensor attention(Tensor q, Tensor k, Tensor v, AttentionOptions settings) {
  std::vector<Tensor> inputs{q, k, v};
  if (settings.key_mask) inputs.push_back(settings.key_mask);
  if (settings.length) inputs.push_back(settings.length);
  return q.graph
      ->apply(attention_op(), inputs,
              options(settings.heads, settings.causal, static_cast<bool>(settings.key_mask),
                      static_cast<bool>(settings.length), static_cast<double>(settings.scale)))
      .front();
}

std::vector<const Op*> attention_ops() { return {&attention_op(), &attention_grad_op()}; }

}  // namespace figment::ops
