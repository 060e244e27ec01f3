#include "training/judge_task.h"

namespace figment::training {

namespace {

constexpr std::uint64_t initial_seed = 1;  // of the weights

}  // namespace

JudgeTask::JudgeTask(const std::string& name, const std::string& set)
    : PictureTask({.name = name, .set = set}, PictureBatches(set).class_counts(), initial_seed,
                  data::find_picture_set(set).width, data::find_picture_set(set).channels) {}

TrainSettings JudgeTask::defaults() const {
  TrainSettings settings;
  settings.batch = 64;
  settings.learning_rate = 2e-3F;
  settings.ema_decay = 0.99F;
  settings.steps = 1500;
  return settings;
}

Objective JudgeTask::objective(nn::Graph& graph, std::int64_t batch) {
  const nn::Tensor pixels = batches().pixels(graph, batch);
  const std::vector<nn::Tensor> labels = batches().labels(graph, batch);
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

}  // namespace figment::training
