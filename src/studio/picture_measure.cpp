#include "studio/picture_measure.h"

#include <algorithm>

#include "core/error.h"
#include "data/composed.h"
#include "data/landscape.h"
#include "data/picture_source.h"
#include "models/composed_judge/composed_judge.h"
#include "models/creature_judge/creature_judge.h"
#include "models/judge/judge.h"
#include "ops/ops.h"
#include "training/autoencoder_task.h"
#include "training/cgan_task.h"
#include "training/composed_judge_task.h"
#include "training/creature_judge_task.h"
#include "training/diffusion_task.h"
#include "training/flow_matching_task.h"
#include "training/flow_task.h"
#include "training/gan_task.h"
#include "training/latent_diffusion_task.h"
#include "training/pixelcnn_task.h"
#include "training/sketch_task.h"
#include "training/unrolled_sampler.h"
#include "training/vae_task.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

constexpr std::int64_t digits = 10;

nn::Tensor seed_of(nn::Graph& graph) { return graph.input("seed", {{4}, tensor::DType::u32}); }

PictureMeasure of_gan(training::GanTask& task) {
  return {.judge = "creature_judge", .set = "creatures", .trace = [&task](nn::Graph& graph, std::int64_t count) {
            const models::Gan& network = task.averaged_network();
            return network.generate(ops::random_normal(seed_of(graph), {count, network.config().latent}, 0));
          }};
}

PictureMeasure of_cgan(training::CganTask& task) {
  return {.judge = "digit_judge", .set = "digits", .trace = [&task](nn::Graph& graph, std::int64_t count) {
            const nn::Tensor styles = ops::random_normal(seed_of(graph), {count, models::Cgan::style_size}, 0);
            return task.averaged_network().generator(styles, training::fixed_labels(graph, count, digits));
          }};
}

nn::Tensor parameter(nn::Graph& graph, const nn::ParameterList& list, const std::string& name) {
  for (const nn::Variable& one : list.all()) {
    if (one->name == name) return graph.variable(one);
  }
  core::fail("the network has no parameter named {}", name);
}

/// Codes from the prior of the space of 16 numbers, which is a mixture that is learned.
nn::Tensor trace_vae(training::VaeTask& task, nn::Graph& graph, std::int64_t count) {
  constexpr std::int64_t size = models::Vae::space_size;
  const auto prior = [&](const char* name) { return parameter(graph, task.average(), name); };
  const nn::Tensor seed = seed_of(graph);
  const nn::Tensor shares = prior("space.prior.shares");
  const nn::Tensor chosen = ops::categorical(ops::broadcast_to(shares, {count, shares.dim(1)}), seed, 0);
  const nn::Tensor scales = ops::exp(ops::embedding(prior("space.prior.log_scales"), chosen));
  const nn::Tensor codes =
      ops::embedding(prior("space.prior.centers"), chosen) + scales * ops::random_normal(seed, {count, size}, 1);
  const nn::Tensor log_beta = graph.constant({count, 1}, std::vector<float>(static_cast<std::size_t>(count)));
  return task.averaged_network().space.decode(codes, log_beta);
}

/// What it repeats of unseen digits, others than those it is held against.
PictureMeasure of_autoencoder(training::AutoencoderTask& task) {
  PictureMeasure measure = {.judge = "digit_judge", .set = "digits"};
  measure.trace = [&task](nn::Graph& graph, std::int64_t count) {
    return task.averaged_network().plain(graph.input("unseen", {{count, 32, 32, 1}, tensor::DType::f32}));
  };
  measure.write = [](runtime::Program& program, std::int64_t first, std::int64_t count) {
    const data::PictureSource source("digits");
    std::vector<float> pixels(static_cast<std::size_t>(count) * source.picture_size());
    std::vector<std::int32_t> classes(static_cast<std::size_t>(count) * source.class_axes().size());
    source.draw_batch(static_cast<std::uint64_t>(first), data::held_out_seed + 1, pixels, classes);
    program.write("unseen", pixels);
  };
  return measure;
}

/// Labels that take turns, the first axis faster.
std::vector<nn::Tensor> labels_of(nn::Graph& graph, const models::UnetConfig& config, std::int64_t count) {
  std::vector<nn::Tensor> labels;
  for (const std::int64_t values : config.classes) labels.push_back(training::fixed_labels(graph, count, values));
  return labels;
}

constexpr std::int64_t landscapes = 64;
constexpr std::int64_t landscapes_at_once = 16;

PictureMeasure of_diffusion(training::DiffusionTask& task) {
  constexpr int steps = 8;
  PictureMeasure measure = {.judge = "judge", .set = "landscapes", .count = landscapes, .at_once = landscapes_at_once};
  measure.trace = [&task](nn::Graph& graph, std::int64_t count) {
    const models::Unet& network = task.averaged_network();
    const models::UnetConfig& config = network.config();
    const std::vector<nn::Tensor> labels = labels_of(graph, config, count);
    const nn::Tensor noise =
        ops::random_normal(seed_of(graph), {count, config.side(), config.side(), config.depth()}, 0);
    const nn::Tensor x = training::unrolled_sample(
        noise, steps, 1.5F, [&](nn::Tensor noisy, nn::Tensor time) { return network(noisy, time, labels); });
    return ops::depth_to_space(x, config.block);
  };
  return measure;
}

PictureMeasure of_flow_matching(training::FlowMatchingTask& task) {
  constexpr int steps = 4;
  PictureMeasure measure = {.judge = "judge", .set = "landscapes", .count = landscapes, .at_once = landscapes_at_once};
  measure.trace = [&task](nn::Graph& graph, std::int64_t count) {
    const models::VelocityNet& network = task.averaged_network();
    const models::UnetConfig& config = network.config();
    const std::vector<nn::Tensor> labels = labels_of(graph, config, count);
    nn::Tensor x = ops::random_normal(seed_of(graph), {count, config.side(), config.side(), config.depth()}, 0);
    for (int i = 0; i < steps; ++i) {
      const double time = 1.0 - static_cast<double>(i) / steps;
      const auto angle = static_cast<float>(models::VelocityNet::angle_of(time));
      const std::vector<float> angles(static_cast<std::size_t>(count), angle);
      x = x - (1.0F / steps) * network(x, graph.constant({count}, angles), labels);
    }
    return ops::depth_to_space(x, config.block);
  };
  return measure;
}

PictureMeasure of_flow(training::FlowTask& task) {
  constexpr float temperature = 0.8F;
  return {.judge = "creature_judge", .set = "creatures", .trace = [&task](nn::Graph& graph, std::int64_t count) {
            const models::Flow& network = task.averaged_network();
            const models::FlowConfig& config = network.config();
            const nn::Shape shape = {count, config.side, config.side, config.channels};
            const nn::Tensor noise = temperature * ops::random_normal(seed_of(graph), shape, 0);
            const nn::Tensor cells = network.decode(noise, models::Flow::Inverse::of_present).back();
            return ops::upsample_nearest(cells, models::CreatureJudge::side / config.side);
          }};
}

PictureMeasure of_pixelcnn(training::PixelCnnTask& task) {
  PictureMeasure measure = {.judge = "creature_judge", .set = "creatures_palette", .count = 80, .at_once = 40};
  // A painter shares its network; this one lives with the task.
  measure.cells = std::shared_ptr<models::PixelCnn>(
      std::shared_ptr<void>(), &const_cast<models::PixelCnn&>(task.averaged_network()));  // NOLINT: only read
  return measure;
}

/// By outlines that it has not seen, of other pictures than those it is held against.
PictureMeasure of_sketch(training::SketchTask& task) {
  PictureMeasure measure = {.judge = "judge", .set = "landscapes", .count = landscapes, .at_once = landscapes_at_once};
  measure.trace = [&task](nn::Graph& graph, std::int64_t count) {
    const training::SketchTask::Sketches sketches = task.sketches(graph, count);
    return task.averaged_network().generator(sketches.lines, sketches.labels);
  };
  measure.write = [&task](runtime::Program& program, std::int64_t first, std::int64_t count) {
    task.write_unseen_sketches(program, first, count);
  };
  return measure;
}

/// By the captions of unseen scenes.
PictureMeasure of_latent_diffusion(training::LatentDiffusionTask& task) {
  constexpr int steps = 8;
  PictureMeasure measure = {.judge = "composed_judge", .set = "composed", .count = 128, .at_once = 16};
  measure.trace = [&task](nn::Graph& graph, std::int64_t count) {
    const nn::Shape shape = {count, task.averaged_network().config().words};
    return task.paint(graph.input("words", {shape, tensor::DType::i32}), seed_of(graph), steps);
  };
  measure.write = [](runtime::Program& program, std::int64_t first, std::int64_t count) {
    std::vector<std::int32_t> words;
    for (std::int64_t i = first; i < first + count; ++i) {
      core::Random random(data::held_out_seed + 1, static_cast<std::uint64_t>(i));
      const data::CaptionIds ids = data::tokenize_caption(data::caption(data::draw_scene(random)));
      words.insert(words.end(), ids.begin(), ids.end());
    }
    program.write_ints("words", words);
  };
  return measure;
}

template <typename Judge>
FeatureNetwork with_weights(const std::shared_ptr<Judge>& judge, const std::string& name, std::int64_t side,
                            std::int64_t channels) {
  training::load_weights(training::shipped_weights(name), judge->parameters());
  return {[judge](nn::Tensor pictures) { return (*judge)(pictures).features; }, side, channels};
}

}  // namespace

std::optional<PictureMeasure> picture_measure(training::Task& task) {
  if (auto* gan = dynamic_cast<training::GanTask*>(&task)) return of_gan(*gan);
  if (auto* cgan = dynamic_cast<training::CganTask*>(&task)) return of_cgan(*cgan);
  if (auto* autoencoder = dynamic_cast<training::AutoencoderTask*>(&task)) return of_autoencoder(*autoencoder);
  if (auto* diffusion = dynamic_cast<training::DiffusionTask*>(&task)) return of_diffusion(*diffusion);
  if (auto* matching = dynamic_cast<training::FlowMatchingTask*>(&task)) return of_flow_matching(*matching);
  if (auto* flow = dynamic_cast<training::FlowTask*>(&task)) return of_flow(*flow);
  if (auto* cells = dynamic_cast<training::PixelCnnTask*>(&task)) return of_pixelcnn(*cells);
  if (auto* sketch = dynamic_cast<training::SketchTask*>(&task)) return of_sketch(*sketch);
  if (auto* latent = dynamic_cast<training::LatentDiffusionTask*>(&task)) return of_latent_diffusion(*latent);
  if (auto* vae = dynamic_cast<training::VaeTask*>(&task)) {
    return PictureMeasure{
        .judge = "digit_judge", .set = "digits", .trace = [vae](nn::Graph& graph, std::int64_t count) {
          return trace_vae(*vae, graph, count);
        }};
  }
  return std::nullopt;
}

FeatureNetwork load_judge(const std::string& name) {
  if (name == "digit_judge") {
    return with_weights(std::make_shared<models::Judge>(std::vector<std::int64_t>{digits}, 1, 32, 1), name, 32, 1);
  }
  if (name == "creature_judge") {
    using Judge = models::CreatureJudge;
    return with_weights(std::make_shared<Judge>(training::creature_class_counts(), 1), name, Judge::side, 3);
  }
  if (name == "composed_judge") {
    using Judge = models::ComposedJudge;
    return with_weights(std::make_shared<Judge>(training::composed_class_counts(), 1), name, Judge::side, 3);
  }
  core::require(name == "judge", "there is no judge named {}", name);
  const data::PictureSource source("landscapes");
  std::vector<std::int64_t> classes;
  for (const auto& axis : source.class_axes()) classes.push_back(static_cast<std::int64_t>(axis.values.size()));
  return with_weights(std::make_shared<models::Judge>(classes, 1), name, source.width(), source.channels());
}

}  // namespace figment::studio
