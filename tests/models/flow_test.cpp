#include "models/flow/flow.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "models/one_batch.h"
#include "runtime/test_device.h"

namespace figment::models {
namespace {

FlowConfig tiny() {
  FlowConfig config;
  config.side = 4;
  config.channels = 2;
  config.steps = {2, 2};
  config.hidden = {16, 16};
  return config;
}

/// Layers begin as the identity; here all weights are drawn, as training leaves them.
void draw_weights(nn::ParameterList& list, float deviation) {
  core::Random random(9);
  for (const tensor::Variable& variable : list.all()) {
    for (std::size_t i = 0; i < variable->initial.size(); ++i) {
      variable->initial[i] += deviation * random.normal();
      variable->parent->initial[static_cast<std::size_t>(variable->offset) + i] = variable->initial[i];
    }
  }
}

std::vector<float> normals(std::size_t count, std::uint64_t seed) {
  core::Random random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = 0.5F * random.normal();
  return values;
}

using FlowTest = runtime::DeviceTest;

TEST_F(FlowTest, IsUndoneExactly) {
  Flow net(tiny(), 1);
  draw_weights(net.parameters(), 0.15F);
  const tensor::TensorType type = {{3, 4, 4, 2}, tensor::DType::f32};
  nn::Graph there;
  const Flow::Encoded encoded = net.encode(there.input("x", type));
  const auto encode = runtime::compile(context(), there, std::array<Tensor, 1>{encoded.noise});
  nn::Graph back;
  const Tensor decoded = net.decode(back.input("x", type)).back();
  const auto decode = runtime::compile(context(), back, std::array<Tensor, 1>{decoded});
  const std::vector<float> pictures = normals(96, 5);
  encode->write("x", pictures);
  encode->submit();
  const std::vector<float> noise = encode->read(encoded.noise).floats;
  decode->write("x", noise);
  decode->submit();
  const std::vector<float> again = decode->read(decoded).floats;
  float moved = 0;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    EXPECT_NEAR(again[i], pictures[i], 1e-3F);
    moved = std::max(moved, std::abs(noise[i] - pictures[i]));
  }
  EXPECT_GT(moved, 0.1F) << "the flow does nothing";
  EXPECT_EQ(encoded.states.size(), 5U);
}

/// log |det| by elimination.
double log_determinant(std::vector<double> a, std::size_t n) {
  double sum = 0;
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < n; ++i) {
      if (std::abs(a[i * n + k]) > std::abs(a[pivot * n + k])) pivot = i;
    }
    for (std::size_t j = 0; j < n; ++j) std::swap(a[k * n + j], a[pivot * n + j]);
    sum += std::log(std::abs(a[k * n + k]));
    for (std::size_t i = k + 1; i < n; ++i) {
      const double factor = a[i * n + k] / a[k * n + k];
      for (std::size_t j = k; j < n; ++j) a[i * n + j] -= factor * a[k * n + j];
    }
  }
  return sum;
}

TEST_F(FlowTest, KnowsItsDeterminant) {
  Flow net(tiny(), 1);
  draw_weights(net.parameters(), 0.15F);
  constexpr std::size_t n = 32;
  nn::Graph graph;
  const Flow::Encoded encoded = net.encode(graph.input("x", {{1, 4, 4, 2}, tensor::DType::f32}));
  const std::array<Tensor, 2> outputs = {encoded.noise, encoded.log_determinant};
  const auto program = runtime::compile(context(), graph, outputs);
  std::vector<float> picture = normals(n, 6);
  const auto noise_of = [&] {
    program->write("x", picture);
    program->submit();
    return program->read(encoded.noise).floats;
  };
  noise_of();
  const float told = program->read_scalar(encoded.log_determinant);
  constexpr float step = 2e-3F;
  std::vector<double> jacobian(n * n);
  for (std::size_t j = 0; j < n; ++j) {
    const float kept = picture[j];
    picture[j] = kept + step;
    const std::vector<float> above = noise_of();
    picture[j] = kept - step;
    const std::vector<float> below = noise_of();
    picture[j] = kept;
    for (std::size_t i = 0; i < n; ++i) jacobian[i * n + j] = (above[i] - below[i]) / (2.0 * step);
  }
  EXPECT_NEAR(told, log_determinant(jacobian, n), 0.05);
}

using FlowOverfit = training::OverfitTest;

TEST_F(FlowOverfit, LearnsABatchByHeart) {
  auto task = std::make_unique<training::OneBatchTask<Flow>>(
      std::make_unique<Flow>(tiny(), 1), std::make_unique<Flow>(tiny(), 1),
      [](nn::Graph& graph, const Flow& net) {
        const Flow::Encoded encoded = net.encode(graph.input("x", {{2, 4, 4, 2}, tensor::DType::f32}));
        // A density has no floor: what falls to near nothing here is exp(-log density / 16).
        return ops::exp(net.log_density(encoded) * (-1.0F / 16));
      },
      [](runtime::Program& program) { program.write("x", normals(64, 7)); });
  EXPECT_LT(remaining_loss(std::move(task), 200), 0.1F);
}

}  // namespace
}  // namespace figment::models
