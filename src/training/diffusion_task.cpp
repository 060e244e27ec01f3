#include "training/diffusion_task.h"

#include <numbers>

namespace figment::training {

namespace {

constexpr std::uint64_t initial_seed = 1;  // of the weights
constexpr float label_drop = 0.12F;        // so that it can also paint unasked, which guidance needs
constexpr float even_share = 0.3F;         // of the noise levels

}  // namespace

DiffusionTask::DiffusionTask(const std::string& preset)
    : PictureTask({.name = "diffusion", .set = "landscapes", .preset = preset, .label_drop = label_drop},
                  is_large(preset, "diffusion") ? models::UnetConfig::large() : models::UnetConfig{}, initial_seed) {}

TrainSettings DiffusionTask::defaults() const {
  TrainSettings settings;
  settings.batch = 32;
  settings.learning_rate = 1.2e-3F;
  settings.minutes = 90;
  return settings;
}

Objective DiffusionTask::objective(nn::Graph& graph, std::int64_t batch) {
  const nn::Tensor pixels = batches().pixels(graph, batch);
  const std::vector<nn::Tensor> labels = batches().labels(graph, batch);
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

}  // namespace figment::training
