#pragma once
#include <chrono>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/program.h"
#include "training/checkpoint.h"
#include "training/layer_watch.h"
#include "training/task.h"

namespace figment::training {

/// Trains a task: one recorded program a step, with the gradient, clipping, the optimiser and the moving average in it.
class Trainer {
 public:
  /// `settings` are usually task->defaults() with a few changes.
  Trainer(runtime::Context& context, std::unique_ptr<Task> task, const TrainSettings& settings);

  void step();  ///< one whole step; waits for it

  /// A step in slices, for a loop that must stay fluid: draws the batch on another thread, then submits about
  /// `budget_ms` of device time a call, never waiting longer than that. Returns true when a step was finished by this
  /// call; the next begins another. The same numbers come out as by step().
  bool advance(double budget_ms);
  bool is_mid_step() const { return phase_ != Phase::idle; }
  bool is_submitted() const { return phase_ == Phase::running; }  ///< only the device has still to finish it
  void finish_begun();                                            ///< what advance() began; waits for it

  /// Takes up other settings, the next step with them. Batch and optimiser make it trace anew; the parameters stay,
  /// and another optimiser begins with moments of zero. Not within a step.
  void change(const TrainSettings& settings);
  bool must_trace(const TrainSettings& settings) const;

  std::int64_t steps_done() const { return step_; }
  std::int64_t samples_done() const { return samples_; }
  float loss() const { return loss_; }                ///< the first of the objective, of the last finished step
  float smooth_loss() const { return smooth_loss_; }  ///< moving average over about 50 steps
  float gradient_norm() const { return gradient_norm_; }
  /// Every loss (if there are several) and metric of the last finished step: names and values.
  const std::vector<std::string>& metric_names() const { return metric_names_; }
  const std::vector<float>& metrics() const { return metrics_; }
  std::size_t loss_count() const { return loss_count_; }  ///< how many of them are losses, which come first; 0 for one
  float learning_rate() const { return learning_rate_; }
  double seconds() const { return seconds_; }  ///< of training, over all sittings
  double fraction_done() const;                ///< of steps or minutes, 0..1
  const TrainSettings& settings() const { return settings_; }
  Task& task() { return *task_; }
  const runtime::Program& program() const { return *program_; }
  runtime::Program& program() { return *program_; }

  /// Pictures of the last step on the device, if settings().shown asks for some: f32 [count, H, W, 3] in [-1, 1].
  struct Shown {
    std::string title;
    tensor::Variable pictures;
  };
  const std::vector<Shown>& shown() const { return shown_; }
  /// The spread of some numbers of the last step.
  struct Scores {
    std::string title;
    float minimum = 0;
    float maximum = 1;
    std::vector<std::string> labels;
    std::vector<std::vector<float>> values;  ///< of each label
  };
  const Scores& scores() const { return scores_; }

  /// Whether each step measures its layers, which costs a few dispatches; traces anew. Not within a step.
  void watch_layers(bool watch);
  /// Null unless they are watched.
  const LayerWatch* layers() const { return layers_.get(); }

  /// Everything that is needed to go on: parameters, average, moments, step, time. Atomic.
  void save_checkpoint(const std::filesystem::path& path);
  /// Throws Error if the file is damaged or of another model.
  void load_checkpoint(const std::filesystem::path& path);
  /// The averaged weights with how they were made. Atomic.
  void export_weights(const std::filesystem::path& path, bool half = true);

  /// What save_checkpoint() writes, gathered in slices: each call adds one part; true when it is whole. Not within a
  /// step. Write it by write_checkpoint() on any thread.
  bool gather(Checkpoint& checkpoint);
  /// What export_weights() writes beside the weights.
  std::map<std::string, std::string> weights_metadata() const;

 private:
  using Clock = std::chrono::steady_clock;
  enum class Phase : std::uint8_t { idle, preparing, drawing, submitting, running };

  void trace();
  tensor::Tensor gradients(const Objective& objective);
  void optimise(const Objective& objective);
  void show(const Objective& objective);
  void watch(const std::string& name, tensor::Tensor value);
  void write_hyper();
  void finish_step();
  std::vector<float> hyper_parameters() const;
  std::vector<std::pair<std::string, tensor::Variable>> parts();
  std::map<std::string, std::string> checkpoint_metadata() const;
  void forget_moments();

  runtime::Context& context_;
  std::unique_ptr<Task> task_;
  TrainSettings settings_;
  core::Random random_;
  tensor::Variable moment1_;
  tensor::Variable moment2_;  ///< all zeros for optimisers of one moment
  std::unique_ptr<nn::Graph> graph_;
  std::unique_ptr<runtime::Program> program_;
  tensor::Tensor loss_output_;
  tensor::Tensor norm_output_;
  std::vector<tensor::Tensor> metric_outputs_;
  std::vector<std::string> metric_names_;
  std::vector<float> metrics_;
  std::size_t loss_count_ = 0;
  std::vector<Shown> shown_;
  Scores scores_;
  std::vector<tensor::Tensor> score_outputs_;
  std::unique_ptr<LayerWatch> layers_;
  std::int64_t step_ = 0;
  std::int64_t samples_ = 0;
  std::int64_t moments_since_ = 0;  ///< the step at which the moments were zero
  float loss_ = 0;
  float smooth_loss_ = 0;
  float gradient_norm_ = 0;
  float learning_rate_ = 0;
  double seconds_ = 0;
  Clock::time_point advanced_;
  Phase phase_ = Phase::idle;
  std::future<void> drawing_;  ///< of a batch, by a thread that alone touches the program meanwhile; last: joined first
};

}  // namespace figment::training
