#include <array>
#include <cmath>
#include <numbers>

#include "models/flow_matching/velocity_net.h"
#include "models/one_batch.h"
#include "runtime/test_device.h"
#include "sampling/prediction.h"
#include "training/flow_matching_task.h"

namespace figment::models {
namespace {

UnetConfig tiny() {
  UnetConfig config;
  config.picture = 16;
  config.block = 2;
  config.channels = 16;
  config.embedding = 32;
  config.heads = 2;
  config.classes = {2, 3};
  return config;
}

std::vector<float> normals(std::size_t count, std::uint64_t seed) {
  core::Random random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = random.normal();
  return values;
}

TEST(VelocityNet, KnowsTheTimeOfItsNoiseLevel) {
  EXPECT_DOUBLE_EQ(VelocityNet::angle_of(0), 0);
  EXPECT_DOUBLE_EQ(VelocityNet::angle_of(0.5), 0.5);
  EXPECT_DOUBLE_EQ(VelocityNet::angle_of(1), 1);
  const double radians = VelocityNet::angle_of(0.2) * std::numbers::pi / 2;
  EXPECT_NEAR(std::tan(radians), 0.2 / 0.8, 1e-12);
}

using VelocityNetTest = runtime::DeviceTest;

// The same weights as a diffusion network give the same picture, seen from the same noisy one.
TEST_F(VelocityNetTest, IsTheDiffusionNetworkInOtherUnits) {
  constexpr double time = 0.3;
  const double stretch = 1 / std::hypot(time, 1 - time);
  const VelocityNet flow(tiny(), 3);
  const Unet diffusion(tiny(), 3);
  const tensor::TensorType type = {{2, 8, 8, 12}, tensor::DType::f32};
  nn::Graph graph;
  const Tensor x = graph.input("x", type);
  const Tensor angle = graph.constant({2}, std::vector<float>(2, static_cast<float>(VelocityNet::angle_of(time))));
  const std::array<Tensor, 2> labels = {graph.constant({2}, {0, 1}, tensor::DType::i32),
                                        graph.constant({2}, {2, 3}, tensor::DType::i32)};
  const Tensor velocity = flow(x, angle, labels);
  const Tensor v = diffusion(x * static_cast<float>(stretch), angle, labels);
  const auto program = runtime::compile(context(), graph, std::array{velocity, v});
  const std::vector<float> noisy = normals(2 * 8 * 8 * 12, 4);
  program->write("x", noisy);
  program->submit();
  const std::vector<float> velocities = program->read(velocity).floats;
  const std::vector<float> vs = program->read(v).floats;
  const auto by_flow = sampling::denoised_form(sampling::Prediction::velocity, 1 - time, time);
  const auto by_v = sampling::denoised_form(sampling::Prediction::v, (1 - time) * stretch, time * stretch);
  for (std::size_t i = 0; i < noisy.size(); ++i) {
    const double one = by_flow.x * static_cast<double>(noisy[i]) + by_flow.f * static_cast<double>(velocities[i]);
    const double other = by_v.x * stretch * static_cast<double>(noisy[i]) + by_v.f * static_cast<double>(vs[i]);
    EXPECT_NEAR(one, other, 1e-4);
  }
}

using FlowMatchingOverfit = training::OverfitTest;

TEST_F(FlowMatchingOverfit, LearnsTwoWaysByHeart) {
  auto task = std::make_unique<training::OneBatchTask<VelocityNet>>(
      std::make_unique<VelocityNet>(tiny(), 1), std::make_unique<VelocityNet>(tiny(), 1),
      [](nn::Graph& graph, const VelocityNet& net) {
        const tensor::TensorType type = {{2, 8, 8, 12}, tensor::DType::f32};
        const nn::Tensor noise = graph.input("noise", type);
        const nn::Tensor picture = graph.input("picture", type);
        const nn::Tensor angle = graph.constant({2}, {0.3F, 1.0F});
        const std::array<nn::Tensor, 2> labels = {graph.constant({2}, {0, 1}, tensor::DType::i32),
                                                  graph.constant({2}, {2, 3}, tensor::DType::i32)};
        return training::straight_loss(net, noise, picture, angle, labels);
      },
      [](runtime::Program& program) {
        program.write("noise", normals(2 * 8 * 8 * 12, 5));
        std::vector<float> pictures = normals(2 * 8 * 8 * 12, 6);
        for (float& value : pictures) value *= 0.5F;
        program.write("picture", pictures);
      });
  EXPECT_LT(remaining_loss(std::move(task), 200), 0.2F);
}

}  // namespace
}  // namespace figment::models
