#pragma once
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "runtime/program.h"
#include "training/task.h"

namespace figment::training {

/// Trains a task: one recorded program a step, with the gradient, clipping, AdamW and the moving average in it.
class Trainer {
 public:
  /// `settings` are usually task->defaults() with a few changes.
  Trainer(runtime::Context& context, std::unique_ptr<Task> task, const TrainSettings& settings);

  void step();  ///< one whole step; waits for the one before

  std::int64_t steps_done() const { return step_; }
  std::int64_t samples_done() const { return step_ * settings_.batch; }
  float loss() const { return loss_; }                ///< the first of the objective, of the last finished step
  float smooth_loss() const { return smooth_loss_; }  ///< moving average over about 50 steps
  float gradient_norm() const { return gradient_norm_; }
  /// Every loss (if there are several) and metric of the last finished step: names and values.
  const std::vector<std::string>& metric_names() const { return metric_names_; }
  const std::vector<float>& metrics() const { return metrics_; }
  float learning_rate() const { return learning_rate_; }
  double seconds() const { return seconds_; }  ///< of training, over all sittings
  double fraction_done() const;                ///< of steps or minutes, 0..1
  const TrainSettings& settings() const { return settings_; }
  Task& task() { return *task_; }
  const runtime::Program& program() const { return *program_; }

  /// Everything that is needed to go on: parameters, average, moments, step, time. Atomic.
  void save_checkpoint(const std::filesystem::path& path);
  /// Throws Error if the file is damaged or of another model.
  void load_checkpoint(const std::filesystem::path& path);
  /// The averaged weights with how they were made. Atomic.
  void export_weights(const std::filesystem::path& path, bool half = true);

 private:
  void trace();
  tensor::Tensor gradients(const Objective& objective);
  void finish_step();
  std::vector<float> hyper_parameters() const;

  runtime::Context& context_;
  std::unique_ptr<Task> task_;
  TrainSettings settings_;
  core::Random random_;
  tensor::Variable moment1_;
  tensor::Variable moment2_;
  std::unique_ptr<nn::Graph> graph_;
  std::unique_ptr<runtime::Program> program_;
  tensor::Tensor loss_output_;
  tensor::Tensor norm_output_;
  std::vector<tensor::Tensor> metric_outputs_;
  std::vector<std::string> metric_names_;
  std::vector<float> metrics_;
  std::int64_t step_ = 0;
  float loss_ = 0;
  float smooth_loss_ = 0;
  float gradient_norm_ = 0;
  float learning_rate_ = 0;
  double seconds_ = 0;
  std::chrono::steady_clock::time_point started_;
};

}  // namespace figment::training
