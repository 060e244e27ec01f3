#include "training/composed_judge_task.h"

#include "data/composed.h"

namespace figment::training {
namespace {

constexpr std::uint64_t initial_seed = 1;  // of the weights
constexpr float noise_most = 0.15F;        // deviation
constexpr float blur_most = 0.8F;          // share of the picture at half its size

/// Shares in [0, most] that are often near none: a square of a uniform number.
nn::Tensor often_small(nn::Tensor seed, std::int64_t batch, std::uint32_t salt, float most) {
  return most * ops::square(ops::random_uniform(seed, {batch, 1, 1, 1}, salt));
}

}  // namespace

std::vector<std::int64_t> composed_class_counts() {
  return {data::composed_noun_count, static_cast<std::int64_t>(data::composed_number_names.size()),
          static_cast<std::int64_t>(data::composed_size_names.size()),
          static_cast<std::int64_t>(data::composed_color_names.size()), data::composed_background_count};
}

ComposedJudgeTask::ComposedJudgeTask()
    : PictureTask({.name = "composed_judge", .set = "composed"}, composed_class_counts(), initial_seed) {}

TrainSettings ComposedJudgeTask::defaults() const {
  TrainSettings settings;
  settings.batch = 32;
  settings.learning_rate = 2e-3F;
  settings.ema_decay = 0.99F;
  settings.minutes = 13;
  return settings;
}

Objective ComposedJudgeTask::objective(nn::Graph& graph, std::int64_t batch) {
  const nn::Tensor pixels = batches().pixels(graph, batch);
  const std::vector<nn::Tensor> labels = batches().labels(graph, batch);
  const nn::Tensor seed = graph.input("seed", {{4}, tensor::DType::u32});
  const nn::Tensor coarse = ops::upsample_nearest(ops::avg_pool2d(pixels, 2), 2);
  const nn::Tensor seen = pixels + often_small(seed, batch, 2, blur_most) * (coarse - pixels) +
                          often_small(seed, batch, 1, noise_most) * ops::random_normal(seed, pixels.shape(), 0);
  const models::ComposedJudge::Verdict verdict = network()(seen);
  nn::Tensor total;
  std::vector<Metric> metrics;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const nn::Tensor part = ops::mean(ops::cross_entropy(verdict.logits[i], labels[i]), {});
    metrics.push_back({std::string(batches().source().class_axes()[i].name), part});
    total = total ? total + part : part;
  }
  Objective objective(total);
  objective.metrics = std::move(metrics);
  return objective;
}

}  // namespace figment::training
