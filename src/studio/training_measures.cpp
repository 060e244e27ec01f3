#include "studio/training_measures.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "core/error.h"
#include "core/log.h"
#include "core/threads.h"
#include "data/picture_source.h"
#include "ops/ops.h"
#include "studio/evaluate_composed.h"
#include "studio/evaluate_creatures.h"
#include "studio/evaluate_pictures.h"
#include "training/held_out.h"

namespace figment::studio {
namespace {

constexpr float none = std::numeric_limits<float>::quiet_NaN();
constexpr std::int64_t batch_most = 32;  // of what is held out
constexpr std::uint64_t noise_seed = 5;  // of the pictures that are made, the same each time

template <typename Result>
bool is_ready(const std::future<Result>& work, double budget_ms) {
  const std::chrono::duration<double, std::milli> patience(std::clamp(budget_ms, 0.0, 1000.0) / 2);
  return work.wait_for(patience) == std::future_status::ready;
}

/// Pictures of a set that no training sees, as large as the judge wants them.
std::vector<float> unseen_pictures(const std::string& set, std::int64_t count) {
  if (set == "composed") return held_out_composed(count, 0).pixels;
  const data::PictureSource source(set);
  std::vector<float> pixels(static_cast<std::size_t>(count) * source.picture_size());
  std::vector<std::int32_t> classes(static_cast<std::size_t>(count) * source.class_axes().size());
  source.draw_batch(0, data::held_out_seed, pixels, classes);
  if (source.channels() == 1 || source.width() >= CreatureSet::side) return pixels;
  CreatureSet enlarged;
  add_enlarged(enlarged, pixels, source.width());
  return enlarged.pixels;
}

std::array<float, 3> compare(const FeatureSet& made, const FeatureSet& real) {
  // Features of a broken network are no numbers, of which no distance can be taken.
  if (!std::all_of(made.values.begin(), made.values.end(), [](float value) { return std::isfinite(value); })) {
    return {none, none, none};
  }
  const PictureDistance found = distance(made, real);
  return {static_cast<float>(found.frechet), static_cast<float>(found.neighbours.precision),
          static_cast<float>(found.neighbours.recall)};
}

std::size_t loss_count(const training::Trainer& trainer) { return std::max<std::size_t>(trainer.loss_count(), 1); }

}  // namespace

std::vector<std::string> TrainingMeasures::names(training::Trainer& trainer) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < loss_count(trainer); ++i) {
    names.push_back("validation " + (trainer.loss_count() == 0 ? "loss" : trainer.metric_names()[i]));
  }
  if (picture_measure(trainer.task())) names.insert(names.end(), {"frechet distance", "precision", "recall"});
  return names;
}

TrainingMeasures::TrainingMeasures(runtime::Context& context, training::Trainer& trainer, const Options& options)
    : trainer_(trainer),
      batch_(options.batch > 0 ? options.batch
                               : std::clamp<std::int64_t>(trainer.task().defaults().batch, 1, batch_most)),
      values_(names(trainer).size(), none),
      picture_(picture_measure(trainer.task())) {
  if (picture_ && options.pictures > 0) {
    const std::int64_t rounds = (options.pictures + picture_->at_once - 1) / picture_->at_once;
    picture_->count = rounds * picture_->at_once;
  }
  trace_losses(context);
  if (!picture_) return;
  try {
    trace_pictures(context);
  } catch (const core::Error& error) {
    spdlog::warn("pictures are not measured: {}", error.what());  // one can train without
    picture_.reset();
  }
}

TrainingMeasures::~TrainingMeasures() { finish_begun(); }

void TrainingMeasures::trace_losses(runtime::Context& context) {
  training::Task& task = trainer_.task();
  for (const training::Loss& loss : task.objective(loss_graph_, batch_).losses) losses_.push_back(loss.value);
  loss_program_ = runtime::compile(context, loss_graph_, losses_, {.name = "validate " + task.name()});
}

void TrainingMeasures::trace_pictures(runtime::Context& context) {
  const FeatureNetwork judge = load_judge(picture_->judge);
  const nn::Shape shape = {picture_->at_once, judge.side, judge.side, judge.channels};
  judged_ = judge.features(judge_graph_.input("pictures", {shape, tensor::DType::f32}));
  judge_program_ = runtime::compile(context, judge_graph_, std::array{judged_}, {.name = picture_->judge});
  if (picture_->cells) {
    painter_ = std::make_unique<CellPainter>(context, picture_->cells, static_cast<int>(picture_->at_once));
    return;
  }
  const nn::Tensor made = ops::clamp(picture_->trace(made_graph_, picture_->at_once), -1, 1);
  core::require(made.shape() == shape, "{} makes pictures of shape {}, which its judge does not know",
                trainer_.task().name(), made.shape().to_string());
  made_features_ = judge.features(made);
  made_program_ =
      runtime::compile(context, made_graph_, std::array{made_features_}, {.name = "measure " + trainer_.task().name()});
}

std::vector<runtime::Program*> TrainingMeasures::compiled() {
  std::vector<runtime::Program*> programs = {loss_program_.get()};
  if (judge_program_) programs.push_back(judge_program_.get());
  if (made_program_) programs.push_back(made_program_.get());
  if (painter_) {
    for (runtime::Program* program : painter_->compiled()) programs.push_back(program);
  }
  return programs;
}

void TrainingMeasures::begin(bool with_pictures) {
  core::require(!is_busy(), "a measurement is under way already");
  with_pictures_ = with_pictures && has_pictures();
  std::fill(values_.begin(), values_.end(), none);
  stage_ = Stage::preparing;
}

bool TrainingMeasures::advance(double budget_ms) {
  switch (stage_) {
    case Stage::idle:
      return true;
    case Stage::preparing:
      prepare(budget_ms);
      break;
    case Stage::drawing:
    case Stage::drawing_real:
    case Stage::writing:
      return advance_drawing(budget_ms);
    case Stage::validating:
      if (run(*loss_program_, budget_ms)) take_losses();
      break;
    case Stage::making:
      if (!run(*made_program_, budget_ms)) break;
      take_features(*made_program_, made_features_, made_);
      first_ += picture_->at_once;
      write_made();
      break;
    case Stage::painting:
      return advance_painting(budget_ms);
    case Stage::judging:
      if (!run(*judge_program_, budget_ms)) break;
      take_features(*judge_program_, judged_, *target_);
      first_ += picture_->at_once;
      write_judged();
      break;
    case Stage::comparing:
      return take_comparison(budget_ms);
  }
  return stage_ == Stage::idle;
}

/// True once the device is done with a whole replay.
bool TrainingMeasures::run(runtime::Program& program, double budget_ms) {
  if (!is_submitted_) is_submitted_ = program.advance(budget_ms);
  if (!is_submitted_ || !program.is_idle()) return false;
  is_submitted_ = false;
  return true;
}

/// What is held out is drawn on a thread, once the device has done its part.
void TrainingMeasures::prepare(double budget_ms) {
  if (!training::prepare_held_out(trainer_.task(), *loss_program_, budget_ms)) return;
  drawing_ = core::async_behind_others([this] { training::write_held_out(trainer_.task(), *loss_program_, batch_); });
  stage_ = Stage::drawing;
}

bool TrainingMeasures::advance_drawing(double budget_ms) {
  if (stage_ != Stage::drawing_real) {
    if (!is_ready(drawing_, budget_ms)) return false;
    const Stage next = stage_ == Stage::drawing ? Stage::validating : Stage::making;
    stage_ = Stage::idle;  // in case drawing failed
    drawing_.get();
    stage_ = next;
  } else if (is_ready(real_pixels_, budget_ms)) {
    stage_ = Stage::idle;
    begin_judging(real_pixels_.get(), real_);
  }
  return false;
}

void TrainingMeasures::take_losses() {
  for (std::size_t i = 0; i < losses_.size(); ++i) values_[i] = loss_program_->read_scalar(losses_[i]);
  stage_ = Stage::idle;
  if (with_pictures_) begin_pictures();
}

/// What is held against comes first, once.
void TrainingMeasures::begin_pictures() {
  if (real_.count() >= picture_->count) return begin_making();
  real_ = {};
  stage_ = Stage::drawing_real;
  real_pixels_ =
      core::async_behind_others([set = picture_->set, count = picture_->count] { return unseen_pictures(set, count); });
}

void TrainingMeasures::begin_making() {
  made_ = {};
  first_ = 0;
  pixels_.clear();
  write_made();
}

/// The inputs of the next pictures; behind the last they are compared.
void TrainingMeasures::write_made() {
  if (first_ >= picture_->count) return end_judging();
  core::Random random(noise_seed, static_cast<std::uint64_t>(first_));
  if (painter_) return begin_painting(random);
  if (made_program_->has_input("seed")) training::write_seed(*made_program_, "seed", random);
  stage_ = Stage::making;
  if (!picture_->write) return;
  drawing_ = core::async_behind_others([this] { picture_->write(*made_program_, first_, picture_->at_once); });
  stage_ = Stage::writing;
}

void TrainingMeasures::begin_painting(core::Random& random) {
  CellPainter::Wanted wanted;
  wanted.seed = noise_seed + static_cast<std::uint64_t>(first_);
  const data::PictureSource source(picture_->set);
  for (std::int64_t i = 0; i < picture_->at_once; ++i) {
    const auto classes = [&](std::size_t axis) { return source.class_axes()[axis].values.size(); };
    wanted.hue.push_back(static_cast<std::int32_t>(random.below(classes(0))));
    wanted.body.push_back(static_cast<std::int32_t>(random.below(classes(1))));
  }
  painter_->begin(wanted, std::vector<std::int32_t>(
                              static_cast<std::size_t>(picture_->at_once * painter_->cell_count()), painter_->empty()));
  stage_ = Stage::painting;
}

bool TrainingMeasures::advance_painting(double budget_ms) {
  painter_->advance(budget_ms);
  is_submitted_ = true;  // as good as: what one waits for is the device
  if (!painter_->is_finished()) return false;
  is_submitted_ = false;
  CreatureSet enlarged;
  add_enlarged(enlarged, palette_pixels(painter_->cells()), painter_->side());
  pixels_.insert(pixels_.end(), enlarged.pixels.begin(), enlarged.pixels.end());
  first_ += picture_->at_once;
  if (first_ < picture_->count) {
    write_made();
  } else {
    begin_judging(std::move(pixels_), made_);
  }
  return false;
}

void TrainingMeasures::begin_judging(std::vector<float> pixels, FeatureSet& target) {
  pixels_ = std::move(pixels);
  target_ = &target;
  first_ = 0;
  write_judged();
}

void TrainingMeasures::write_judged() {
  if (first_ >= picture_->count) return target_ == &real_ ? begin_making() : end_judging();
  const std::size_t floats = pixels_.size() / static_cast<std::size_t>(picture_->count);
  judge_program_->write("pictures", std::span(pixels_).subspan(static_cast<std::size_t>(first_) * floats,
                                                               static_cast<std::size_t>(picture_->at_once) * floats));
  stage_ = Stage::judging;
}

void TrainingMeasures::take_features(runtime::Program& program, nn::Tensor features, FeatureSet& target) {
  const std::vector<float> rows = program.read(features).floats;
  target.dimensions = features.dim(1);
  target.values.insert(target.values.end(), rows.begin(), rows.end());
}

void TrainingMeasures::end_judging() {
  pixels_ = {};
  stage_ = Stage::comparing;
  comparison_ = core::async_behind_others([this] { return compare(made_, real_); });
}

bool TrainingMeasures::take_comparison(double budget_ms) {
  if (!is_ready(comparison_, budget_ms)) return false;
  stage_ = Stage::idle;
  const std::array<float, 3> found = comparison_.get();
  std::copy(found.begin(), found.end(), values_.end() - 3);
  return true;
}

void TrainingMeasures::finish_begun() {
  if (drawing_.valid()) drawing_.wait();
  if (real_pixels_.valid()) real_pixels_.wait();
  if (comparison_.valid()) comparison_.wait();
  for (runtime::Program* program : compiled()) {
    if (program == nullptr) continue;
    if (program->is_mid_replay()) program->submit();
    program->wait();
  }
  drawing_ = {};
  real_pixels_ = {};
  comparison_ = {};
  if (stage_ != Stage::idle && real_.count() < pictures()) real_ = {};
  is_submitted_ = false;
  stage_ = Stage::idle;
}

}  // namespace figment::studio
