// Each family learns one batch by heart: the loss falls to near zero, which needs every gradient to be right.
#include <gtest/gtest.h>

#include <array>

#include "models/diffusion/unet.h"
#include "models/gpt/gpt.h"
#include "models/judge/judge.h"
#include "models/one_batch.h"

namespace figment::training {
namespace {

TEST_F(OverfitTest, Gpt) {
  const models::GptConfig config{.vocabulary = 13, .context = 12, .channels = 32, .layers = 2, .heads = 2};
  auto task = std::make_unique<OneBatchTask<models::Gpt>>(
      std::make_unique<models::Gpt>(config, 1), std::make_unique<models::Gpt>(config, 1),
      [](nn::Graph& graph, const models::Gpt& net) {
        const nn::Tensor tokens = graph.input("tokens", {{2, 12}, tensor::DType::i32});
        const nn::Tensor targets = graph.input("targets", {{24}, tensor::DType::i32});
        return ops::mean(ops::cross_entropy(net(tokens), targets), {});
      },
      [](runtime::Program& program) {
        std::array<std::int32_t, 24> tokens{};
        std::array<std::int32_t, 24> targets{};
        for (int i = 0; i < 24; ++i) {
          tokens[static_cast<std::size_t>(i)] = (i * i + 3) % 13;
          targets[static_cast<std::size_t>(i)] = (i * 5 + 1) % 13;
        }
        program.write_ints("tokens", tokens);
        program.write_ints("targets", targets);
      });
  EXPECT_LT(remaining_loss(std::move(task), 120), 0.05F);
}

models::UnetConfig tiny_unet() {
  models::UnetConfig config;
  config.picture = 16;
  config.block = 2;
  config.channels = 16;
  config.embedding = 32;
  config.heads = 2;
  config.classes = {2, 3};
  return config;
}

TEST_F(OverfitTest, DiffusionUnet) {
  auto task = std::make_unique<OneBatchTask<models::Unet>>(
      std::make_unique<models::Unet>(tiny_unet(), 1), std::make_unique<models::Unet>(tiny_unet(), 1),
      [](nn::Graph& graph, const models::Unet& net) {
        const nn::Tensor x = graph.input("x", {{2, 8, 8, 12}, tensor::DType::f32});
        const nn::Tensor target = graph.input("target", {{2, 8, 8, 12}, tensor::DType::f32});
        const nn::Tensor time = graph.constant({2}, {0.2F, 0.7F});
        const std::array<nn::Tensor, 2> labels = {graph.constant({2}, {0, 1}, tensor::DType::i32),
                                                  graph.constant({2}, {2, 3}, tensor::DType::i32)};
        return ops::mse(net(x, time, labels), target);
      },
      [](runtime::Program& program) {
        core::Random random(4);
        std::vector<float> x(2 * 8 * 8 * 12);
        std::vector<float> target(x.size());
        for (float& value : x) value = random.normal();
        for (float& value : target) value = random.normal();
        program.write("x", x);
        program.write("target", target);
      });
  EXPECT_LT(remaining_loss(std::move(task), 150), 0.1F);
}

TEST_F(OverfitTest, Judge) {
  const std::vector<std::int64_t> classes = {2, 3};
  auto task = std::make_unique<OneBatchTask<models::Judge>>(
      std::make_unique<models::Judge>(classes, 1), std::make_unique<models::Judge>(classes, 1),
      [](nn::Graph& graph, const models::Judge& net) {
        const nn::Tensor pictures = graph.input("pictures", {{4, 64, 64, 3}, tensor::DType::f32});
        const models::Judge::Verdict verdict = net(pictures);
        const nn::Tensor first = graph.constant({4}, {0, 1, 0, 1}, tensor::DType::i32);
        const nn::Tensor second = graph.constant({4}, {0, 1, 2, 0}, tensor::DType::i32);
        return ops::mean(ops::cross_entropy(verdict.logits[0], first), {}) +
               ops::mean(ops::cross_entropy(verdict.logits[1], second), {});
      },
      [](runtime::Program& program) {
        core::Random random(5);
        std::vector<float> pictures(4 * 64 * 64 * 3);
        for (float& value : pictures) value = random.normal();
        program.write("pictures", pictures);
      });
  EXPECT_LT(remaining_loss(std::move(task), 60), 0.05F);
}

}  // namespace
}  // namespace figment::training
