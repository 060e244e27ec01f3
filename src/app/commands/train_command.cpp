#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <optional>

#include "app/commands/commands.h"
#include "core/error.h"
#include "core/leftovers.h"
#include "studio/family.h"
#include "training/text_file_task.h"
#include "training/trainer.h"
#include "training/warm_start.h"
#include "training/weights.h"

namespace figment::app {
namespace {

using Clock = std::chrono::steady_clock;

volatile std::sig_atomic_t stop_requested = 0;

struct TrainOptions {
  std::string model;
  std::optional<std::int64_t> steps;
  std::optional<double> minutes;
  std::optional<std::int64_t> batch;
  std::optional<float> learning_rate;
  std::optional<std::string> optimizer;
  std::uint64_t seed = 1;
  std::optional<std::string> preset;
  std::string out;
  std::string resume;
  std::string start_from;
  std::string text;
  std::string vocabulary = "byte_pairs";
  double checkpoint_seconds = 60;
};

/// The optimiser that was asked for, else the checkpoint's.
std::optional<std::string> optimizer_for(const TrainOptions& options) {
  if (options.optimizer || options.resume.empty()) return options.optimizer;
  const auto metadata = training::weight_metadata(options.resume);
  const auto found = metadata.find("optimizer");
  return found == metadata.end() ? std::optional<std::string>() : found->second;
}

training::TrainSettings settings_of(const TrainOptions& options, const training::Task& task) {
  training::TrainSettings settings = task.defaults();
  if (options.steps || options.minutes) {
    settings.steps = options.steps.value_or(0);
    settings.minutes = options.minutes.value_or(0);
  }
  settings.batch = options.batch.value_or(settings.batch);
  if (const auto optimizer = optimizer_for(options)) settings.optimizer = training::optimizer_named(*optimizer);
  settings.learning_rate =
      options.learning_rate.value_or(settings.learning_rate * training::rate_factor(settings.optimizer));
  settings.seed = options.seed;
  return settings;
}

/// The preset that was asked for, else the checkpoint's. Throws Error if they differ.
std::string preset_for(const TrainOptions& options) {
  if (options.resume.empty()) return options.preset.value_or("small");
  const std::string preset = training::preset_of(options.resume);
  core::require(options.preset.value_or(preset) == preset, "{} is a checkpoint of the preset {}; leave out --preset {}",
                options.resume, preset, options.preset.value_or(""));
  return preset;
}

/// The model's own task, or that on the text file that was named, now or in the run that is gone on with.
std::unique_ptr<training::Task> make_task(const TrainOptions& options, const studio::Family& family) {
  const std::string preset = preset_for(options);
  std::string text = options.text;
  if (text.empty() && !options.resume.empty()) {
    const auto metadata = training::weight_metadata(options.resume);
    if (const auto found = metadata.find("text"); found != metadata.end()) text = found->second;
  }
  if (text.empty()) return family.make_task(preset);
  using Vocabulary = data::TextWindows::Vocabulary;
  const Vocabulary vocabulary = options.vocabulary == "characters" ? Vocabulary::characters : Vocabulary::byte_pairs;
  return training::make_text_file_task(family.name, preset, {text, vocabulary, options.resume});
}

std::filesystem::path checkpoint_path(const std::filesystem::path& weights) {
  std::filesystem::path path = weights;
  path.replace_extension(".checkpoint");
  return path;
}

void print_progress(ProgressBar& bar, const training::Trainer& trainer, double rate) {
  bar.update(trainer.fraction_done(),
             fmt::format("step {}, loss {:.4f}, {:.1f} samples/s", trainer.steps_done(), trainer.smooth_loss(), rate));
}

int train(const CommonOptions& common, const TrainOptions& options) {
  const std::filesystem::path weights = options.out.empty() ? options.model + ".safetensors" : options.out;
  const studio::Family& family = studio::family_named(options.model);
  core::require(family.make_task != nullptr, "{} cannot be trained", family.name);
  core::remove_leftovers_of(weights);
  core::remove_leftovers_of(checkpoint_path(weights));
  std::unique_ptr<training::Task> task = make_task(options, family);
  const training::TrainSettings settings = settings_of(options, *task);
  if (!options.start_from.empty()) {
    const training::WarmStart taken = training::warm_start(options.start_from, task->parameters());
    fmt::print("begins with {} of {} weights from {}\n", taken.weights, task->parameters().count(), options.start_from);
  }
  const std::unique_ptr<runtime::Context> context = make_context(common);
  training::Trainer trainer(*context, std::move(task), settings);
  if (!options.resume.empty()) trainer.load_checkpoint(options.resume);
  fmt::print("{}: {} weights, batch {}, on {}\n", options.model, trainer.task().parameters().count(),
             trainer.settings().batch, context->device().info().name);

  stop_requested = 0;
  const auto previous = std::signal(SIGINT, [](int) { stop_requested = 1; });
  ProgressBar bar("training " + options.model);
  Clock::time_point saved = Clock::now();
  const std::int64_t first = trainer.steps_done();
  const double seconds_before = trainer.seconds();
  while (trainer.fraction_done() < 1 && stop_requested == 0) {
    trainer.step();
    const double seconds = trainer.seconds() - seconds_before;
    print_progress(bar, trainer,
                   static_cast<double>((trainer.steps_done() - first) * trainer.settings().batch) / seconds);
    if (std::chrono::duration<double>(Clock::now() - saved).count() > options.checkpoint_seconds) {
      trainer.save_checkpoint(checkpoint_path(weights));
      saved = Clock::now();
    }
  }
  bar.finish();
  std::signal(SIGINT, previous);
  trainer.save_checkpoint(checkpoint_path(weights));
  trainer.export_weights(weights);
  fmt::print("{} steps ({} {}), loss {:.4f}, {:.1f} minutes\nweights: {}\ncheckpoint to go on from: {}\n",
             trainer.steps_done(), trainer.samples_done() * trainer.task().units_per_sample(), trainer.task().unit(),
             trainer.smooth_loss(), trainer.seconds() / 60, weights.string(), checkpoint_path(weights).string());
  return 0;
}

}  // namespace

void add_train(CLI::App& app, CommonOptions& common, Run& run) {
  const auto options = std::make_shared<TrainOptions>();
  CLI::App* command = app.add_subcommand("train", "Trains a model and writes its weights");
  command->add_option("model", options->model, "Model, or a judge (see figment list)")->required();
  command->add_option("--preset", options->preset, "small (what ships, the default) or large (for a GPU)");
  command->add_option("--steps", options->steps, "Steps in all (default: the model's own)")->check(CLI::PositiveNumber);
  command->add_option("--minutes", options->minutes, "Minutes in all, instead of steps")->check(CLI::PositiveNumber);
  command->add_option("--batch", options->batch, "Samples a step")->check(CLI::Range(1, 4096));
  command->add_option("--learning-rate", options->learning_rate, "Peak learning rate")->check(CLI::PositiveNumber);
  command->add_option("--optimizer", options->optimizer, "adamw (the default), adam, sgd or lion");
  command->add_option("--seed", options->seed, "Of batches and noise")->capture_default_str();
  command->add_option("--out", options->out, "Weight file to write (default: MODEL.safetensors here)");
  command->add_option("--text", options->text, "Your own UTF-8 text file to learn, instead of stories (gpt)");
  command->add_option("--vocabulary", options->vocabulary, "Of --text: byte_pairs (the default), or characters")
      ->check(CLI::IsMember({"byte_pairs", "characters"}));
  command->add_option("--checkpoint-every", options->checkpoint_seconds, "Seconds between two checkpoints")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  CLI::Option* resume = command->add_option("--resume", options->resume, "Checkpoint to go on from");
  command
      ->add_option("--start-from", options->start_from,
                   "Weight file of this model or one of its kind to begin with, as far as it fits")
      ->excludes(resume);
  add_common(*command, common);
  command->callback([options, &common, &run] { run = [options, &common] { return train(common, *options); }; });
}

}  // namespace figment::app
