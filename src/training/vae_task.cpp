#include "training/vae_task.h"

#include <cmath>
#include <numbers>
#include <string>

namespace figment::training {
namespace {

constexpr std::uint64_t initial_seed = 1;  // of the weights
constexpr float share_of_one = 0.5F;       // of the pictures that are learned at beta = 1, the true bound

/// What one of the networks is trained with, and what is worth watching: nats a picture.
struct Bound {
  nn::Tensor loss;
  nn::Tensor distortion;
  nn::Tensor rate;
};

Bound bound(const models::BetaVae& network, nn::Tensor pixels, nn::Tensor log_beta, nn::Tensor noise) {
  constexpr float half_log_two_pi = 0.918938533F;
  const auto dimensions = static_cast<float>(pixels.shape().count() / pixels.dim(0));
  const models::BetaVae::Code code = network.encode(pixels, log_beta);
  const nn::Tensor drawn = models::sample_code(code, noise);
  const nn::Tensor mean = network.decode(drawn, log_beta);
  const nn::Tensor log_sigma = ops::reshape(network.log_sigma(log_beta), {pixels.dim(0)});
  const nn::Tensor squares = ops::sum(ops::square(pixels - mean), {1, 2, 3});
  const nn::Tensor distortion =
      0.5F * squares * ops::exp(-2.0F * log_sigma) + dimensions * (log_sigma + half_log_two_pi);
  const nn::Tensor rate = network.rate(code, drawn, noise);
  const nn::Tensor beta = ops::reshape(ops::exp(log_beta), {pixels.dim(0)});
  return {ops::mean(distortion + beta * rate, {}) * (1.0F / dimensions), ops::mean(distortion, {}),
          ops::mean(rate, {})};
}

}  // namespace

VaeTask::VaeTask(const std::string& preset)
    : PictureTask({.name = "vae", .set = "digits", .preset = preset},
                  is_large(preset, "vae") ? models::DigitNetConfig::large() : models::DigitNetConfig{}, initial_seed) {}

TrainSettings VaeTask::defaults() const {
  TrainSettings settings;
  settings.batch = 32;
  settings.learning_rate = 2e-3F;
  settings.weight_decay = 0.001F;
  settings.ema_decay = 0.995F;
  settings.steps = 2500;
  return settings;
}

Objective VaeTask::objective(nn::Graph& graph, std::int64_t batch) {
  const nn::Tensor pixels = batches().pixels(graph, batch);
  const nn::Tensor seed = graph.input("seed", {{4}, tensor::DType::u32});
  const float low = std::log(models::BetaVae::smallest_beta);
  const float high = std::log(models::BetaVae::largest_beta);
  const nn::Tensor any = (high - low) * ops::random_uniform(seed, {batch, 1}, 2) + low;
  const nn::Tensor is_one =
      ops::greater(graph.constant({1, 1}, {share_of_one}), ops::random_uniform(seed, {batch, 1}, 3));
  const nn::Tensor log_beta = any * (-is_one + 1.0F);
  const Bound plane =
      bound(network().plane, pixels, log_beta, ops::random_normal(seed, {batch, models::Vae::plane_size}, 0));
  const Bound space =
      bound(network().space, pixels, log_beta, ops::random_normal(seed, {batch, models::Vae::space_size}, 1));
  Objective objective({{space.loss, "space."}, {plane.loss, "plane."}});
  objective.metrics = {{"space reconstruction", space.distortion},
                       {"space KL", space.rate},
                       {"plane reconstruction", plane.distortion},
                       {"plane KL", plane.rate}};
  return objective;
}

}  // namespace figment::training
