#pragma once
#include <gtest/gtest.h>

#include <memory>

#include "training/trainer.h"

namespace figment::training {

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
  Objective objective(nn::Graph& graph, std::int64_t) override { return loss_(graph, *net_); }
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

}  // namespace figment::training
