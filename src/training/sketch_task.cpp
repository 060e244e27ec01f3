#include "training/sketch_task.h"

#include <array>

#include "data/edges.h"
#include "data/hand.h"

namespace figment::training {
namespace {

constexpr std::uint64_t initial_seed = 1;  // of the weights
constexpr int pictures = 6000;             // of the pool: each comes with other lines every time
constexpr float pixel_weight = 10.0F;
constexpr float detail_weight = 10.0F;  // of the differences of neighbours, where outlines live
constexpr float adversarial_weight = 2.0F;
constexpr float penalty = 0.5F;  // half of it weighs the squared gradients of the scores
constexpr float nudge = 0.1F;    // deviation of the noise by which these are measured
constexpr std::size_t previewed = 6;
constexpr float terrain_drop = 0.5F;  // how often the terrain is left to the lines

nn::Tensor join(nn::Tensor a, nn::Tensor b) {
  const std::array<nn::Tensor, 2> parts = {a, b};
  return ops::concat(parts, 0);
}

nn::Tensor mean_error(nn::Tensor a, nn::Tensor b) { return ops::mean(ops::abs(a - b), {}); }

/// The difference of each pixel and the next along an axis.
nn::Tensor slope(nn::Tensor x, int axis) {
  const std::int64_t count = x.dim(axis);
  return ops::slice(x, axis, 1, count) - ops::slice(x, axis, 0, count - 1);
}

std::vector<data::Stroke> outlines_of(std::span<const float> pixels, int width, int height) {
  return data::trace_lines(data::find_edges(pixels, width, height), width, height);
}

}  // namespace

SketchTask::SketchTask(const std::string& preset)
    : NetworkTask(is_large(preset, "sketch") ? models::SketchConfig::large() : models::SketchConfig{}, initial_seed),
      preset_(preset),
      source_("landscapes", {.seed = 1, .pool = pictures}) {}

std::string SketchTask::data_version() const { return std::string(source_.version()) + ", outlines 1"; }

TrainSettings SketchTask::defaults() const {
  TrainSettings settings;
  settings.batch = 8;
  settings.learning_rate = 1e-3F;
  settings.weight_decay = 0;
  settings.beta1 = 0.5F;
  settings.clip_norm = 0;
  settings.ema_decay = 0.995F;
  settings.minutes = 40;
  return settings;
}

/// Like the cgan's, the discriminator compares a real picture with a made one of the same lines (relativistic pairs)
/// and pays for steep scores, measured by differences (Huang et al., 2024).
Objective SketchTask::objective(nn::Graph& graph, std::int64_t batch) {
  const std::int64_t side = network().config().side;
  const nn::Tensor real = graph.input("pixels", {{batch, side, side, 3}, tensor::DType::f32});
  const auto [lines, labels] = sketches(graph, batch);
  const nn::Tensor seed = graph.input("seed", {{4}, tensor::DType::u32});
  std::vector<nn::Tensor> both_labels;
  for (const nn::Tensor& label : labels) both_labels.push_back(join(label, label));
  const nn::Tensor made = network().generator(lines, labels);

  nn::Tensor pixel_error = mean_error(made, real);
  for (const std::int64_t scale : {4, 16}) {
    pixel_error = pixel_error + mean_error(ops::avg_pool2d(made, scale), ops::avg_pool2d(real, scale));
  }
  const nn::Tensor detail_error =
      mean_error(slope(made, 1), slope(real, 1)) + mean_error(slope(made, 2), slope(real, 2));

  const nn::Tensor pictures = join(real, made);
  const nn::Tensor both_lines = join(lines, lines);
  const nn::Tensor scores = network().discriminator(pictures, both_lines, both_labels);
  const nn::Tensor real_scores = ops::slice(scores, 0, 0, batch);
  const nn::Tensor made_scores = ops::slice(scores, 0, batch, 2 * batch);
  const nn::Tensor lead = real_scores - made_scores;
  // Half of the real pictures and half of the made ones will do.
  const auto some = [batch](nn::Tensor x) { return ops::slice(x, 0, batch / 2, batch / 2 + batch); };
  const nn::Tensor nudged = some(pictures) + nudge * ops::random_normal(seed, real.shape(), 0);
  std::vector<nn::Tensor> some_labels;
  for (const nn::Tensor& all : both_labels) some_labels.push_back(some(all));
  const nn::Tensor slopes =
      (network().discriminator(nudged, some(both_lines), some_labels) - some(scores)) * (1.0F / nudge);
  const nn::Tensor steepness = 2.0F * ops::mean(ops::square(slopes), {});

  const nn::Tensor generator = pixel_weight * pixel_error + detail_weight * detail_error +
                               adversarial_weight * ops::mean(ops::softplus(lead), {});
  const nn::Tensor discriminator = ops::mean(ops::softplus(-lead), {}) + (0.5F * penalty) * steepness;
  Objective objective({{generator, "generator."}, {discriminator, "discriminator."}});
  objective.metrics = {{"pixel error", mean_error(made, real)},
                       {"detail error", detail_error},
                       {"lead of the real", ops::mean(lead, {})},
                       {"steepness", steepness}};
  objective.pictures = {{"Their outlines", -2.0F * lines + 1.0F}, {"The generator now", made}};
  objective.scores = {"How real they look", -6, 6, {{"real", real_scores}, {"made", made_scores}}};
  return objective;
}

SketchTask::Sketches SketchTask::sketches(nn::Graph& graph, std::int64_t batch) const {
  const std::int64_t side = network().config().side;
  Sketches sketches = {graph.input("lines", {{batch, side, side, 1}, tensor::DType::f32}), {}};
  for (const data::ClassAxis& axis : source_.class_axes()) {
    sketches.labels.push_back(graph.input(std::string(axis.name), {{batch}, tensor::DType::i32}));
  }
  return sketches;
}

/// Unseen outlines above, what the averaged generator paints below.
Preview SketchTask::preview(nn::Graph& graph) {
  const std::int64_t side = network().config().side;
  const auto area = static_cast<std::size_t>(side * side);
  std::vector<float> pixels(source_.picture_size());
  std::vector<float> ink(previewed * area);
  std::vector<std::vector<float>> ids(source_.class_axes().size());
  for (std::size_t i = 0; i < previewed; ++i) {
    std::vector<std::int32_t> classes(ids.size(), -1);
    source_.draw(i, data::held_out_seed, pixels, classes);
    for (std::size_t axis = 0; axis < ids.size(); ++axis) ids[axis].push_back(static_cast<float>(classes[axis]));
    const int width = source_.width(), height = source_.height();
    data::ink_strokes(outlines_of(pixels, width, height), data::sketch_pen_radius, width, height,
                      std::span(ink).subspan(i * area, area));
  }
  const auto count = static_cast<std::int64_t>(previewed);
  const nn::Tensor lines = graph.constant({count, side, side, 1}, ink);
  std::vector<nn::Tensor> labels;
  for (std::vector<float>& values : ids) labels.push_back(graph.constant({count}, values, tensor::DType::i32));
  const nn::Tensor paper = ops::broadcast_to(-2.0F * lines + 1.0F, {count, side, side, 3});
  Preview preview;
  preview.title = "What it paints, by outlines that it has not seen";
  preview.pictures = join(paper, averaged_network().generator(lines, labels));
  preview.columns = static_cast<int>(previewed);
  preview.followed = static_cast<int>(previewed);
  return preview;
}

void SketchTask::write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) {
  pixels_.resize(static_cast<std::size_t>(batch) * source_.picture_size());
  classes_.resize(static_cast<std::size_t>(batch) * source_.class_axes().size());
  source_.sample_batch(random, pixels_, classes_);
  write_drawn(program, batch, random);
}

void SketchTask::write_held_out(runtime::Program& program, std::int64_t batch, core::Random& random) {
  pixels_.resize(static_cast<std::size_t>(batch) * source_.picture_size());
  classes_.assign(static_cast<std::size_t>(batch) * source_.class_axes().size(), -1);
  source_.draw_batch(0, data::held_out_seed, pixels_, classes_);
  write_drawn(program, batch, random);
}

void SketchTask::write_unseen_sketches(runtime::Program& program, std::int64_t first, std::int64_t batch) {
  pixels_.resize(static_cast<std::size_t>(batch) * source_.picture_size());
  classes_.assign(static_cast<std::size_t>(batch) * source_.class_axes().size(), -1);
  source_.draw_batch(static_cast<std::uint64_t>(first), data::held_out_seed + 1, pixels_, classes_);
  core::Random random(data::held_out_seed + 1, static_cast<std::uint64_t>(first));
  write_sketches(program, batch, random);
}

/// The pictures that pixels_ and classes_ hold, with their outlines.
void SketchTask::write_drawn(runtime::Program& program, std::int64_t batch, core::Random& random) {
  program.write("pixels", pixels_);
  write_sketches(program, batch, random);
  write_seed(program, "seed", random);
}

/// The outlines of the pictures that pixels_ and classes_ hold.
void SketchTask::write_sketches(runtime::Program& program, std::int64_t batch, core::Random& random) {
  const auto count = static_cast<std::size_t>(batch);
  const int width = source_.width(), height = source_.height();
  const auto area = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  const std::size_t axes = source_.class_axes().size();
  lines_.resize(count * area);
  for (std::size_t i = 0; i < count; ++i) {
    const auto picture = std::span(pixels_).subspan(i * source_.picture_size(), source_.picture_size());
    const std::vector<data::Stroke> strokes =
        data::trace_lines(data::find_edges(picture, width, height), width, height);
    const float radius = data::sketch_pen_radius * random.uniform(0.8F, 1.4F);
    data::ink_strokes(data::draw_by_hand(strokes, random), radius, width, height,
                      std::span(lines_).subspan(i * area, area));
  }
  program.write("lines", lines_);
  std::vector<std::int32_t> labels(count);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const data::ClassAxis& kind = source_.class_axes()[axis];
    for (std::size_t i = 0; i < count; ++i) {
      const bool is_left_open = kind.name == "terrain" && random.chance(terrain_drop);
      labels[i] = is_left_open ? static_cast<std::int32_t>(kind.values.size()) : classes_[i * axes + axis];
    }
    program.write_ints(std::string(kind.name), labels);
  }
}

}  // namespace figment::training
