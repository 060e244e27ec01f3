#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "studio/training_activity.h"

/// What is measured while one watches a training: rows of the curves, unseen data, layers, other runs.
namespace figment::studio {
namespace {

constexpr std::array<std::int64_t, 6> every = {0, 25, 50, 100, 250, 1000};  // steps, as the control's choices
constexpr std::size_t earlier_most = 20;
constexpr std::size_t layer_columns = 24;    // of the heat maps
constexpr double film_measure_cost_s = 1.5;  // as if pictures took so long, in a film

}  // namespace

/// What each step has: losses, metrics, means of scores, the norm.
std::vector<std::string> TrainingActivity::column_names() const {
  std::vector<std::string> names;
  if (trainer_->loss_count() == 0) names.emplace_back("loss");
  names.insert(names.end(), trainer_->metric_names().begin(), trainer_->metric_names().end());
  for (const auto& [name, mean] : score_means()) names.push_back(name);
  names.emplace_back("gradient norm");
  return names;
}

/// "real score" and "made score" of networks that judge each other, unless the task has such a metric.
std::vector<std::pair<std::string, float>> TrainingActivity::score_means() const {
  std::vector<std::pair<std::string, float>> means;
  const training::Trainer::Scores& scores = trainer_->scores();
  const auto& metrics = trainer_->metric_names();
  for (std::size_t i = 0; i < scores.labels.size(); ++i) {
    std::string name = scores.labels[i] + " score";
    if (std::find(metrics.begin(), metrics.end(), name) != metrics.end()) continue;
    float sum = 0;
    for (const float value : scores.values[i]) sum += value;
    means.emplace_back(std::move(name), sum / static_cast<float>(std::max<std::size_t>(scores.values[i].size(), 1)));
  }
  return means;
}

void TrainingActivity::add_row() {
  std::size_t at = 0;
  const auto add = [&](float value) { row_[at++] += static_cast<double>(value); };
  if (trainer_->loss_count() == 0) add(trainer_->loss());
  for (const float metric : trainer_->metrics()) add(metric);
  for (const auto& [label, mean] : score_means()) add(mean);
  add(trainer_->gradient_norm());
  ++row_steps_;
  const double seconds = std::chrono::duration<double>(Clock::now() - row_began_).count();
  // What is measured after this step belongs into its row.
  if ((seconds < options_.row_seconds && trainer_->steps_done() > 1) || is_measure_due()) return;
  write_row();
}

void TrainingActivity::write_row() {
  if (row_steps_ == 0) return;
  std::vector<float> means;
  std::vector<double> line = {static_cast<double>(trainer_->steps_done()), trainer_->seconds(),
                              static_cast<double>(trainer_->learning_rate())};
  for (double& sum : row_) {
    line.push_back(sum / row_steps_);
    sum = 0;
  }
  for (float& value : measured_) {
    line.push_back(static_cast<double>(value));
    value = std::numeric_limits<float>::quiet_NaN();
  }
  for (auto value = line.begin() + 3; value != line.end(); ++value) means.push_back(static_cast<float>(*value));
  row_steps_ = 0;
  row_began_ = Clock::now();
  history_.add(line.front(), means);
  std::vector<std::string> names = {"step", "seconds", "learning_rate"};
  names.insert(names.end(), history_.names().begin(), history_.names().end());
  run_->add_row(names, line);
}

// ---- unseen data

std::int64_t TrainingActivity::measure_every() const {
  return every.at(static_cast<std::size_t>(std::lround(setting("measure_every"))));
}

bool TrainingActivity::wants_other_layout() const {
  return (measure_every() > 0 && !measures_) || shows_layers() != (trainer_->layers() != nullptr);
}

void TrainingActivity::lay_out() {
  if (measures_) measures_->finish_begun();
  if (measure_every() > 0 && !measures_) {
    const TrainingMeasures::Options options = {options_.batch.value_or(0), options_.measured_pictures};
    measures_ = std::make_unique<TrainingMeasures>(context(), *trainer_, options);
  }
  if (shows_layers() == (trainer_->layers() != nullptr)) return;
  trainer_->finish_begun();
  trainer_->watch_layers(shows_layers());
  layer_history_.fill(CurveHistory());
}

void TrainingActivity::load_layout() {
  loading().run("Laying out the measurements", [this] { lay_out(); });
  loading().warm([this] {
    std::vector<runtime::Program*> programs;
    if (measures_) programs = measures_->compiled();
    programs.push_back(&trainer_->program());
    return programs;
  });
}

bool TrainingActivity::is_measure_due() const {
  return measures_ && measure_every() > 0 && trainer_->steps_done() % measure_every() == 0;
}

void TrainingActivity::begin_measuring() {
  const Clock::time_point now = Clock::now();
  const double since = std::chrono::duration<double>(now - measured_at_).count();
  measures_->begin(since * options_.measure_share >= measure_cost_s_);
  measure_began_ = now;
  next_ = Next::measure;
}

/// True once it is done.
bool TrainingActivity::measure(double budget_ms) {
  const bool is_done = measures_->advance(budget_ms) ||
                       (measures_->is_submitted() && wait_for_device(budget_ms) && measures_->advance(0));
  if (!is_done) return false;
  next_ = Next::train;
  measured_ = measures_->values();
  const bool has_pictures = measures_->has_pictures() && std::isfinite(measured_.back());
  write_row();
  if (has_pictures) {
    measured_at_ = Clock::now();
    measure_cost_s_ = std::chrono::duration<double>(measured_at_ - measure_began_).count();
    if (Clock::is_manual()) measure_cost_s_ = film_measure_cost_s;
  }
  return true;
}

// ---- layers

void TrainingActivity::note_layers() {
  const training::LayerWatch* layers = trainer_->layers();
  if (layers == nullptr) return;
  if (layer_history_[0].names() != layers->names()) {
    for (CurveHistory& history : layer_history_) history = CurveHistory(layers->names(), layer_columns);
  }
  const auto step = static_cast<double>(trainer_->steps_done());
  layer_history_[0].add(step, layers->gradients());
  layer_history_[1].add(step, layers->weights());
  std::vector<float> ratios;
  for (std::size_t i = 0; i < layers->names().size(); ++i) {
    ratios.push_back(layers->changes()[i] / std::max(layers->weights()[i], 1e-12F));
  }
  layer_history_[2].add(step, ratios);
}

// ---- other runs

void TrainingActivity::find_earlier_runs() {
  earlier_ = TrainingRun::all(options_.root, family_.name);
  if (resumed_) std::erase(earlier_, *resumed_);
  if (earlier_.size() > earlier_most) {
    earlier_.erase(earlier_.begin(), earlier_.end() - static_cast<std::ptrdiff_t>(earlier_most));
  }
}

/// Reads the run that is to be compared with, if it is another than before.
void TrainingActivity::take_comparison() {
  const auto chosen = static_cast<std::size_t>(std::lround(setting("compare")));
  if (chosen == 0 || chosen > earlier_.size()) return compared_.reset();
  const std::filesystem::path& folder = earlier_[chosen - 1];
  if (compared_ && compared_->folder() == folder) return;
  try {
    compared_ = std::make_unique<ComparedRun>(folder);
  } catch (const std::exception& error) {
    compared_.reset();
    news_ = "Cannot compare with that run: " + std::string(error.what());
  }
}

}  // namespace figment::studio
