#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "studio/training_activity.h"

namespace figment::studio {
namespace {

constexpr std::array<const char*, 4> rule_titles = {"AdamW", "Adam", "SGD", "Lion"};  // as training::Optimizer
constexpr float rate_most = 10.0F;  // times the model's own learning rate: what the slider reaches
constexpr const char* watching =
    "Each step draws a batch and moves all weights a little down the slope of the loss. The samples come from a moving "
    "average of the weights, always from the same noise.";
constexpr const char* diverged =
    "The loss is not a number any more: the steps were too long. Lower the learning rate and restart (R), or go on "
    "with "
    "the last run.";

std::string duration(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s", seconds);
  return seconds < 5400 ? fmt::format("{:.1f} min", seconds / 60) : fmt::format("{:.1f} h", seconds / 3600);
}

}  // namespace

/// In this order: start, optimiser, batch, learning rate, smoothing; others are found by their names.
void TrainingActivity::make_controls() {
  controls_.name = "train." + family_.name;
  controls_.title = "Training";
  controls_.controls.clear();
  add_controls_of_steps();
  add_controls_of_looks();
  if (training::takes_text_file(family_.name)) add_controls_of_text();
}

/// What acts on the weights.
void TrainingActivity::add_controls_of_steps() {
  auto& all = controls_.controls;
  all.push_back({.name = "start",
                 .label = "Start from",
                 .help = "What the next restart (R) begins with. Runs are kept; the last one can be gone on with.",
                 .kind = Control::Kind::choice,
                 .choices = {"nothing", "shipped weights", "last run"}});
  all.push_back({.name = "optimizer",
                 .label = "Optimiser",
                 .help = "The rule by which the weights go down the slope. Another begins with fresh moments.",
                 .kind = Control::Kind::choice,
                 .initial = static_cast<double>(defaults_.optimizer),
                 .choices = {rule_titles.begin(), rule_titles.end()}});
  Control batch = {.name = "batch",
                   .label = "Batch",
                   .help = "Samples a step: more make a smoother slope and a slower step.",
                   .kind = Control::Kind::choice};
  for (std::int64_t size = std::max<std::int64_t>(1, defaults_.batch / 4); size <= defaults_.batch * 4; size *= 2) {
    if (size == defaults_.batch) batch.initial = static_cast<double>(batch.choices.size());
    batch.choices.push_back(std::to_string(size));
  }
  all.push_back(batch);
  const auto chosen = static_cast<training::Optimizer>(std::lround(setting("optimizer")));
  const float own =
      defaults_.learning_rate * training::rate_factor(chosen) / training::rate_factor(defaults_.optimizer);
  all.push_back({.name = "learning_rate",
                 .label = "Learning rate",
                 .help = "How far a step goes; acts in the next step. Bring it down when the loss has come to rest.",
                 .initial = static_cast<double>(own),
                 .minimum = 0,
                 .maximum = static_cast<double>(own * rate_most),
                 .exponent = 3});
}

/// What is measured and shown.
void TrainingActivity::add_controls_of_looks() {
  auto& all = controls_.controls;
  all.push_back({.name = "smoothing",
                 .label = "Smoothing",
                 .help = "Of the curves; the files keep every point as it is.",
                 .initial = 0.6,
                 .minimum = 0,
                 .maximum = 0.98});
  all.push_back({.name = "measure_every",
                 .label = "Measure every",
                 .help =
                     "How often the loss of unseen data is taken; and where a judge knows the pictures, as often as "
                     "there is time for it, how far they are from real ones.",
                 .kind = Control::Kind::choice,
                 .initial = 2,
                 .choices = {"off", "25 steps", "50 steps", "100 steps", "250 steps", "1000 steps"}});
  all.push_back({.name = "show",
                 .label = "Show",
                 .help = "Samples, or how long gradient, weights and each step are in every layer of the network.",
                 .kind = Control::Kind::choice,
                 .choices = {"samples", "layers"}});
  Control compare = {.name = "compare",
                     .label = "Compare with",
                     .help = "An earlier run of this model, whose curves are drawn dimmer in the same plots.",
                     .kind = Control::Kind::choice,
                     .choices = {"none"}};
  for (const std::filesystem::path& run : earlier_) compare.choices.push_back(run_label(run));
  all.push_back(std::move(compare));
}

void TrainingActivity::add_controls_of_text() {
  auto& all = controls_.controls;
  all.push_back({.name = "text",
                 .label = "Your own text",
                 .help = "A UTF-8 text file to learn instead of stories: type its path, or drop it on the window. Acts "
                         "at the next restart (R).",
                 .kind = Control::Kind::text});
  all.push_back({.name = "vocabulary",
                 .label = "Vocabulary",
                 .help = "Of your own text: byte pairs are pieces of words, learned from it. Acts at the next restart.",
                 .kind = Control::Kind::choice,
                 .choices = {"byte pairs", "characters"}});
}

ViewPart& TrainingActivity::add_part(const std::string& name, const std::string& title, int row) {
  ViewPart& part = view().parts.emplace_back();
  part.name = name;
  part.title = title;
  part.row = row;
  return part;
}

void TrainingActivity::publish() {
  View& shown = view();
  ++version_;
  shown.parts.clear();
  shown.pictures = {};
  const training::Trainer& trainer = *trainer_;
  shown.subtitle = fmt::format(
      "{:.2f} M weights, from {}, {}, batch {}", static_cast<double>(trainer_->task().parameters().count()) * 1e-6,
      start_, rule_titles[static_cast<std::size_t>(trainer.settings().optimizer)], trainer.settings().batch);
  shown.sentence = std::isfinite(trainer.loss()) ? watching : diverged;
  if (compared_) {
    const std::string differences = compared_->differences(run_settings());
    shown.sentence += fmt::format(" Dimmer: the run of {}{}{}.", run_label(compared_->folder()),
                                  differences.empty() ? "" : "; ", differences);
  }
  if (shows_layers()) {
    publish_layers();
  } else {
    publish_pictures();
    publish_text();
    publish_guesses();
  }
  publish_curves();
  publish_measured();
  const training::TrainSettings own = trainer_->task().defaults();
  const double whole = own.minutes > 0 ? shown_seconds() / (60 * own.minutes)
                                       : static_cast<double>(trainer.steps_done()) /
                                             static_cast<double>(std::max<std::int64_t>(own.steps, 1));
  shown.fraction = static_cast<float>(std::clamp(whole, 0.0, 1.0));
  shown.progress = fmt::format("step {}, {} {}, {}", trainer.steps_done(),
                               trainer.samples_done() * trainer_->task().units_per_sample(), trainer_->task().unit(),
                               duration(shown_seconds()));
}

void TrainingActivity::publish_pictures() {
  if (samples_->has_pictures() && !samples_->history().empty()) {
    view().pictures = samples_->pictures();
    ViewPart& part = add_part("samples", samples_->preview().title, 0);
    part.content = view().pictures;
    part.columns = samples_->preview().columns;
    part.captions = samples_->preview().captions;
    part.width = 1.6F;
    const auto& history = samples_->history();
    const auto stage = samples_->chosen() < 0 ? history.size() - 1 : static_cast<std::size_t>(samples_->chosen());
    part.note = fmt::format("at step {}{}", history[stage].step,
                            samples_->chosen() < 0 ? "" : "; click that stage again for the latest");
  }
  for (const training::Trainer::Shown& one : trainer_->shown()) {
    if (trainer_->steps_done() == 0) break;
    const auto& shape = one.pictures->type.shape;
    ViewPart& part = add_part(one.title, one.title, 0);
    const PictureView pictures = {context().memory(one.pictures), static_cast<int>(shape[0]),
                                  static_cast<int>(shape[2]), static_cast<int>(shape[1]), version_};
    part.content = pictures;
    if (view().pictures.count == 0) view().pictures = pictures;
  }
  if (samples_->history().size() < 2) return;
  ViewPart& strip = add_part("history", "How it came about: click a stage, or drag along them", 1);
  strip.content = samples_->strip();
  strip.columns = samples_->strip().count;
  strip.height = 0.42F;
  strip.takes_pointer = true;
  strip.marked = samples_->chosen();
  for (const auto& stage : samples_->history()) strip.captions.push_back(std::to_string(stage.step));
}

/// The text that is being written, and beside it the one before and the first.
void TrainingActivity::publish_text() {
  if (text_->is_empty()) return;
  const auto& texts = text_->texts();
  for (std::size_t i = texts.size(); i-- > 0;) {
    const TrainingText::Text& text = texts[i];
    const bool is_latest = i + 1 == texts.size();
    if (text.words.empty() && !is_latest) continue;
    ViewPart& part =
        add_part("text " + std::to_string(i),
                 is_latest ? "What it writes now: the brighter, the surer" : fmt::format("At step {}", text.step), 0);
    part.width = is_latest ? 1.6F : 1.0F;
    part.height = 1.3F;
    WordsView words;
    words.size = is_latest ? 1.2F : 1.0F;
    if (const training::Writing& writing = text_->writing(); is_latest && !writing.given.empty()) {
      words.words.push_back({writing.given, 0, WordsView::Look::given});
      if (writing.is_about_given) words.words.push_back({"\n", 0});
    }
    words.words.insert(words.words.end(), text.words.begin(), text.words.end());
    if (!is_latest) {
      for (WordsView::Word& word : words.words) word.look = WordsView::Look::given;
    }
    part.content = std::move(words);
  }
}

void TrainingActivity::publish_guesses() {
  for (const BarsView& guess : samples_->guesses()) {
    ViewPart& part = add_part("guess " + std::to_string(view().parts.size()), guess.title, 1);
    part.note = "what it thinks comes next";
    part.content = guess;
  }
}

void TrainingActivity::take_pointer(const PointerEvent& event) {
  if (event.part != "history") return;
  if (event.phase == PointerEvent::Phase::press) {
    samples_->choose(event.item == samples_->chosen() ? -1 : event.item);
  } else if (event.phase == PointerEvent::Phase::drag && event.item >= 0 && event.item != samples_->chosen()) {
    samples_->choose(event.item);
  }
}

}  // namespace figment::studio
