#include "training/cgan_task.h"

#include <array>

namespace figment::training {
namespace {

constexpr std::uint64_t initial_seed = 1;  // of the weights
constexpr float penalty = 1.0F;            // half of it weighs the squared gradients of the scores
constexpr float nudge = 0.1F;              // deviation of the noise by which these are measured

nn::Tensor join(nn::Tensor a, nn::Tensor b) {
  const std::array<nn::Tensor, 2> parts = {a, b};
  return ops::concat(parts, 0);
}

}  // namespace

CganTask::CganTask(const std::string& preset)
    : PictureTask({.name = "cgan", .set = "digits", .preset = preset},
                  is_large(preset, "cgan") ? models::DigitNetConfig::large() : models::DigitNetConfig{}, initial_seed) {
}

TrainSettings CganTask::defaults() const {
  TrainSettings settings;
  settings.batch = 32;
  settings.learning_rate = 1e-3F;
  settings.weight_decay = 0;
  settings.beta1 = 0;
  settings.clip_norm = 10;
  settings.ema_decay = 0.998F;
  settings.steps = 4500;
  return settings;
}

/// Each real picture plays against a made one of the same digit (relativistic pairs), and the discriminator pays for
/// steep scores, which together have a stable end (Huang et al., 2024, "The GAN is dead"). The gradient's square is
/// measured as the difference of the scores under a little noise, so that no second derivative is needed.
Objective CganTask::objective(nn::Graph& graph, std::int64_t batch) {
  const nn::Tensor pixels = batches().pixels(graph, batch);
  const nn::Tensor digits = batches().labels(graph, batch).front();
  const nn::Tensor seed = graph.input("seed", {{4}, tensor::DType::u32});
  const nn::Tensor styles = ops::random_normal(seed, {batch, models::Cgan::style_size}, 0);
  const nn::Tensor made = network().generator(styles, digits);
  const nn::Tensor pictures = join(pixels, made);
  const nn::Tensor both_digits = join(digits, digits);
  const nn::Tensor scores = network().discriminator(pictures, both_digits);
  const nn::Tensor real_scores = ops::slice(scores, 0, 0, batch);
  const nn::Tensor made_scores = ops::slice(scores, 0, batch, 2 * batch);
  const nn::Tensor lead = real_scores - made_scores;

  const nn::Tensor nudged = pictures + nudge * ops::random_normal(seed, pictures.shape(), 1);
  const nn::Tensor slopes = (network().discriminator(nudged, both_digits) - scores) * (1.0F / nudge);
  const nn::Tensor steepness = 2.0F * ops::mean(ops::square(slopes), {});  // of real and made ones, added
  const nn::Tensor discriminator = ops::mean(ops::softplus(-lead), {}) + (0.5F * penalty) * steepness;
  const nn::Tensor generator = ops::mean(ops::softplus(lead), {});
  Objective objective({{generator, "generator."}, {discriminator, "discriminator."}});
  objective.metrics = {{"lead of the real", ops::mean(lead, {})}, {"steepness", steepness}};
  objective.pictures = {{"The generator now", made}};
  objective.scores = {"How real they look", -6, 6, {{"real", real_scores}, {"made", made_scores}}};
  return objective;
}

}  // namespace figment::training
