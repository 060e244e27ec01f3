#include "training/autoencoder_task.h"

namespace figment::training {
namespace {

constexpr std::uint64_t initial_seed = 1;  // of the weights
constexpr float largest_sigma = 0.8F;      // of the noise that is learned to be seen through

}  // namespace

AutoencoderTask::AutoencoderTask(const std::string& preset)
    : PictureTask({.name = "autoencoder", .set = "digits", .preset = preset},
                  is_large(preset, "autoencoder") ? models::DigitNetConfig::large() : models::DigitNetConfig{},
                  initial_seed) {}

TrainSettings AutoencoderTask::defaults() const {
  TrainSettings settings;
  settings.batch = 32;
  settings.learning_rate = 2e-3F;
  settings.weight_decay = 0.001F;
  settings.ema_decay = 0.995F;
  settings.steps = 3500;
  return settings;
}

Objective AutoencoderTask::objective(nn::Graph& graph, std::int64_t batch) {
  const nn::Tensor pixels = batches().pixels(graph, batch);
  const nn::Tensor seed = graph.input("seed", {{4}, tensor::DType::u32});
  const nn::Tensor sigma = largest_sigma * ops::random_uniform(seed, {batch, 1, 1, 1}, 1);
  const nn::Tensor noisy = pixels + sigma * ops::random_normal(seed, pixels.shape(), 0);
  const nn::Tensor plain = ops::mse(network().plain(pixels), pixels);
  const nn::Tensor denoising = ops::mse(network().denoising(noisy), pixels);
  return Objective({{plain, "plain."}, {denoising, "denoising."}});
}

}  // namespace figment::training
