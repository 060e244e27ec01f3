#include "training/judge_task.h"

namespace figment::training {

namespace {

constexpr std::uint64_t initial_seed = 1;  // of the weights

}  // namespace

JudgeTask::JudgeTask(const std::string& name, const std::string& set)
    : NetworkTask(PictureBatches(set).class_counts(), initial_seed, data::find_picture_set(set).width,
                  data::find_picture_set(set).channels),
      name_(name),
      batches_(set) {}

TrainSettings JudgeTask::defaults() const {
  TrainSettings settings;
  settings.batch = 64;
  settings.learning_rate = 2e-3F;
  settings.ema_decay = 0.99F;
  settings.steps = 1500;
  return settings;
}

Objective JudgeTask::objective(nn::Graph& graph, std::int64_t batch) {
  const nn::Tensor pixels = batches_.pixels(graph, batch);
  const std::vector<nn::Tensor> labels = batches_.labels(graph, batch);
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
  batches_.write(program, batch, random);
  write_seed(program, "seed", random);
}

}  // namespace figment::training
