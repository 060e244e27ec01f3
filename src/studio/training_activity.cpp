#include "studio/training_activity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/files.h"
#include "core/log.h"
#include "studio/picture_generator.h"
#include "training/text_file_task.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

constexpr int shown_pictures = 16;           // of each batch
constexpr double preview_seconds_most = 15;  // between two previews
constexpr double preview_share = 0.2;        // of the time, at most, is for previews
constexpr double writing_share = 0.12;       // likewise, for writing
constexpr int bins = 24;
constexpr float kept = 0.9F;  // of the histogram's older counts, a step

/// In the time of what is shown.
double seconds_since(core::Clock::time_point time) {
  return std::chrono::duration<double>(core::Clock::now() - time).count();
}

double real_seconds_since(std::chrono::steady_clock::time_point time) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - time).count();
}

}  // namespace

TrainingActivity::TrainingActivity(runtime::Context& context, const Family& family, const Request& request,
                                   TrainingOptions options)
    : RepeatingActivity(context, request, "steps/s", std::numeric_limits<double>::infinity()),
      family_(family),
      options_(std::move(options)) {
  core::require(family.make_task != nullptr, "{} cannot be trained", family.title);
  if (options_.root.empty()) options_.root = TrainingRun::default_root();
  view().title = family.title + ", in training";
  device_name_ = context.device().info().name;
  make_controls();
  build();
}

TrainingActivity::~TrainingActivity() {
  loading().clear();  // waits for the thread that reads
  try {
    save_rest();
  } catch (const std::exception& error) {
    spdlog::warn("{}: {}", view().title, error.what());
  }
}

// ---- loading

void TrainingActivity::build() {
  if (run_ && trainer_ && trainer_->steps_done() > 0) {
    loading().repeat("Saving the run", [this, is_saved = false](double budget_ms) mutable {
      is_saved = is_saved || save_slice(budget_ms);
      return is_saved && run_->background().is_idle() ? 1.0 : 0.5;
    });
  }
  loading().run("Preparing the data", [this] { find_start(); });
  loading().read("Preparing the data", [this] { make_task(); });
  loading().run("Laying out the networks", [this] { make_trainer(); });
  loading().run("Laying out the samples",
                [this] { samples_ = std::make_unique<TrainingSamples>(context(), trainer_->task()); });
  loading().run("Laying out the text", [this] { text_ = std::make_unique<TrainingText>(context(), trainer_->task()); });
  load_layout();
  loading().warm([this] {
    std::vector<runtime::Program*> programs = samples_->compiled();
    for (runtime::Program* program : text_->compiled()) programs.push_back(program);
    programs.push_back(&trainer_->program());
    return programs;
  });
  loading().run("Beginning the run", [this] { begin_run(); });
}

void TrainingActivity::find_start() {
  start_ = controls_.controls[0].choices.at(static_cast<std::size_t>(setting("start")));
  preset_ = options_.preset.value_or("small");
  resumed_.reset();
  compared_.reset();
  if (start_ != "last run") {
    text_file_ = wanted_text();
    return find_earlier_runs();
  }
  resumed_ = TrainingRun::latest(options_.root, family_.name);
  core::require(resumed_.has_value(), "there is no run of {} to go on with in {}; start from nothing", family_.title,
                options_.root.string());
  preset_ = training::preset_of(TrainingRun(*resumed_).checkpoint());
  text_file_ = wanted_text();
  find_earlier_runs();
}

/// The text file that was named, or that of the run that is gone on with; else none.
training::TextFile TrainingActivity::wanted_text() const {
  training::TextFile file;
  if (!training::takes_text_file(family_.name)) return file;
  file.path = text(request(), controls_, "text");
  if (setting("vocabulary") == 1) file.vocabulary = data::TextWindows::Vocabulary::characters;
  if (resumed_) {
    const auto metadata = training::weight_metadata(TrainingRun(*resumed_).checkpoint());
    const auto found = metadata.find("text");
    file.path = found == metadata.end() ? std::filesystem::path() : std::filesystem::path(found->second);
    file.checkpoint = TrainingRun(*resumed_).checkpoint();
  }
  core::require(file.path.empty() || start_ != "shipped weights",
                "the shipped weights know the words of the stories only; start from nothing to learn your own text");
  return file;
}

/// On a thread of its own: reads nothing that changes meanwhile.
void TrainingActivity::make_task() {
  task_ = text_file_.path.empty() ? family_.make_task(preset_)
                                  : training::make_text_file_task(family_.name, preset_, text_file_);
  defaults_ = task_->defaults();
  defaults_.batch = options_.batch.value_or(defaults_.batch);
  defaults_.shown = shown_pictures;
  // The person at the window says how long and how fast, not a schedule.
  defaults_.steps = 0;
  defaults_.minutes = 0;
  if (start_ == "shipped weights") {
    training::load_weights(core::assets_directory() / "models" / (family_.name + ".safetensors"), task_->parameters());
  }
}

void TrainingActivity::make_trainer() {
  view().parts.clear();
  view().pictures = {};
  context().device().wait_idle();  // what was shown is about to go
  measures_.reset();
  samples_.reset();
  text_.reset();
  trainer_.reset();
  context().collect_variables();
  if (resumed_) {
    const auto settings = TrainingRun(*resumed_).read_settings();
    const auto text = [&](const char* name) {
      const auto found = settings.find(name);
      return found == settings.end() ? std::string() : found->second;
    };
    try {
      if (!text("batch").empty()) defaults_.batch = std::clamp<std::int64_t>(std::stoll(text("batch")), 1, 4096);
      if (!text("learning_rate").empty()) defaults_.learning_rate = std::stof(text("learning_rate"));
      if (!text("optimizer").empty()) defaults_.optimizer = training::optimizer_named(text("optimizer"));
    } catch (const std::exception&) {
      spdlog::warn("{}/settings.json is damaged; the model's own settings are taken", resumed_->string());
    }
  }
  make_controls();
  trainer_ = std::make_unique<training::Trainer>(context(), std::move(task_), wanted_settings());
}

void TrainingActivity::begin_run() {
  const training::Trainer& trainer = *trainer_;
  std::vector<std::string> names = column_names();
  step_columns_ = names.size();
  const std::vector<std::string> measured = TrainingMeasures::names(*trainer_);
  names.insert(names.end(), measured.begin(), measured.end());
  history_ = CurveHistory(names);
  row_.assign(step_columns_, 0.0);
  measured_.assign(measured.size(), std::numeric_limits<float>::quiet_NaN());
  row_steps_ = 0;
  counts_.clear();
  layer_history_.fill(CurveHistory());
  names.insert(names.begin(), {"step", "seconds", "learning_rate"});
  run_.reset();  // writes what is left
  if (resumed_) {
    trainer_->load_checkpoint(TrainingRun(*resumed_).checkpoint());
    run_ = std::make_unique<TrainingRun>(*resumed_);
    for (const auto& row : run_->read_rows(names, trainer.steps_done())) {
      history_.add(row[0], std::vector<float>(row.begin() + 3, row.end()));
    }
  } else {
    run_ = std::make_unique<TrainingRun>(options_.root, family_.name);
  }
  keep_settings();
  next_ = samples_->is_empty() ? Next::train : Next::preview;
  begun_ = previewed_ = preview_began_ = row_began_ = measured_at_ = Clock::now();
  saved_ = std::chrono::steady_clock::now();
  preview_cost_s_ = writing_s_ = measure_cost_s_ = 0;
  seconds_before_ = trainer_->seconds();
  has_changes_ = false;
  gathered_.reset();
  take_comparison();
}

void TrainingActivity::begin() {
  if (std::exchange(is_stale_, false)) return build();
  // The request may have changed while something was loaded.
  has_changes_ = true;
  if (!trainer_->is_mid_step()) take_changes();
}

void TrainingActivity::restart() {
  if (is_loading()) {
    loading().clear();
    build();
  } else {
    is_stale_ = true;
  }
  RepeatingActivity::restart();
}

// ---- settings

/// A number of the request, brought to where it makes sense: settings of another model or time may have come along.
double TrainingActivity::setting(const char* name) const {
  for (const Control& control : controls_.controls) {
    if (control.name != name) continue;
    const bool is_choice = control.kind == Control::Kind::choice;
    const double most = is_choice ? static_cast<double>(control.choices.size()) - 1 : control.maximum;
    const double value = number(request(), controls_, name);
    return std::isfinite(value) ? std::clamp(value, is_choice ? 0.0 : control.minimum, most) : control.initial;
  }
  core::fail("there is no training setting named {}", name);
}

training::TrainSettings TrainingActivity::wanted_settings() const {
  training::TrainSettings settings = defaults_;
  settings.optimizer = static_cast<training::Optimizer>(std::lround(setting("optimizer")));
  const auto batch = static_cast<std::size_t>(std::lround(setting("batch")));
  settings.batch = std::stoll(controls_.controls[2].choices.at(batch));
  const std::string rate = controls_.name + ".learning_rate";
  const bool is_rate_chosen = request().numbers.contains(rate);
  settings.learning_rate = is_rate_chosen ? static_cast<float>(setting("learning_rate"))
                                          : defaults_.learning_rate * training::rate_factor(settings.optimizer) /
                                                training::rate_factor(defaults_.optimizer);
  return settings;
}

RepeatingActivity::Taken TrainingActivity::take_request(const Request& before) {
  if (request().numbers == before.numbers) return Taken::nothing;
  has_changes_ = true;
  make_controls();
  take_comparison();
  if (!trainer_->is_mid_step()) take_changes();
  return Taken::on_the_way;
}

void TrainingActivity::take_changes() {
  if (!has_changes_) return;
  has_changes_ = false;
  const training::TrainSettings wanted = wanted_settings();
  if (wants_other_layout()) {
    load_layout();
    load_in_pause();
  }
  if (!trainer_->must_trace(wanted)) {
    if (wanted.learning_rate == trainer_->settings().learning_rate) return;
    trainer_->change(wanted);
    keep_settings();
    return;
  }
  loading().run("Laying out the step anew", [this, wanted] {
    if (measures_) measures_->finish_begun();
    trainer_->change(wanted);
    keep_settings();
  });
  loading().warm([this] { return std::vector<runtime::Program*>{&trainer_->program()}; });
  load_in_pause();
}

std::map<std::string, std::string> TrainingActivity::run_settings() const {
  const training::TrainSettings& settings = trainer_->settings();
  training::Task& task = trainer_->task();
  return {{"model", task.name()},
          {"preset", task.preset()},
          {"data", task.data_version()},
          {"start", start_},
          {"optimizer", training::name_of(settings.optimizer)},
          {"batch", std::to_string(settings.batch)},
          {"learning_rate", fmt::format("{:g}", settings.learning_rate)},
          {"weights", std::to_string(task.parameters().count())},
          {"device", device_name_}};
}

void TrainingActivity::keep_settings() { run_->write_settings(run_settings()); }

// ---- the work

int TrainingActivity::step(double budget_ms) { return work(budget_ms, std::numeric_limits<int>::max()); }

/// Works in slices that the next calls of advance() make, even while the window is paused: those of what loads.
int TrainingActivity::step_once() {
  loading().repeat("Making one step", [this](double budget_ms) { return work(budget_ms, 1) > 0 ? 1.0 : 0.5; });
  load_in_pause();
  return 0;
}

void TrainingActivity::load_in_pause() { view().loading = std::min(view().loading, 0.99F); }

/// Whether the device is done with everything before the budget ends.
bool TrainingActivity::wait_for_device(double budget_ms) {
  const gpu::Queue& queue = context().device().queue();
  return queue.wait(queue.submitted(), std::max(budget_ms, 0.0));
}

int TrainingActivity::work(double budget_ms, int steps_most) {
  const auto start = std::chrono::steady_clock::now();
  int steps = 0;
  while (steps < steps_most) {
    const double left_ms = budget_ms - 1000 * real_seconds_since(start);
    if (left_ms <= 0 && steps > 0) break;
    if (next_ == Next::save) {
      gather_checkpoint();
    } else if (next_ == Next::preview) {
      if (samples_->advance(left_ms)) {
        finish_preview();
      } else if (!samples_->is_submitted() || !wait_for_device(left_ms)) {
        break;
      }
    } else if (next_ == Next::measure) {
      if (!measure(left_ms)) break;
    } else if (next_ == Next::write) {
      if (!write(left_ms)) break;
    } else if (trainer_->advance(left_ms)) {
      note_step();
      ++steps;
      if (steps_most > 1 && is_loading()) break;  // another trace is wanted
    } else if (!trainer_->is_submitted() || !wait_for_device(left_ms)) {
      break;
    }
    if (1000 * real_seconds_since(start) >= budget_ms) break;
  }
  return steps;
}

void TrainingActivity::note_step() {
  add_row();
  note_layers();
  const auto& scores = trainer_->scores();
  counts_.resize(scores.values.size());
  for (std::size_t set = 0; set < counts_.size(); ++set) {
    counts_[set].resize(bins);
    for (float& count : counts_[set]) count *= kept;
    for (const float value : scores.values[set]) {
      const float share = (value - scores.minimum) / (scores.maximum - scores.minimum);
      const float bin = std::clamp(std::isfinite(share) ? share * bins : 0.0F, 0.0F, static_cast<float>(bins - 1));
      counts_[set][static_cast<std::size_t>(bin)] += 1;
    }
  }
  if (std::string error = run_->background().take_error(); !error.empty()) view().error = std::move(error);
  const double pause = std::clamp(options_.preview_seconds + 0.03 * shown_seconds(), 0.0,
                                  std::max(preview_seconds_most, options_.preview_seconds));
  const double needed = std::max(pause, preview_cost_s_ / preview_share);
  if (is_measure_due()) {
    begin_measuring();
  } else if (real_seconds_since(saved_) > options_.checkpoint_seconds) {
    next_ = Next::save;
    gathered_.emplace();
  } else if (!samples_->is_empty() && seconds_since(previewed_) > needed) {
    next_ = Next::preview;
    preview_began_ = Clock::now();
  } else if (!text_->is_empty() && may_write()) {
    next_ = Next::write;
  }
  take_changes();
}

/// How long was trained. In a film its own time counts, however long a step takes.
double TrainingActivity::shown_seconds() const {
  return Clock::is_manual() ? seconds_before_ + seconds_since(begun_) : trainer_->seconds();
}

/// A token of the text costs little, but each step must not wait for many.
bool TrainingActivity::may_write() const { return writing_s_ <= writing_share * (shown_seconds() - seconds_before_); }

/// True once the next token is there.
bool TrainingActivity::write(double budget_ms) {
  const Clock::time_point began = Clock::now();
  const bool is_there =
      text_->advance(budget_ms) || (text_->is_submitted() && wait_for_device(budget_ms) && text_->advance(0));
  writing_s_ += seconds_since(began);
  if (!is_there) return false;
  text_->take(trainer_->steps_done());
  if (Clock::is_manual() || !may_write()) next_ = Next::train;  // in a film, where nothing costs time: one each step
  return true;
}

void TrainingActivity::finish_preview() {
  next_ = Next::train;
  samples_->take(trainer_->steps_done());
  previewed_ = Clock::now();
  preview_cost_s_ = seconds_since(preview_began_);
  if (!samples_->has_pictures()) return;
  const PictureView pictures = samples_->pictures();
  const int columns = samples_->preview().columns > 0 ? samples_->preview().columns : pictures.count;
  const int zoom = pictures.width < 32 ? 4 : 2;
  run_->background().add([folder = run_->folder(), pixels = samples_->history().back().pixels, pictures, columns, zoom,
                          step = trainer_->steps_done()] {
    formats::write_png(folder / "samples" / fmt::format("step-{:07}.png", step),
                       contact_sheet(pixels, pictures.count, pictures.width, columns, zoom, zoom));
  });
}

std::vector<const runtime::Program*> TrainingActivity::programs() const {
  std::vector<const runtime::Program*> result;
  if (trainer_) result.push_back(&std::as_const(*trainer_).program());
  if (samples_) {
    for (const runtime::Program* program : samples_->compiled()) result.push_back(program);
  }
  if (text_) {
    for (const runtime::Program* program : text_->compiled()) result.push_back(program);
  }
  return result;
}

}  // namespace figment::studio
