#include "training/pixelcnn_task.h"

namespace figment::training {
namespace {

constexpr std::uint64_t initial_seed = 1;  // of the weights
constexpr float label_drop = 0.15F;        // so that it can also paint without being told what

}  // namespace

PixelCnnTask::PixelCnnTask(const std::string& preset)
    : PictureTask({.name = "pixelcnn", .set = "creatures_palette", .preset = preset, .label_drop = label_drop},
                  is_large(preset, "pixelcnn") ? models::PixelCnnConfig::large() : models::PixelCnnConfig{},
                  initial_seed) {}

TrainSettings PixelCnnTask::defaults() const {
  TrainSettings settings;
  settings.batch = 16;
  settings.learning_rate = 3e-3F;
  settings.ema_decay = 0.995F;
  settings.minutes = 10;
  return settings;
}

Objective PixelCnnTask::objective(nn::Graph& graph, std::int64_t batch) {
  const std::int64_t cells = network().config().cells();
  const nn::Tensor indices = batches().indices(graph, batch);
  const nn::Tensor logits = network().logits(network().features(indices, batches().labels(graph, batch)));
  const nn::Tensor rows = ops::reshape(logits, {batch * cells, network().config().colors});
  Objective objective(ops::mean(ops::cross_entropy(rows, ops::reshape(indices, {batch * cells})), {}));
  const std::int64_t side = network().config().side;
  objective.pictures = {
      {"Training data", ops::reshape(ops::embedding(creature_palette(graph), indices), {batch, side, side, 3})}};
  return objective;
}

}  // namespace figment::training
