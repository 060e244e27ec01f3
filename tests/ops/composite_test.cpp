#include <cmath>

#include "ops/contract.h"
#include "ops/ops.h"

// Ops that are made of other ops, and functions that choose among several nodes: the values, and the device against
// the CPU, forwards and backwards.
namespace figment::ops {
namespace {

using contract::Devices;
using tensor::HostTensor;

std::vector<float> ramp(std::int64_t count) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < count; ++i) values.push_back(static_cast<float>((i * 37 + 11) % 101) / 50 - 1);
  return values;
}

/// A graph with one input `x`, run on the CPU and on the device with both forms of the kernels.
class Composite : public testing::Test {
 protected:
  Tensor input(Shape shape) {
    values_["x"] = HostTensor::of(shape, ramp(shape.count()));
    return graph_.input("x", {std::move(shape), DType::f32});
  }

  /// The CPU's outputs, after the device's were found equal.
  std::vector<HostTensor> run(const std::vector<Tensor>& outputs) {
    runtime::Interpreter interpreter;
    std::vector<HostTensor> expected = interpreter.run(graph_, outputs, values_);
    for (const bool cpu_kernels : {true, false}) {
      const auto program = runtime::compile(Devices::get().context(cpu_kernels), graph_, outputs, {"composite"});
      program->write("x", values_["x"]);
      program->submit();
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        contract::expect_close(program->read(outputs[i]), expected[i], 1e-4F, "output " + std::to_string(i));
      }
    }
    return expected;
  }

  Graph graph_;
  std::map<std::string, HostTensor> values_;
};

TEST_F(Composite, SpaceToDepthOrdersByRowColumnChannel) {
  const Tensor x = input({2, 4, 8, 3});
  const Tensor packed = space_to_depth(x, 4);
  EXPECT_EQ(packed.shape(), (Shape{2, 1, 2, 48}));
  const auto results = run({packed, depth_to_space(packed, 4)});
  EXPECT_EQ(results[1].floats, values_["x"].floats);
  // Element (b 1, y 0, x 1, by 2, bx 3, c 1) is pixel (2, 7), channel 1.
  EXPECT_EQ(results[0].floats[(1 * 2 + 1) * 48 + (2 * 4 + 3) * 3 + 1], values_["x"].floats[((4 + 2) * 8 + 7) * 3 + 1]);
}

TEST_F(Composite, ReductionsOverSeparateAxes) {
  const Tensor x = input({2, 3, 4, 5});
  const Tensor kept = mean(x, {0, 2}, true);
  EXPECT_EQ(kept.shape(), (Shape{1, 3, 1, 5}));
  EXPECT_EQ(max(x, {-1, 1}).shape(), (Shape{2, 4}));
  const auto results = run({kept, max(x, {-1, 1}), sum_to(x, {3, 1, 1}), sum(x, {})});
  double total = 0;
  for (const float value : values_["x"].floats) total += value;
  EXPECT_NEAR(results[3].floats[0], total, 1e-4);
}

TEST_F(Composite, BatchNormHasMeanZeroAndVarianceOne) {
  const Tensor x = input({2, 3, 5, 6});
  const std::vector<Tensor> normal = batch_norm(x, {}, {});
  const Tensor loss = sum(mul(square(normal[0]), x), {});
  const std::vector<Tensor> grads = tensor::gradient(loss, std::span(&x, 1));
  const auto results =
      run({mean(normal[0], {0, 1, 2}), mean(square(normal[0]), {0, 1, 2}), normal[1], normal[2], grads[0]});
  for (int channel = 0; channel < 6; ++channel) {
    EXPECT_NEAR(results[0].floats[static_cast<std::size_t>(channel)], 0, 1e-5);
    EXPECT_NEAR(results[1].floats[static_cast<std::size_t>(channel)], 1, 1e-3);
  }
}

TEST_F(Composite, MseAndItsGradient) {
  const Tensor x = input({3, 7});
  const Tensor loss = mse(x, graph_.constant({3, 7}, std::vector<float>(21, 0.5F)));
  const auto results = run({loss, tensor::gradient(loss, std::span(&x, 1))[0]});
  EXPECT_NEAR(results[1].floats[0], 2 * (values_["x"].floats[0] - 0.5F) / 21, 1e-6);
}

TEST_F(Composite, GradientOfAGradient) {
  const Tensor x = input({2, 5});
  const Tensor loss = sum(mul(square(tanh(x)), sigmoid(x)), {});
  const Tensor first = tensor::gradient(loss, std::span(&x, 1))[0];
  const Tensor second = tensor::gradient(sum(square(first), {}), std::span(&x, 1))[0];
  run({first, second});
}

TEST_F(Composite, ShapesThatDoNotFitAreExplained) {
  const Tensor x = input({2, 6, 6, 6});
  EXPECT_THROW(space_to_depth(x, 4), core::Error);
  EXPECT_THROW(reshape(x, {7, -1}), core::Error);
  EXPECT_THROW(slice(x, 1, 4, 9), core::Error);
  EXPECT_THROW(transpose(x, {0, 1, 1, 2}), core::Error);
  EXPECT_THROW(group_norm(x, {}, {}, 4), core::Error);
  EXPECT_THROW(add(x, graph_.constant({5}, {1, 2, 3, 4, 5})), core::Error);
  EXPECT_THROW(sum(x, {4}), core::Error);
}

/// The fused attention against one of matrix products and softmax, both with a mask, at a size that fills tiles.
TEST_F(Composite, AttentionWithAKeyMaskAsMatrixProducts) {
  constexpr std::int64_t batch = 2;
  constexpr std::int64_t length = 72;
  constexpr std::int64_t channels = 128;
  constexpr std::int64_t heads = 4;
  const Tensor x = input({batch, length, channels});
  std::vector<float> seen(batch * length, 1.0F);
  for (std::int64_t i = 50; i < length; ++i) seen[static_cast<std::size_t>(i)] = 0;
  for (std::int64_t i = 37; i < length; ++i) seen[static_cast<std::size_t>(length + i)] = 0;
  const Tensor mask = graph_.constant({batch, length}, seen);
  const Tensor query = sin(x * 3.0F);
  const Tensor key = cos(x * 5.0F);
  const Tensor fused = attention(query, key, x, {.heads = heads, .key_mask = mask});
  const auto split = [&](Tensor t) {
    return transpose(reshape(t, {batch, length, heads, channels / heads}), {0, 2, 1, 3});
  };
  Tensor logits = matmul(split(query), split(key), {.transpose_b = true}) * (1 / std::sqrt(float{channels / heads}));
  logits = logits + reshape((mask - 1.0F) * 1e9F, {batch, 1, 1, length});
  const Tensor plain = reshape(transpose(matmul(softmax(logits), split(x)), {0, 2, 1, 3}), {batch, length, channels});
  std::vector<Tensor> outputs = {fused, plain};
  for (const Tensor made : {fused, plain}) {
    outputs.push_back(tensor::gradient(sum(mul(made, sin(x * 7.0F)), {}), std::span(&x, 1))[0]);
  }
  const auto results = run(outputs);
  for (std::size_t i = 0; i < results[0].floats.size(); ++i) {
    ASSERT_NEAR(results[0].floats[i], results[1].floats[i], 1e-4) << i;
    ASSERT_NEAR(results[2].floats[i], results[3].floats[i], 1e-3) << i;
  }
}

}  // namespace
}  // namespace figment::ops
