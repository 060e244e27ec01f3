#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gpu/buffer.h"
#include "runtime/program.h"
#include "studio/view.h"
#include "training/task.h"

namespace figment::studio {

/// What a network in training makes now and then, from the same noise each time, with a history that one can go back
/// through: Task::preview as a program of its own.
class TrainingSamples {
 public:
  static constexpr int stages_most = 14;

  /// `task` must outlive it, and keep its parameters.
  TrainingSamples(runtime::Context& context, training::Task& task);
  ~TrainingSamples();

  bool is_empty() const { return program_ == nullptr; }  ///< the task shows nothing
  bool has_pictures() const { return count_ > 0; }

  /// Submits about `budget_ms` of a preview; true once one is done, which is then to be taken.
  bool advance(double budget_ms);
  bool is_submitted() const { return is_submitted_; }  ///< only the device has still to finish it
  /// Adds what was made to the history, as of this step.
  void take(std::int64_t step);

  struct Stage {
    std::int64_t step = 0;
    std::vector<float> pixels;  ///< [count, H, W, 3] in [-1, 1]
  };
  /// The first, the latest, and some between, closer to each other where they are early.
  const std::vector<Stage>& history() const { return history_; }

  /// Shows this stage of the history; -1: the latest, from now on.
  void choose(int stage);
  int chosen() const { return chosen_; }

  /// All pictures of the chosen stage, and the followed one of every stage.
  PictureView pictures() const;
  PictureView strip() const;
  const training::Preview& preview() const { return preview_; }
  /// The guesses of models of words as bars, one view a text.
  const std::vector<BarsView>& guesses() const { return guesses_; }

  std::vector<runtime::Program*> compiled();

 private:
  std::size_t picture_floats() const {
    return static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_) * 3;
  }
  void forget_one();
  void take_pictures(std::int64_t step);
  void take_guesses();
  void show();

  training::Task& task_;
  nn::Graph graph_;
  training::Preview preview_;
  std::unique_ptr<runtime::Program> program_;
  nn::Tensor output_;
  int count_ = 0;
  int width_ = 0;
  int height_ = 0;
  bool is_submitted_ = false;
  std::vector<Stage> history_;
  std::vector<BarsView> guesses_;
  int chosen_ = -1;
  gpu::Buffer pictures_;  ///< written by the host
  gpu::Buffer strip_;
  std::uint64_t version_ = 0;
};

}  // namespace figment::studio
