#include "ops/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

#include "core/error.h"
#include "core/random.h"
#include "ops/ops.h"
#include "runtime/interpreter.h"

namespace figment::ops {
namespace {

using tensor::HostTensor;

std::vector<float> evaluate(const std::function<Tensor(Graph&, Tensor)>& make, std::vector<std::int32_t> seed) {
  Graph graph;
  const Tensor result = make(graph, graph.input("seed", {{4}, DType::u32}));
  runtime::Interpreter interpreter;
  return interpreter
      .run(graph, std::span(&result, 1), {{"seed", HostTensor::of_ints({4}, std::move(seed), DType::u32)}})[0]
      .floats;
}

TEST(Random, UniformsArePhilox) {
  const auto values = evaluate([](Graph&, Tensor seed) { return random_uniform(seed, {3, 7}, 5); }, {11, -2, 3, 4});
  for (std::uint32_t i = 0; i < values.size(); ++i) {
    const auto words = core::philox({i / 4, 5, 3, 4}, {11, 0xFFFFFFFEU});
    EXPECT_EQ(values[i], static_cast<float>(words[i % 4] >> 8) * 0x1p-24F);
  }
}

TEST(Random, StreamStepAndSaltChangeEverything) {
  const auto draw = [](std::uint32_t salt, std::int32_t stream, std::int32_t step) {
    return evaluate([&](Graph&, Tensor seed) { return random_normal(seed, {16}, salt); }, {1, 2, stream, step});
  };
  const auto base = draw(0, 0, 0);
  EXPECT_EQ(base, draw(0, 0, 0));
  for (const auto& other : {draw(1, 0, 0), draw(0, 1, 0), draw(0, 0, 1)}) {
    for (std::size_t i = 0; i < base.size(); ++i) EXPECT_NE(base[i], other[i]);
  }
}

TEST(Random, NormalsHaveTheirMoments) {
  const auto values = evaluate([](Graph&, Tensor seed) { return random_normal(seed, {200000}); }, {1, 2, 3, 4});
  double moments[5] = {};
  int beyond_two = 0;
  for (const float value : values) {
    for (int k = 1; k <= 4; ++k) moments[k] += std::pow(static_cast<double>(value), k) / 200000;
    beyond_two += std::abs(value) > 2;
  }
  EXPECT_NEAR(moments[1], 0, 0.01);
  EXPECT_NEAR(moments[2], 1, 0.015);
  EXPECT_NEAR(moments[3], 0, 0.03);
  EXPECT_NEAR(moments[4], 3, 0.08);
  EXPECT_NEAR(beyond_two / 200000.0, 0.0455, 0.002);
}

TEST(Random, NormalsAreExactEnough) {
  core::Random random(4);
  for (int i = 0; i < 10000; ++i) {
    const RandomWords words = {random.bits(), random.bits(), random.bits(), random.bits()};
    const auto values = normal_of(words);
    const double radius = std::sqrt(-2 * std::log(((words[0] >> 8) + 1) * 0x1p-24));
    EXPECT_NEAR(std::hypot(values[0], values[1]), radius, 2e-6 * (1 + radius));
    // The angle is a quarter of a circle per quadrant, counted from -45 degrees.
    const double angle =
        (words[1] >> 30) * std::numbers::pi / 2 + (((words[1] << 2) >> 8) * 0x1p-24 - 0.5) * std::numbers::pi / 2;
    EXPECT_NEAR(values[0], radius * std::cos(angle), 3e-6 * (1 + radius));
    EXPECT_NEAR(values[1], radius * std::sin(angle), 3e-6 * (1 + radius));
  }
}

TEST(Random, ExtremeWordsAreFinite) {
  for (const std::uint32_t a : {0U, 1U, 255U, 256U, 0x7FFFFFFFU, 0x80000000U, 0xFFFFFF00U, 0xFFFFFFFFU}) {
    EXPECT_TRUE(std::isfinite(gumbel_of(a)));
    for (const std::uint32_t b : {0U, 0x40000000U, 0x80000000U, 0xFFFFFFFFU}) {
      for (const float value : normal_of({a, b, b, a})) EXPECT_LT(std::abs(value), 6.0F);
    }
  }
}

TEST(Random, GumbelIsExactEnough) {
  core::Random random(5);
  double mean = 0;
  for (int i = 0; i < 100000; ++i) {
    const std::uint32_t bits = i % 10 == 0 ? random.bits() >> 8 : random.bits();
    const double exact = -std::log(-std::log1p(-0x1p-32 * (bits < 0x1000000U ? bits : bits & ~255U)));
    ASSERT_NEAR(gumbel_of(bits), exact, 2e-6 * (1 + std::abs(exact))) << bits;
    if (i % 10 != 0) mean += exact / 90000;
  }
  EXPECT_NEAR(mean, 0.5772, 0.02);
}

TEST(Random, DropoutKeepsTheMean) {
  const auto values = evaluate(
      [](Graph& graph, Tensor seed) { return dropout(broadcast_to(graph.scalar(2), {100000}), seed, 0.25F, 8); },
      {1, 2, 3, 4});
  double sum = 0;
  for (const float value : values) {
    EXPECT_TRUE(value == 0 || std::abs(value - 2 / 0.75F) < 1e-5F);
    sum += value;
  }
  EXPECT_NEAR(sum / 100000, 2, 0.02);
}

TEST(Random, RefusesAWrongSeed) {
  Graph graph;
  EXPECT_THROW(random_uniform(graph.input("seed", {{2}, DType::u32}), {4}), core::Error);
}

}  // namespace
}  // namespace figment::ops
