#include "training/tasks.h"

#include <numbers>

#include "core/error.h"

namespace figment::training {
namespace {

constexpr int pool_pictures = 20000;
constexpr std::uint64_t training_pictures_seed = 1;
constexpr float even_share = 0.3F;         // of the noise levels
constexpr std::uint64_t initial_seed = 1;  // of the weights

const std::vector<std::int64_t>& landscape_classes() {
  static const std::vector<std::int64_t> classes = {static_cast<std::int64_t>(data::time_of_day_names.size()),
                                                    static_cast<std::int64_t>(data::terrain_names.size())};
  return classes;
}

std::array<nn::Tensor, 2> label_inputs(nn::Graph& graph, std::int64_t batch) {
  return {graph.input("time_of_day", {{batch}, tensor::DType::i32}),
          graph.input("terrain", {{batch}, tensor::DType::i32})};
}

}  // namespace

LandscapeBatches::LandscapeBatches(int pictures, std::uint64_t seed) : pool_({.count = pictures, .seed = seed}) {}

void LandscapeBatches::write(runtime::Program& program, std::int64_t batch, core::Random& random, float drop) {
  const auto count = static_cast<std::size_t>(batch);
  pixels_.resize(count * 64 * 64 * 3);
  classes_.resize(count * 2);
  pool_.sample_batch(random, pixels_, classes_);
  std::array<std::vector<std::int32_t>, 2> labels;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    for (std::size_t i = 0; i < count; ++i) {
      const bool dropped = drop > 0 && random.chance(drop);
      labels[axis].push_back(dropped ? static_cast<std::int32_t>(landscape_classes()[axis]) : classes_[2 * i + axis]);
    }
  }
  program.write("pixels", pixels_);
  program.write_ints("time_of_day", labels[0]);
  program.write_ints("terrain", labels[1]);
}

// ---------------------------------------------------------------- diffusion

DiffusionTask::DiffusionTask()
    : NetworkTask(models::UnetConfig{}, initial_seed), batches_(pool_pictures, training_pictures_seed) {}

TrainSettings DiffusionTask::defaults() const {
  TrainSettings settings;
  settings.batch = 32;
  settings.learning_rate = 1.2e-3F;
  settings.minutes = 90;
  return settings;
}

nn::Tensor DiffusionTask::loss(nn::Graph& graph, std::int64_t batch) {
  const nn::Tensor pixels = graph.input("pixels", {{batch, 64, 64, 3}, tensor::DType::f32});
  const std::array<nn::Tensor, 2> labels = label_inputs(graph, batch);
  const nn::Tensor seed = graph.input("seed", {{4}, tensor::DType::u32});
  const nn::Tensor x0 = ops::space_to_depth(pixels, network().config().block);
  const nn::Tensor noise = ops::random_normal(seed, x0.shape(), 0);
  // Most weight on the noisy end, since a 64x64 picture keeps its layout up to much noise; but a share is spread
  // evenly, or the network would hardly ever see the last bit of noise that it has to take away.
  const nn::Tensor noisy_end = ops::sigmoid(ops::random_normal(seed, {batch}, 1) + 0.6F);
  const nn::Tensor evenly = ops::random_uniform(seed, {batch}, 2);
  const nn::Tensor is_even = ops::greater(graph.constant({1}, {even_share}), ops::random_uniform(seed, {batch}, 3));
  const nn::Tensor time = ops::where(is_even, evenly, noisy_end);
  const nn::Tensor angle = ops::reshape(time * (std::numbers::pi_v<float> / 2), {batch, 1, 1, 1});
  const nn::Tensor alpha = ops::cos(angle);
  const nn::Tensor sigma = ops::sin(angle);
  const nn::Tensor predicted = network()(alpha * x0 + sigma * noise, time, labels);
  return ops::mse(predicted, alpha * noise - sigma * x0);
}

void DiffusionTask::write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) {
  batches_.write(program, batch, random, 0.12F);
  const std::array<std::int32_t, 4> seed = {static_cast<std::int32_t>(random.bits()),
                                            static_cast<std::int32_t>(random.bits()), 0, 0};
  program.write_ints("seed", seed);
}

// ---------------------------------------------------------------- GPT

GptTask::GptTask(data::TokenStream stream)
    : NetworkTask(models::GptConfig{.vocabulary = stream.tokenizer().vocabulary_size()}, initial_seed),
      stream_(std::move(stream)) {}

TrainSettings GptTask::defaults() const {
  TrainSettings settings;
  settings.batch = 16;
  settings.learning_rate = 2e-3F;
  settings.beta2 = 0.98F;
  settings.minutes = 25;
  return settings;
}

nn::Tensor GptTask::loss(nn::Graph& graph, std::int64_t batch) {
  const nn::Tensor tokens = graph.input("tokens", {{batch, length}, tensor::DType::i32});
  const nn::Tensor targets = graph.input("targets", {{batch * length}, tensor::DType::i32});
  return ops::mean(ops::cross_entropy(network()(tokens), targets), {});
}

void GptTask::write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) {
  const auto count = static_cast<std::size_t>(batch * length);
  std::vector<std::int32_t> tokens(count);
  std::vector<std::int32_t> targets(count);
  stream_.sample_batch(random, static_cast<int>(batch), length, tokens, targets);
  program.write_ints("tokens", tokens);
  program.write_ints("targets", targets);
}

// ---------------------------------------------------------------- judge

JudgeTask::JudgeTask()
    : NetworkTask(landscape_classes(), initial_seed), batches_(pool_pictures, training_pictures_seed) {}

TrainSettings JudgeTask::defaults() const {
  TrainSettings settings;
  settings.batch = 64;
  settings.learning_rate = 2e-3F;
  settings.ema_decay = 0.99F;
  settings.steps = 1500;
  return settings;
}

nn::Tensor JudgeTask::loss(nn::Graph& graph, std::int64_t batch) {
  const nn::Tensor pixels = graph.input("pixels", {{batch, 64, 64, 3}, tensor::DType::f32});
  const std::array<nn::Tensor, 2> labels = label_inputs(graph, batch);
  // A little noise, so that the judge looks at shapes and not at single pixels.
  const nn::Tensor seed = graph.input("seed", {{4}, tensor::DType::u32});
  const nn::Tensor noisy = pixels + 0.05F * ops::random_normal(seed, pixels.shape(), 0);
  const models::Judge::Verdict verdict = network()(noisy);
  nn::Tensor total;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const nn::Tensor part = ops::mean(ops::cross_entropy(verdict.logits[i], labels[i]), {});
    total = total ? total + part : part;
  }
  return total;
}

void JudgeTask::write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) {
  batches_.write(program, batch, random, 0);
  const std::array<std::int32_t, 4> seed = {static_cast<std::int32_t>(random.bits()),
                                            static_cast<std::int32_t>(random.bits()), 0, 0};
  program.write_ints("seed", seed);
}

std::unique_ptr<Task> make_task(const std::string& model) {
  if (model == "diffusion") return std::make_unique<DiffusionTask>();
  if (model == "gpt") return std::make_unique<GptTask>();
  if (model == "judge") return std::make_unique<JudgeTask>();
  core::fail("there is no model named {} to train; choose diffusion, gpt or judge", model);
}

}  // namespace figment::training
