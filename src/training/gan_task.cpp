#include "training/gan_task.h"

namespace figment::training {
namespace {

constexpr std::uint64_t initial_seed = 1;  // of the weights
// Both see the pictures through a little noise: real creatures have flat cells, which would give the made ones away
// for ever, and a discriminator that is always sure teaches nothing.
constexpr float noise = 0.1F;
constexpr float real_target = 0.9F;  // one-sided label smoothing (Salimans et al., 2016)
// How much the discriminator pays for scores that differ between two noisy views of one picture: a penalty on its
// gradient (Mescheder et al., 2018) along random directions, by differences.
constexpr float steepness_weight = 40.0F;

nn::Tensor loss_to(nn::Tensor scores, float target) {
  const nn::Tensor targets = ops::broadcast_to(scores.graph->constant({1, 1}, {target}), scores.shape());
  return ops::mean(ops::bce_with_logits(scores, targets), {});
}

}  // namespace

GanTask::GanTask(const std::string& preset)
    : PictureTask({.name = "gan", .set = "creatures", .preset = preset},
                  is_large(preset, "gan") ? models::GanConfig::large() : models::GanConfig{}, initial_seed) {}

TrainSettings GanTask::defaults() const {
  TrainSettings settings;
  settings.batch = 32;
  settings.learning_rate = 8e-4F;
  settings.weight_decay = 0;
  settings.beta1 = 0.5F;
  settings.clip_norm = 0;
  settings.ema_decay = 0.995F;
  settings.minutes = 12;
  return settings;
}

Objective GanTask::objective(nn::Graph& graph, std::int64_t batch) {
  const nn::Tensor real = batches().pixels(graph, batch);
  const nn::Tensor seed = graph.input("seed", {{4}, tensor::DType::u32});
  const nn::Tensor made = network().generate(ops::random_normal(seed, {batch, network().config().latent}, 0));
  const auto seen = [&](nn::Tensor pictures, std::uint32_t salt) {
    return network().discriminate(pictures + noise * ops::random_normal(seed, pictures.shape(), salt));
  };
  const nn::Tensor real_scores = seen(real, 1);
  const nn::Tensor made_scores = seen(made, 2);
  const auto unevenness = [&](nn::Tensor scores, nn::Tensor pictures, std::uint32_t salt) {
    return ops::mean(ops::square(scores - seen(pictures, salt)), {});
  };
  const nn::Tensor steepness = unevenness(real_scores, real, 3) + unevenness(made_scores, made, 4);
  Objective objective(
      {{loss_to(made_scores, 1), "generator."},
       {loss_to(real_scores, real_target) + loss_to(made_scores, 0) + steepness_weight * steepness, "discriminator."}});
  objective.metrics = {{"real score", ops::mean(ops::sigmoid(real_scores), {})},
                       {"made score", ops::mean(ops::sigmoid(made_scores), {})},
                       {"steepness", steepness}};
  objective.pictures = {{"The generator now", made}};
  objective.scores = {
      "How real they look", 0, 1, {{"real", ops::sigmoid(real_scores)}, {"made", ops::sigmoid(made_scores)}}};
  return objective;
}

}  // namespace figment::training
