#include "training/trainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "core/error.h"
#include "core/files.h"
#include "nn/layers.h"
#include "training/weights.h"

namespace figment::training {
namespace {

namespace fs = std::filesystem;

/// A net of two layers that learns sin(3 x) on [-1, 1].
class SineTask : public Task {
 public:
  struct Net {
    explicit Net(std::uint64_t seed)
        : list(seed), first(nn::Scope(list) / "first", 1, 32), second(nn::Scope(list) / "second", 32, 1) {
      list.pack();
    }
    nn::ParameterList list;
    nn::Linear first;
    nn::Linear second;
  };

  std::string name() const override { return "sine"; }
  std::string data_version() const override { return "sine-1"; }
  std::string unit() const override { return "points"; }
  TrainSettings defaults() const override { return sine_settings(); }
  static TrainSettings sine_settings() {
    TrainSettings settings;
    settings.batch = 64;
    settings.learning_rate = 0.02F;
    settings.weight_decay = 0;
    settings.warmup_steps = 10;
    settings.steps = 300;
    return settings;
  }
  nn::ParameterList& parameters() override { return net_.list; }
  nn::ParameterList& average() override { return average_.list; }
  Objective objective(nn::Graph& graph, std::int64_t batch) override {
    const nn::Tensor x = graph.input("x", {{batch, 1}, tensor::DType::f32});
    const nn::Tensor y = graph.input("y", {{batch, 1}, tensor::DType::f32});
    return ops::mse(net_.second(ops::tanh(net_.first(x))), y);
  }
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override {
    std::vector<float> x;
    std::vector<float> y;
    for (std::int64_t i = 0; i < batch; ++i) {
      x.push_back(random.uniform(-1, 1));
      y.push_back(std::sin(3 * x.back()));
    }
    program.write("x", x);
    program.write("y", y);
  }

 private:
  Net net_{1};
  Net average_{1};
};

class TrainerTest : public testing::Test {
 protected:
  static runtime::ContextOptions options() {
    runtime::ContextOptions made;
    made.device.validation = true;
    return made;
  }
  void TearDown() override {
    EXPECT_EQ(context_.device().validation_count(), 0U);
    std::error_code error;
    fs::remove_all(folder_, error);
  }
  runtime::Context context_{options()};
  fs::path folder_ = fs::temp_directory_path() / ("figment-trainer-" + std::to_string(::getpid()));
};

TEST_F(TrainerTest, LearnsASine) {
  Trainer trainer(context_, std::make_unique<SineTask>(), SineTask::sine_settings());
  trainer.step();
  const float first = trainer.loss();
  while (trainer.fraction_done() < 1) trainer.step();
  EXPECT_LT(trainer.smooth_loss(), 0.05F * first);
  EXPECT_EQ(trainer.steps_done(), 300);
}

TEST_F(TrainerTest, EveryOptimiserLearnsASine) {
  for (const std::string& name : optimizer_names()) {
    TrainSettings settings = SineTask::sine_settings();
    settings.optimizer = optimizer_named(name);
    settings.learning_rate *= rate_factor(settings.optimizer);
    Trainer trainer(context_, std::make_unique<SineTask>(), settings);
    trainer.step();
    const float first = trainer.loss();
    while (trainer.fraction_done() < 1) trainer.step();
    EXPECT_LT(trainer.smooth_loss(), 0.1F * first) << name;
  }
  EXPECT_THROW(optimizer_named("adagrad"), core::Error);
}

TEST_F(TrainerTest, SlicesGiveTheSameNumbersAsWholeSteps) {
  Trainer whole(context_, std::make_unique<SineTask>(), SineTask::sine_settings());
  Trainer sliced(context_, std::make_unique<SineTask>(), SineTask::sine_settings());
  for (int i = 0; i < 20; ++i) {
    whole.step();
    while (!sliced.advance(0.01)) {
    }
    ASSERT_EQ(whole.loss(), sliced.loss()) << i;
  }
  sliced.advance(0);
  EXPECT_TRUE(sliced.is_mid_step());
  sliced.step();  // finishes what was begun, and makes another
  EXPECT_EQ(sliced.steps_done(), 22);
}

TEST_F(TrainerTest, SettingsChangeWhileParametersStay) {
  TrainSettings settings = SineTask::sine_settings();
  settings.steps = 0;
  Trainer trainer(context_, std::make_unique<SineTask>(), settings);
  for (int i = 0; i < 20; ++i) trainer.step();
  const auto before = context_.download(trainer.task().parameters().flat()).floats;
  settings.batch = 32;
  settings.optimizer = Optimizer::lion;
  settings.learning_rate = 0;
  EXPECT_TRUE(trainer.must_trace(settings));
  trainer.change(settings);
  trainer.step();
  EXPECT_EQ(context_.download(trainer.task().parameters().flat()).floats, before);
  EXPECT_EQ(trainer.samples_done(), 20 * 64 + 32);
  settings.learning_rate = 0.004F;
  EXPECT_FALSE(trainer.must_trace(settings));
  trainer.change(settings);
  const float loss = trainer.loss();
  for (int i = 0; i < 200; ++i) trainer.step();
  EXPECT_LT(trainer.smooth_loss(), 0.5F * loss);
}

TEST_F(TrainerTest, ResumesFromACheckpoint) {
  const fs::path path = folder_ / "sine.checkpoint";
  Trainer first(context_, std::make_unique<SineTask>(), SineTask::sine_settings());
  for (int i = 0; i < 50; ++i) first.step();
  first.save_checkpoint(path);

  Trainer second(context_, std::make_unique<SineTask>(), SineTask::sine_settings());
  second.load_checkpoint(path);
  EXPECT_EQ(second.steps_done(), 50);
  EXPECT_EQ(context_.download(second.task().parameters().flat()).floats,
            context_.download(first.task().parameters().flat()).floats);
  second.step();
  EXPECT_LT(second.loss(), 0.5F);
}

TEST_F(TrainerTest, ADamagedCheckpointGivesASentence) {
  const fs::path path = folder_ / "sine.checkpoint";
  Trainer trainer(context_, std::make_unique<SineTask>(), SineTask::sine_settings());
  trainer.step();
  trainer.save_checkpoint(path);
  std::vector<std::uint8_t> bytes = core::read_bytes(path);
  bytes.resize(bytes.size() / 2);
  core::write_atomically(path, bytes);
  EXPECT_THROW(trainer.load_checkpoint(path), core::Error);
  core::write_atomically(path, "not a checkpoint");
  EXPECT_THROW(trainer.load_checkpoint(path), core::Error);
}

TEST_F(TrainerTest, ACheckpointOfNoPossibleStepIsRefused) {
  const fs::path path = folder_ / "sine.checkpoint";
  Trainer trainer(context_, std::make_unique<SineTask>(), SineTask::sine_settings());
  trainer.step();
  Checkpoint good;
  while (!trainer.gather(good)) {
  }
  for (const auto& [key, value] : {std::pair("step", "-5"), std::pair("seconds", "nan"), std::pair("seconds", "-1")}) {
    Checkpoint bad = good;
    bad.metadata[key] = value;
    write_checkpoint(path, bad);
    EXPECT_THROW(trainer.load_checkpoint(path), core::Error) << key;
  }
}

TEST_F(TrainerTest, ExportsWeightsThatLoad) {
  const fs::path path = folder_ / "sine.safetensors";
  Trainer trainer(context_, std::make_unique<SineTask>(), SineTask::sine_settings());
  for (int i = 0; i < 5; ++i) trainer.step();
  trainer.export_weights(path, false);
  SineTask::Net net(9);
  load_weights(path, net.list);
  EXPECT_EQ(net.first.weight->initial, context_.download(trainer.task().average().all()[0]).floats);
  EXPECT_EQ(weight_metadata(path).at("model"), "sine");
  nn::ParameterList other(1);
  other.add("missing", {3}, nn::Initializer::zeros());
  EXPECT_THROW(load_weights(path, other), core::Error);
}

}  // namespace
}  // namespace figment::training
