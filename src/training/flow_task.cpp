#include "training/flow_task.h"

#include <numbers>

namespace figment::training {
namespace {

constexpr std::uint64_t initial_seed = 1;  // of the weights
constexpr float half_levels = 128;         // a byte's 256 levels lie on [-1, 1]
constexpr float half_levels_log2 = 7;

}  // namespace

FlowTask::FlowTask(const std::string& preset)
    : PictureTask({.name = "flow", .set = "creatures", .preset = preset},
                  is_large(preset, "flow") ? models::FlowConfig::large() : models::FlowConfig{}, initial_seed) {}

TrainSettings FlowTask::defaults() const {
  TrainSettings settings;
  settings.batch = 32;
  settings.learning_rate = 2e-3F;
  settings.weight_decay = 0;
  settings.ema_decay = 0.99F;
  settings.clip_norm = 10;
  settings.minutes = 12;
  return settings;
}

std::vector<float> thinned(std::span<const float> pixels, int side, int factor) {
  std::vector<float> result;
  const auto size = static_cast<std::size_t>(side * side * 3);
  result.reserve(pixels.size() / static_cast<std::size_t>(factor * factor));
  for (std::size_t picture = 0; picture + size <= pixels.size(); picture += size) {
    for (int y = 0; y < side; y += factor) {
      for (int x = 0; x < side; x += factor) {
        const auto from = pixels.begin() + static_cast<std::ptrdiff_t>(picture) + (y * side + x) * 3;
        result.insert(result.end(), from, from + 3);
      }
    }
  }
  return result;
}

nn::Tensor dequantised(nn::Tensor pixels, nn::Tensor noise) {
  return pixels * (127.5F / half_levels) + (noise - 0.5F) * (1 / half_levels);
}

nn::Tensor bits_per_dimension(nn::Tensor log_density, std::int64_t dimensions) {
  return log_density * (-1.0F / (static_cast<float>(dimensions) * std::numbers::ln2_v<float>)) + half_levels_log2;
}

Objective FlowTask::objective(nn::Graph& graph, std::int64_t batch) {
  const std::int64_t side = network().config().side;
  const nn::Tensor large = batches().pixels(graph, batch);
  // The first of the pixels of each cell.
  const nn::Tensor pixels = ops::slice(ops::space_to_depth(large, large.dim(1) / side), 3, 0, 3);
  const nn::Tensor seed = graph.input("seed", {{4}, tensor::DType::u32});
  const nn::Tensor pictures = dequantised(pixels, ops::random_uniform(seed, pixels.shape(), 0));
  return bits_per_dimension(network().log_density(network().encode(pictures)), network().config().dimensions());
}

}  // namespace figment::training
