#include "training/creature_judge_task.h"

#include "data/creatures.h"

namespace figment::training {
namespace {

constexpr std::uint64_t initial_seed = 1;  // of the weights
constexpr float noise_most = 0.15F;        // so that it looks at shapes and not at single pixels

}  // namespace

std::vector<std::int64_t> creature_class_counts() {
  return {static_cast<std::int64_t>(data::hue_names.size()), static_cast<std::int64_t>(data::body_names.size())};
}

CreatureJudgeTask::CreatureJudgeTask()
    : NetworkTask(creature_class_counts(), initial_seed),
      creatures_("creatures"),
      palette_creatures_("creatures_palette") {}

std::string CreatureJudgeTask::data_version() const {
  return fmt::format("{}, {}", creatures_.version(), palette_creatures_.version());
}

TrainSettings CreatureJudgeTask::defaults() const {
  TrainSettings settings;
  settings.batch = 64;
  settings.learning_rate = 2e-3F;
  settings.ema_decay = 0.99F;
  settings.steps = 1200;
  return settings;
}

Objective CreatureJudgeTask::objective(nn::Graph& graph, std::int64_t batch) {
  const std::int64_t half = batch / 2;
  const std::int64_t cells = palette_creatures_.width();
  const nn::Tensor pixels =
      graph.input("pixels", {{batch - half, creatures_.height(), creatures_.width(), 3}, tensor::DType::f32});
  const nn::Tensor small = graph.input("small", {{half, cells, cells, 3}, tensor::DType::f32});
  const std::array<nn::Tensor, 2> both = {pixels, ops::upsample_nearest(small, creatures_.width() / cells)};
  const nn::Tensor pictures = ops::concat(both, 0);
  const nn::Tensor seed = graph.input("seed", {{4}, tensor::DType::u32});
  const nn::Tensor level = noise_most * ops::random_uniform(seed, {batch, 1, 1, 1}, 1);
  const models::CreatureJudge::Verdict verdict =
      network()(pictures + level * ops::random_normal(seed, pictures.shape(), 0));
  const nn::Tensor hue = graph.input("hue", {{batch}, tensor::DType::i32});
  const nn::Tensor body = graph.input("body", {{batch}, tensor::DType::i32});
  return ops::mean(ops::cross_entropy(verdict.logits[0], hue), {}) +
         ops::mean(ops::cross_entropy(verdict.logits[1], body), {});
}

void CreatureJudgeTask::write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) {
  const auto half = static_cast<std::size_t>(batch / 2);
  const auto rest = static_cast<std::size_t>(batch) - half;
  std::vector<float> pixels(rest * creatures_.picture_size());
  std::vector<float> small(half * palette_creatures_.picture_size());
  std::vector<std::int32_t> classes(static_cast<std::size_t>(batch) * 2);
  creatures_.sample_batch(random, pixels, std::span(classes).first(rest * 2));
  palette_creatures_.sample_batch(random, small, std::span(classes).subspan(rest * 2));
  program.write("pixels", pixels);
  program.write("small", small);
  std::vector<std::int32_t> hue;
  std::vector<std::int32_t> body;
  for (std::size_t i = 0; i < classes.size(); i += 2) {
    hue.push_back(classes[i]);
    body.push_back(classes[i + 1]);
  }
  program.write_ints("hue", hue);
  program.write_ints("body", body);
  write_seed(program, "seed", random);
}

}  // namespace figment::training
