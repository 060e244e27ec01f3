// Each family learns one batch by heart: the loss falls to near zero, which needs every gradient to be right.
#include <gtest/gtest.h>

#include <array>

#include "models/diffusion/unet.h"
#include "models/gpt/gpt.h"
#include "models/judge/judge.h"
#include "training/trainer.h"

namespace figment::training {
namespace {

/// Trains `Net` on one fixed batch.
template <typename Net>
class OneBatchTask : public Task {
 public:
  using Loss = nn::Tensor (*)(nn::Graph& graph, const Net& net);
  using Write = void (*)(runtime::Program& program);

  OneBatchTask(std::unique_ptr<Net> net, std::unique_ptr<Net> average, Loss loss, Write write)
      : net_(std::move(net)), average_(std::move(average)), loss_(loss), write_(write) {}
  std::string name() const override { return "one batch"; }
  std::string data_version() const override { return "none"; }
  std::string unit() const override { return "samples"; }
  TrainSettings defaults() const override {
    TrainSettings settings;
    settings.batch = 1;
    settings.learning_rate = 3e-3F;
    settings.warmup_steps = 5;
    settings.weight_decay = 0;
    settings.steps = 1000;
    return settings;
  }
  nn::ParameterList& parameters() override { return net_->parameters(); }
  nn::ParameterList& average() override { return average_->parameters(); }
  nn::Tensor loss(nn::Graph& graph, std::int64_t) override { return loss_(graph, *net_); }
  void write_batch(runtime::Program& program, std::int64_t, core::Random&) override { write_(program); }

 private:
  std::unique_ptr<Net> net_;
  std::unique_ptr<Net> average_;
  Loss loss_;
  Write write_;
};

class OverfitTest : public testing::Test {
 protected:
  static runtime::ContextOptions options() {
    runtime::ContextOptions made;
    made.device.validation = true;
    return made;
  }
  void TearDown() override { EXPECT_EQ(context_.device().validation_count(), 0U); }

  /// The loss after `steps`, over the first one.
  float remaining_loss(std::unique_ptr<Task> task, int steps) {
    const TrainSettings settings = task->defaults();
    Trainer trainer(context_, std::move(task), settings);
    trainer.step();
    const float first = trainer.loss();
    for (int i = 1; i < steps; ++i) trainer.step();
    return trainer.loss() / first;
  }

  runtime::Context context_{options()};
};

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
