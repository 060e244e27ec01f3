#include "ops/random.h"

#include <algorithm>
#include <bit>

#include "core/error.h"
#include "core/random.h"
#include "ops/launch.h"
#include "ops/ops.h"

// This file is compiled with -ffp-contract=off: every operation below is rounded on its own, as in philox.glsl.
namespace figment::ops {
namespace {

using tensor::DType;
using tensor::Example;
using tensor::HostTensor;
using tensor::KernelPlan;
using tensor::KernelSite;
using tensor::Op;

// See portable_log in philox.glsl.
float portable_log(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  int exponent = static_cast<int>(bits >> 23) - 126;
  float m = std::bit_cast<float>((bits & 0x007FFFFFU) | 0x3F000000U);
  if (m < 0.70710678118654752F) {
    exponent -= 1;
    m = m + m;
  }
  const float f = m - 1.0F;
  const float z = f * f;
  float y = 7.0376836292e-2F * f;
  for (const float coefficient : {-1.1514610310e-1F, 1.1676998740e-1F, -1.2420140846e-1F, 1.4249322787e-1F,
                                  -1.6668057665e-1F, 2.0000714765e-1F, -2.4999993993e-1F, 3.3333331174e-1F}) {
    y = y + coefficient;
    y = y * f;
  }
  y = y * z;
  const auto e = static_cast<float>(exponent);
  y = y + e * -2.12194440e-4F;
  y = y - z * 0.5F;
  y = f + y;
  return y + e * 0.693359375F;
}

float portable_sqrt(float x) {
  float y = std::bit_cast<float>(0x5F3759DFU - (std::bit_cast<std::uint32_t>(x) >> 1));
  const float h = x * 0.5F;
  for (int i = 0; i < 4; ++i) y = y * (1.5F - h * y * y);
  return x * y;
}

std::array<float, 2> normal_pair(std::uint32_t a, std::uint32_t b) {
  const float u = static_cast<float>((a >> 8) + 1U) * 0x1p-24F;
  const float radius = portable_sqrt(std::max(portable_log(u) * -2.0F, 0.0F));
  const float angle = (static_cast<float>((b << 2) >> 8) * 0x1p-24F - 0.5F) * 1.57079632679489662F;
  const float z = angle * angle;
  const float s = ((z * -1.9515295891e-4F + 8.3321608736e-3F) * z - 1.6666654611e-1F) * z * angle + angle;
  const float c =
      ((z * 2.443315711809948e-5F - 1.388731625493765e-3F) * z + 4.166664568298827e-2F) * z * z - z * 0.5F + 1.0F;
  const bool odd = (b & 0x40000000U) != 0;
  const bool negative = (b & 0x80000000U) != 0;
  const float x = (odd ? -s : c) * radius;
  const float y = (odd ? c : s) * radius;
  return negative ? std::array{-x, -y} : std::array{x, y};
}

std::vector<TensorType> infer_random(std::span<const TensorType> inputs, const tensor::Attributes& attributes) {
  core::require(inputs.size() == 1 && inputs[0] == TensorType{{4}, DType::u32},
                "random numbers need a seed of type u32[4]");
  return {{Shape(attributes.list("shape")), DType::f32}};
}

template <bool normal>
void reference_random(const tensor::ReferenceSite& site) {
  const auto& words = site.inputs[0]->ints;
  const RandomWords seed = {word(words[0]), word(words[1]), word(words[2]), word(words[3])};
  const auto salt = static_cast<std::uint32_t>(site.attributes.integer("salt"));
  std::vector<float>& values = site.outputs[0].floats;
  for (std::size_t block = 0; block * 4 < values.size(); ++block) {
    const RandomWords bits = random_words(seed, salt, static_cast<std::uint32_t>(block));
    std::array<float, 4> numbers{};
    if (normal) {
      numbers = normal_of(bits);
    } else {
      std::transform(bits.begin(), bits.end(), numbers.begin(), uniform_of);
    }
    for (std::size_t i = 0; i < 4 && block * 4 + i < values.size(); ++i) values[block * 4 + i] = numbers[i];
  }
}

template <bool normal>
KernelPlan kernel_random(const KernelSite& site) {
  const std::int64_t count = site.outputs[0].shape.count();
  tensor::KernelCall call;
  call.shader = "random";
  call.constants = {word(flat_local_size), count % 4 == 0, normal};
  call.operands = {tensor::input_texel4(0), tensor::output_storage(0)};
  call.push = {word(count), word(site.attributes.integer("salt"))};
  call.groups = elementwise_groups(count);
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = static_cast<double>(count) * (normal ? 60 : 25);
  return plan;
}

std::vector<Example> examples_random() {
  std::vector<Example> list;
  for (const Shape& shape : {Shape{4, 16}, Shape{3, 5, 7}, Shape{1}}) {
    list.push_back(example_without_gradient(shape.to_string(), {int_input({4}, {1234, -7, 3, 42}, DType::u32)},
                                            {{"shape", shape.extents()}, {"salt", std::int64_t{9}}}));
    list.back().tolerance = 0;
  }
  return list;
}

template <bool normal>
const Op& random_op() {
  static const Op op = [] {
    Op made;
    made.name = normal ? "random_normal" : "random_uniform";
    made.family = tensor::Family::random;
    made.infer = infer_random;
    made.reference = reference_random<normal>;
    made.kernel = kernel_random<normal>;
    made.examples = examples_random;
    return made;
  }();
  return op;
}

Tensor draw(const Op& op, Tensor seed, const Shape& shape, std::uint32_t salt) {
  return seed.graph->apply_one(op, {seed}, {{"shape", shape.extents()}, {"salt", static_cast<std::int64_t>(salt)}});
}

}  // namespace

RandomWords random_words(const RandomWords& seed, std::uint32_t salt, std::uint32_t block) {
  return core::philox({block, salt, seed[2], seed[3]}, {seed[0], seed[1]});
}

float uniform_of(std::uint32_t bits) { return static_cast<float>(bits >> 8) * 0x1p-24F; }

std::array<float, 4> normal_of(const RandomWords& words) {
  const auto [a, b] = normal_pair(words[0], words[1]);
  const auto [c, d] = normal_pair(words[2], words[3]);
  return {a, b, c, d};
}

float gumbel_of(std::uint32_t bits) {
  const float u = static_cast<float>(std::max(bits, 1U)) * 0x1p-32F;
  const float small = ((u * 0.33333334F + 0.5F) * u + 1.0F) * u;
  const float large = -portable_log(static_cast<float>(16777216U - (bits >> 8)) * 0x1p-24F);
  return -portable_log(bits < 16777216U ? small : large);
}

Tensor random_uniform(Tensor seed, Shape shape, std::uint32_t salt) {
  return draw(random_op<false>(), seed, shape, salt);
}

Tensor random_normal(Tensor seed, Shape shape, std::uint32_t salt) {
  return draw(random_op<true>(), seed, shape, salt);
}

Tensor dropout(Tensor x, Tensor seed, float rate, std::uint32_t salt) {
  core::require(rate >= 0 && rate < 1, "the dropout rate {} is outside [0, 1)", rate);
  if (rate == 0) return x;
  const Tensor kept = greater(random_uniform(seed, x.shape(), salt), x.graph->scalar(rate));
  return mul(x, scale(kept, 1 / (1 - rate)));
}

std::vector<const Op*> random_ops() { return {&random_op<false>(), &random_op<true>()}; }

}  // namespace figment::ops
