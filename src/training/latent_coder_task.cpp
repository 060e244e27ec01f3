#include "training/latent_coder_task.h"

#include <array>
#include <numbers>

namespace figment::training {
namespace {

constexpr std::uint64_t initial_seed = 1;  // of the weights
constexpr float code_noise = 0.1F;  // that the decoder learns to paint through: diffusion never gets codes quite right
constexpr float absolute_weight = 0.1F;  // of the absolute error, which keeps flat parts flat
constexpr float edge_weight = 0.1F;      // of the error in the steps from pixel to pixel, which keeps outlines sharp
constexpr float moment_weight = 0.1F;    // of the code's distance from mean 0 and variance 1

nn::Tensor mean_absolute(nn::Tensor error) { return ops::mean(ops::abs(error), {}); }

/// How far the numbers of each channel are from a normal distribution of mean 0 and variance 1, as its divergence.
nn::Tensor moment_distance(nn::Tensor code) {
  const nn::Tensor mean = ops::mean(code, {0, 1, 2}, true);
  const nn::Tensor variance = ops::mean(ops::square(code - mean), {0, 1, 2}, true);
  return ops::mean(ops::square(mean) + variance - ops::log(variance + 1e-4F), {}) + -1.0F;
}

}  // namespace

LatentCoderTask::LatentCoderTask(const std::string& preset)
    : PictureTask({.name = "latent_coder", .set = "composed", .preset = preset},
                  is_large(preset, "latent_coder") ? models::LatentCoderConfig::large() : models::LatentCoderConfig{},
                  initial_seed) {}

TrainSettings LatentCoderTask::defaults() const {
  TrainSettings settings;
  settings.batch = 16;
  settings.learning_rate = 2e-3F;
  settings.weight_decay = 0;
  settings.ema_decay = 0.995F;
  settings.minutes = 13;
  return settings;
}

Objective LatentCoderTask::objective(nn::Graph& graph, std::int64_t batch) {
  const nn::Tensor pixels = batches().pixels(graph, batch);
  const nn::Tensor seed = graph.input("seed", {{4}, tensor::DType::u32});
  const nn::Tensor code = network().encode(pixels);
  const nn::Tensor error = network().decode(code + code_noise * ops::random_normal(seed, code.shape(), 0)) - pixels;
  const std::int64_t side = pixels.dim(1);
  const auto steps = [&](int axis) { return ops::slice(error, axis, 1, side) - ops::slice(error, axis, 0, side - 1); };
  const nn::Tensor squared = ops::mean(ops::square(error), {});
  const nn::Tensor moments = moment_distance(code);
  Objective objective(squared + absolute_weight * mean_absolute(error) +
                      edge_weight * (mean_absolute(steps(1)) + mean_absolute(steps(2))) + moment_weight * moments);
  // Pixels are in [-1, 1], so their peak is 2.
  constexpr float per_decibel = 10.0F / std::numbers::ln10_v<float>;
  objective.metrics = {{"PSNR", (ops::log(squared) + -std::numbers::ln2_v<float> * 2) * -per_decibel},
                       {"moments", moments}};
  return objective;
}

Preview LatentCoderTask::preview(nn::Graph& graph) {
  constexpr std::int64_t count = 8;
  std::vector<float> pixels(static_cast<std::size_t>(count) * batches().source().picture_size());
  std::vector<std::int32_t> classes(static_cast<std::size_t>(count) * batches().source().class_axes().size());
  batches().source().draw_batch(0, data::held_out_seed, pixels, classes);
  const std::int64_t side = averaged_network().config().picture;
  const nn::Tensor real = graph.constant({count, side, side, 3}, pixels);
  const std::array<nn::Tensor, 2> rows = {real, averaged_network().decode(averaged_network().encode(real))};
  Preview preview;
  preview.title = "Unseen pictures, and what comes back from their codes";
  preview.pictures = ops::concat(rows, 0);
  preview.columns = static_cast<int>(count);
  return preview;
}

}  // namespace figment::training
