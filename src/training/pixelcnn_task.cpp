#include "training/pixelcnn_task.h"

namespace figment::training {
namespace {

constexpr std::uint64_t initial_seed = 1;  // of the weights
constexpr float label_drop = 0.15F;        // so that it can also paint without being told what

}  // namespace

PixelCnnTask::PixelCnnTask(const std::string& preset)
    : NetworkTask(is_large(preset, "pixelcnn") ? models::PixelCnnConfig::large() : models::PixelCnnConfig{},
                  initial_seed),
      preset_(preset),
      source_("creatures_palette") {}

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
  const nn::Tensor indices = graph.input("indices", {{batch, cells}, tensor::DType::i32});
  std::array<nn::Tensor, 2> labels;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    labels[i] = graph.input(creature_labels[i], {{batch}, tensor::DType::i32});
  }
  const nn::Tensor logits = network().logits(network().features(indices, labels));
  const nn::Tensor rows = ops::reshape(logits, {batch * cells, network().config().colors});
  return ops::mean(ops::cross_entropy(rows, ops::reshape(indices, {batch * cells})), {});
}

void PixelCnnTask::write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) {
  const auto count = static_cast<std::size_t>(batch);
  const std::size_t axes = creature_labels.size();
  std::vector<std::int32_t> indices(count * static_cast<std::size_t>(network().config().cells()));
  std::vector<std::int32_t> classes(count * axes);
  source_.sample_indices(random, indices, classes);
  program.write_ints("indices", indices);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const auto any = static_cast<std::int32_t>(source_.class_axes()[axis].values.size());
    std::vector<std::int32_t> labels(count);
    for (std::size_t i = 0; i < count; ++i) labels[i] = random.chance(label_drop) ? any : classes[i * axes + axis];
    program.write_ints(creature_labels[axis], labels);
  }
}

}  // namespace figment::training
