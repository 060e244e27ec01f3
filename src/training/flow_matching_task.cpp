#include "training/flow_matching_task.h"

#include <fmt/format.h>

#include <numbers>

#include "core/error.h"
#include "data/landscape.h"
#include "data/token_stream.h"
#include "training/weights.h"

namespace figment::training {
namespace {

constexpr std::uint64_t initial_seed = 1;  // overwritten by the diffusion weights
constexpr int first_pairs = 16;            // before the first step: few, since a window waits for them
constexpr int early_pairs = 256;           // until there are so many, more of each step goes into them
constexpr int early_evaluations = 8;       // of a step, spent on further pairs
constexpr int evaluations_per_step = 2;
constexpr double all_ms = 1e9;       // of work that is waited for
constexpr float noise_share = 0.2F;  // of the samples is at t = 1, where every way begins
constexpr float huber = 0.03F;

models::UnetConfig config_for(const std::string& preset) {
  return is_large(preset, "flow_matching") ? models::UnetConfig::large() : models::UnetConfig{};
}

}  // namespace

nn::Tensor straight_loss(const models::VelocityNet& net, nn::Tensor noise, nn::Tensor picture, nn::Tensor angle,
                         std::span<const nn::Tensor> classes) {
  const nn::Tensor radians = ops::reshape(angle * (std::numbers::pi_v<float> / 2), {angle.dim(0), 1, 1, 1});
  const nn::Tensor time = ops::sin(radians) / (ops::sin(radians) + ops::cos(radians));
  const nn::Tensor straight = noise - picture;
  const nn::Tensor error = net(picture + time * straight, angle, classes) - straight;
  return ops::mean(ops::sqrt(ops::mean(ops::square(error), {1, 2, 3}) + huber * huber), {});
}

FlowMatchingTask::FlowMatchingTask(const std::string& preset)
    : NetworkTask<models::VelocityNet>(config_for(preset), initial_seed), preset_(preset) {
  const std::filesystem::path path = shipped_weights("diffusion");
  core::require(std::filesystem::exists(path),
                "a rectified flow begins as the diffusion model; train diffusion first and put its weights at {}",
                path.string());
  core::require(preset_of(path) == preset, "the diffusion weights at {} are of the preset {}, not {}", path.string(),
                preset_of(path), preset);
  diffusion_ = std::make_shared<models::Unet>(config_for(preset), initial_seed);
  load_weights(path, diffusion_->parameters());
  load_weights(path, parameters());
}

std::string FlowMatchingTask::data_version() const {
  return fmt::format("pairs by diffusion of {}", data::landscape_version);
}

TrainSettings FlowMatchingTask::defaults() const {
  TrainSettings settings;
  settings.batch = 32;
  settings.learning_rate = 4e-4F;
  settings.ema_decay = 0.995F;
  settings.warmup_steps = 30;
  settings.steps = 900;
  return settings;
}

Objective FlowMatchingTask::objective(nn::Graph& graph, std::int64_t batch) {
  const models::UnetConfig& config = network().config();
  const tensor::TensorType type = {{batch, config.side(), config.side(), config.depth()}, tensor::DType::f32};
  const nn::Tensor noise = graph.input("noise", type);
  const nn::Tensor picture = graph.input("picture", type);
  const nn::Tensor angle = graph.input("angle", {{batch}, tensor::DType::f32});
  std::vector<nn::Tensor> labels;
  for (std::size_t i = 0; i < config.classes.size(); ++i) {
    labels.push_back(graph.input("label" + std::to_string(i), {{batch}, tensor::DType::i32}));
  }
  return straight_loss(network(), noise, picture, angle, labels);
}

void FlowMatchingTask::write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) {
  while (!prepare_batch(program, random, all_ms)) pairs_->wait();
  is_prepared_ = false;
  write_pairs(*pairs_, program, batch, random);
}

bool FlowMatchingTask::prepare_batch(runtime::Program& program, core::Random& random, double budget_ms) {
  if (is_prepared_) return true;
  if (!pairs_) pairs_ = std::make_unique<FlowPairs>(program.context(), diffusion_, FlowPairs::Options{});
  while (pairs_->count() < first_pairs) {
    if (!pairs_->advance(random, budget_ms)) return false;
  }
  if (!evaluations_left_) evaluations_left_ = pairs_->count() < early_pairs ? early_evaluations : evaluations_per_step;
  for (; *evaluations_left_ > 0; --*evaluations_left_) {
    if (!pairs_->advance(random, budget_ms)) return false;
  }
  evaluations_left_.reset();
  is_prepared_ = true;
  return true;
}

bool FlowMatchingTask::prepare_held_out(runtime::Program& program, double budget_ms) {
  if (!unseen_pairs_) {
    unseen_pairs_ = std::make_unique<FlowPairs>(program.context(), diffusion_, FlowPairs::Options{});
    unseen_random_ = data::held_out_random(3);
  }
  while (unseen_pairs_->count() < first_pairs) {
    if (!unseen_pairs_->advance(unseen_random_, budget_ms)) return false;
  }
  return true;
}

void FlowMatchingTask::write_held_out(runtime::Program& program, std::int64_t batch, core::Random& random) {
  while (!prepare_held_out(program, all_ms)) unseen_pairs_->wait();
  write_pairs(*unseen_pairs_, program, batch, random);
}

void FlowMatchingTask::write_pairs(const FlowPairs& pairs, runtime::Program& program, std::int64_t batch,
                                   core::Random& random) {
  const models::UnetConfig& config = network().config();
  const auto count = static_cast<std::size_t>(batch);
  noise_.resize(static_cast<std::size_t>(batch * config.side() * config.side() * config.depth()));
  pictures_.resize(noise_.size());
  labels_.resize(count * config.classes.size());
  angles_.resize(count);
  pairs.sample(random, noise_, pictures_, labels_);
  for (float& angle : angles_) {
    const double time = random.chance(noise_share) ? 1.0 : static_cast<double>(random.uniform());
    angle = static_cast<float>(models::VelocityNet::angle_of(time));
  }
  program.write("noise", noise_);
  program.write("picture", pictures_);
  program.write("angle", angles_);
  for (std::size_t axis = 0; axis < config.classes.size(); ++axis) {
    program.write_ints("label" + std::to_string(axis), std::span(labels_).subspan(axis * count, count));
  }
}

}  // namespace figment::training
