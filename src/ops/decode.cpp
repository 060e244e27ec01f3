#include "ops/decode.h"

#include <cmath>

#include "core/error.h"
#include "ops/launch.h"
#include "ops/ops.h"

namespace figment::ops {
namespace {

using tensor::Attributes;
using tensor::Example;
using tensor::KernelPlan;
using tensor::KernelSite;
using tensor::Op;

constexpr float epsilon = 1e-5F;
constexpr std::int64_t row_linear_rows = 4;  // more of them are better off with the kernels of large products

/// The same by the ops that row_linear joins.
Tensor separate_linear(Tensor x, Tensor weight, Tensor bias, const RowLinearOptions& options) {
  if (options.norm_weight.graph != nullptr) x = layer_norm(x, options.norm_weight, options.norm_bias, epsilon);
  Tensor result = matmul(x, weight, {.bias = bias});
  if (options.gelu) result = gelu(result);
  return options.residual.graph != nullptr ? options.residual + result : result;
}

// ---- row_linear: inputs x, weight, bias, then norm weight and bias, then the residual, as the attributes announce

struct RowLinear {
  explicit RowLinear(const Attributes& attributes)
      : norm(attributes.integer("norm") != 0),
        gelu(attributes.integer("gelu") != 0),
        residual(attributes.integer("residual") != 0) {}
  std::size_t residual_at() const { return norm ? 5 : 3; }
  std::size_t count() const { return residual_at() + (residual ? 1 : 0); }
  bool norm, gelu, residual;
};

std::vector<TensorType> infer_row_linear(std::span<const TensorType> inputs, const Attributes& attributes) {
  const RowLinear form(attributes);
  core::require(inputs.size() == form.count() && inputs[0].shape.rank() >= 1 && inputs[1].shape.rank() == 2,
                "row_linear needs x [.., K], a weight [K, M] and a bias [M]");
  const std::int64_t k = inputs[1].shape[0];
  const std::int64_t m = inputs[1].shape[1];
  Shape shape = inputs[0].shape;
  core::require(shape[shape.rank() - 1] == k && inputs[2].shape == Shape{m} && fits_row_linear(k, m),
                "row_linear cannot multiply {} with {} and add {}: K must be a multiple of 32 and M of 4",
                inputs[0].to_string(), inputs[1].to_string(), inputs[2].to_string());
  if (form.norm) {
    core::require(inputs[3].shape == Shape{k} && inputs[4].shape == Shape{k}, "row_linear's norm needs [K] twice");
  }
  std::vector<std::int64_t> extents;
  for (int axis = 0; axis + 1 < shape.rank(); ++axis) extents.push_back(shape[axis]);
  extents.push_back(m);
  const TensorType result{Shape(extents), DType::f32};
  if (form.residual) {
    core::require(inputs[form.residual_at()] == result, "row_linear's residual must be {}, not {}", result.to_string(),
                  inputs[form.residual_at()].to_string());
  }
  return {result};
}

float gelu_of(float x) { return x / (1 + std::exp(-(1.5957691216F * x + 0.0713548162726F * x * x * x))); }

void reference_row_linear(const tensor::ReferenceSite& site) {
  const RowLinear form(site.attributes);
  const auto k = static_cast<std::size_t>(site.inputs[1]->type.shape[0]);
  const auto m = static_cast<std::size_t>(site.inputs[1]->type.shape[1]);
  const std::vector<float>& weight = site.inputs[1]->floats;
  for (std::size_t row = 0; row < site.inputs[0]->floats.size() / k; ++row) {
    const auto first = site.inputs[0]->floats.begin() + static_cast<std::ptrdiff_t>(row * k);
    std::vector<double> x(first, first + static_cast<std::ptrdiff_t>(k));
    if (form.norm) {
      double mean = 0, variance = 0;
      for (const double value : x) mean += value / static_cast<double>(k);
      for (const double value : x) variance += (value - mean) * (value - mean) / static_cast<double>(k);
      for (std::size_t i = 0; i < k; ++i) {
        x[i] = (x[i] - mean) / std::sqrt(variance + epsilon) * site.inputs[3]->floats[i] + site.inputs[4]->floats[i];
      }
    }
    for (std::size_t j = 0; j < m; ++j) {
      double sum = site.inputs[2]->floats[j];
      for (std::size_t i = 0; i < k; ++i) sum += x[i] * weight[i * m + j];
      auto result = static_cast<float>(sum);
      if (form.gelu) result = gelu_of(result);
      if (form.residual) result += site.inputs[form.residual_at()]->floats[row * m + j];
      site.outputs[0].floats[row * m + j] = result;
    }
  }
}

KernelPlan kernel_row_linear(const KernelSite& site) {
  const RowLinear form(site.attributes);
  const std::int64_t k = site.inputs[1].shape[0];
  const std::int64_t m = site.inputs[1].shape[1];
  const std::int64_t rows = site.inputs[0].shape.count() / k;
  const std::int64_t lanes = site.traits.subgroup_size;
  const std::int64_t tile = rows <= 1 ? 1 : rows <= 2 ? 2 : row_linear_rows;
  tensor::KernelCall call;
  call.shader = "decode_linear";
  call.constants = {word(lanes), word(tile),    form.norm,
                    form.gelu,   form.residual, word(std::min<std::int64_t>(lanes, 8))};
  call.operands = {tensor::input_texel4(0),
                   tensor::input_texel4(1),
                   tensor::input_texel4(2),
                   tensor::input_texel4(form.norm ? 3 : 2),
                   tensor::input_texel4(form.norm ? 4 : 2),
                   tensor::input_texel4(form.residual ? static_cast<int>(form.residual_at()) : 2),
                   tensor::output_storage(0)};
  call.push = {word(rows), word(k / 4), word(m / 4), tensor::float_word(epsilon)};
  call.groups = {word(ceil_div(m, 4 * lanes)), word(ceil_div(rows, tile)), 1};
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = 2.0 * static_cast<double>(rows * k * m);
  return plan;
}

std::vector<Example> examples_row_linear() {
  const auto make = [](const std::string& name, std::int64_t rows, std::int64_t k, std::int64_t m, bool norm, bool gelu,
                       bool residual) {
    std::vector<Example::Input> inputs = {uniform_input({rows, 1, k}), uniform_input({k, m}), uniform_input({m})};
    if (norm) inputs.insert(inputs.end(), {uniform_input({k}), uniform_input({k})});
    if (residual) inputs.push_back(uniform_input({rows, 1, m}));
    return example_without_gradient(
        name, std::move(inputs),
        {{"norm", std::int64_t{norm}}, {"gelu", std::int64_t{gelu}}, {"residual", std::int64_t{residual}}});
  };
  return {make("plain", 1, 32, 32, false, false, false), make("norm", 1, 128, 96, true, false, false),
          make("gelu", 2, 64, 36, false, true, false), make("residual", 3, 96, 132, false, false, true),
          make("all", 17, 64, 100, true, true, true)};
}

// ---- attend_cached

std::vector<TensorType> infer_attend(std::span<const TensorType> inputs, const Attributes& attributes) {
  const std::int64_t heads = attributes.integer("heads");
  core::require(inputs.size() == 4 && inputs[0].shape.rank() == 3 && inputs[1].shape.rank() == 3 &&
                    inputs[1] == inputs[2] && inputs[0].shape[0] == inputs[1].shape[0] && inputs[0].shape[1] == 1 &&
                    inputs[0].shape[2] == 3 * inputs[1].shape[2] && heads >= 1 && inputs[1].shape[2] % (4 * heads) == 0,
                "attend_cached needs qkv [B, 1, 3 C] and two caches [B, T, C], with a multiple of 4 channels a head");
  core::require(inputs[3] == TensorType{{1}, DType::i32}, "attend_cached needs a length i32[1], not {}",
                inputs[3].to_string());
  const std::int64_t batch = inputs[1].shape[0];
  return {{{batch, 1, inputs[1].shape[2]}, DType::f32}, {{batch, heads, inputs[1].shape[1]}, DType::f32}};
}

void reference_attend(const tensor::ReferenceSite& site) {
  const auto heads = static_cast<std::size_t>(site.attributes.integer("heads"));
  const tensor::Shape& cache = site.inputs[1]->type.shape;
  const auto batch = static_cast<std::size_t>(cache[0]);
  const auto places = static_cast<std::size_t>(cache[1]);
  const auto channels = static_cast<std::size_t>(cache[2]);
  const std::size_t depth = channels / heads;
  const auto length =
      static_cast<std::size_t>(std::clamp<std::int64_t>(site.inputs[3]->ints[0], 1, static_cast<std::int64_t>(places)));
  for (std::size_t b = 0; b < batch; ++b) {
    const float* qkv = site.inputs[0]->floats.data() + b * 3 * channels;
    float* keys = site.inputs[1]->floats.data() + b * places * channels;
    float* values = site.inputs[2]->floats.data() + b * places * channels;
    std::copy_n(qkv + channels, channels, keys + (length - 1) * channels);
    std::copy_n(qkv + 2 * channels, channels, values + (length - 1) * channels);
    for (std::size_t h = 0; h < heads; ++h) {
      float* seen = site.outputs[1].floats.data() + (b * heads + h) * places;
      double sum = 0;
      for (std::size_t j = 0; j < length; ++j) {
        double score = 0;
        for (std::size_t d = h * depth; d < (h + 1) * depth; ++d) score += qkv[d] * keys[j * channels + d];
        seen[j] = static_cast<float>(std::exp(score / std::sqrt(static_cast<double>(depth))));
        sum += seen[j];
      }
      for (std::size_t j = 0; j < length; ++j) {
        seen[j] = static_cast<float>(seen[j] / sum);
        for (std::size_t d = h * depth; d < (h + 1) * depth; ++d) {
          site.outputs[0].floats[b * channels + d] += seen[j] * values[j * channels + d];
        }
      }
    }
  }
}

// One subgroup a head of a text: lanes run along the keys, then along the channels.
KernelPlan kernel_attend(const KernelSite& site) {
  const std::int64_t heads = site.attributes.integer("heads");
  const tensor::Shape& cache = site.inputs[1].shape;
  const std::int64_t depth = cache[2] / heads;
  tensor::KernelCall call;
  call.shader = "decode_attention";
  call.constants = {site.traits.subgroup_size, word(depth)};
  call.operands = {tensor::input_texel4(0),   tensor::input_texel4(1),  tensor::input_texel4(2),
                   tensor::input_texel1(3),   tensor::input_storage(1), tensor::input_storage(2),
                   tensor::output_storage(0), tensor::output_storage(1)};
  call.push = {word(cache[1]), word(heads), tensor::float_word(1 / std::sqrt(static_cast<float>(depth)))};
  call.groups = {word(heads), word(cache[0]), 1};
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = 4.0 * static_cast<double>(cache.count());
  return plan;
}

std::vector<Example> examples_attend() {
  const auto make = [](const std::string& name, std::int64_t batch, std::int64_t places, std::int64_t channels,
                       std::int64_t heads, std::int32_t length) {
    const tensor::Shape cache{batch, places, channels};
    return example_without_gradient(name,
                                    {uniform_input({batch, 1, 3 * channels}, -2, 2), uniform_input(cache, -2, 2),
                                     uniform_input(cache), int_input({1}, {length})},
                                    {{"heads", heads}});
  };
  return {make("first", 1, 12, 32, 2, 1), make("some", 2, 40, 64, 4, 23), make("full", 3, 21, 24, 2, 21),
          make("deep", 1, 50, 128, 2, 33)};
}

Op plain_op(std::string_view name, tensor::Family family, decltype(Op::infer) infer, decltype(Op::reference) reference,
            decltype(Op::kernel) kernel, decltype(Op::examples) examples) {
  Op made;
  made.name = name;
  made.family = family;
  made.infer = infer;
  made.reference = reference;
  made.kernel = kernel;
  made.examples = examples;
  return made;
}

const Op& row_linear_op() {
  static const Op op = plain_op("row_linear", tensor::Family::matmul, infer_row_linear, reference_row_linear,
                                kernel_row_linear, examples_row_linear);
  return op;
}

const Op& attend_cached_op() {
  static const Op op = [] {
    Op made = plain_op("attend_cached", tensor::Family::attention, infer_attend, reference_attend, kernel_attend,
                       examples_attend);
    made.mutates = {1, 2};
    return made;
  }();
  return op;
}

}  // namespace

tensor::Tensor row_linear(tensor::Tensor x, tensor::Tensor weight, tensor::Tensor bias, RowLinearOptions options) {
  if (x.type().shape.count() > row_linear_rows * weight.dim(0)) return separate_linear(x, weight, bias, options);
  std::vector<Tensor> inputs = {x, weight, bias};
  const bool norm = options.norm_weight.graph != nullptr;
  const bool residual = options.residual.graph != nullptr;
  if (norm) inputs.insert(inputs.end(), {options.norm_weight, options.norm_bias});
  if (residual) inputs.push_back(options.residual);
  return x.graph->apply(
      row_linear_op(), inputs,
      {{"norm", std::int64_t{norm}}, {"gelu", std::int64_t{options.gelu}}, {"residual", std::int64_t{residual}}})[0];
}

CachedAttention attend_cached(tensor::Tensor qkv, tensor::Tensor keys, tensor::Tensor values, tensor::Tensor length,
                              std::int64_t heads) {
  const std::array<Tensor, 4> inputs = {qkv, keys, values, length};
  const auto outputs = qkv.graph->apply(attend_cached_op(), inputs, {{"heads", heads}});
  return {outputs[0], outputs[1]};
}

std::vector<const Op*> decode_ops() { return {&row_linear_op(), &attend_cached_op()}; }

}  // namespace figment::ops
