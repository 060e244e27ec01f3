#include <utility>

#include "core/error.h"
#include "core/log.h"
#include "gpu/error.h"
#include "studio/training_activity.h"
#include "training/weights.h"

/// How a training that one watches is kept: slice by slice, so that the window stays fluid.
namespace figment::studio {

bool TrainingActivity::leave(double budget_ms) {
  if (!RepeatingActivity::leave(budget_ms)) return false;
  if (is_loading() || !has_steps()) return true;
  try {
    is_left_ = is_left_ || save_slice(budget_ms);
    return is_left_ && run_->background().is_idle();
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const std::exception& error) {
    spdlog::warn("{}: {}", view().title, error.what());
    is_left_ = true;
    return true;
  }
}

bool TrainingActivity::has_steps() const { return trainer_ && run_ && trainer_->steps_done() > 0; }

/// Writes what there is, and waits for it.
void TrainingActivity::save_rest() {
  if (!has_steps()) return;
  if (is_left_) return run_->background().wait();
  if (measures_) measures_->finish_begun();
  trainer_->finish_begun();
  gathered_.emplace();
  while (!trainer_->gather(*gathered_)) {
  }
  run_->write_checkpoint(std::move(*gathered_));
  gathered_.reset();
  run_->background().wait();
}

/// One part of a checkpoint a call, since each is a copy of all weights.
void TrainingActivity::gather_checkpoint() {
  if (!trainer_->gather(*gathered_)) return;
  run_->write_checkpoint(std::move(*gathered_));
  gathered_.reset();
  saved_ = std::chrono::steady_clock::now();
  next_ = Next::train;
}

bool TrainingActivity::save_slice(double budget_ms) {
  if (next_ == Next::measure && !measure(budget_ms)) return false;
  if (trainer_->is_mid_step()) {
    if (!trainer_->advance(budget_ms)) return false;
    add_row();
  }
  if (!gathered_) gathered_.emplace();
  gather_checkpoint();
  return !gathered_;
}

void TrainingActivity::save_weights(bool use) {
  if (!trainer_ || is_loading()) return;
  are_weights_written_ = false;
  loading().repeat("Saving the weights", [this, use](double budget_ms) { return weights_slice(budget_ms, use); });
  load_in_pause();
}

double TrainingActivity::weights_slice(double budget_ms, bool use) {
  if (!are_weights_written_) {
    if (!save_slice(budget_ms)) return 0.3;
    // The checkpoint's thread has the average already, but its file may still be under way.
    are_weights_written_ = true;
    const auto values =
        std::make_shared<std::vector<float>>(context().download(trainer_->task().average().flat()).floats);
    run_->background().add([path = run_->weights(), values, parameters = &trainer_->task().average(),
                            metadata = trainer_->weights_metadata()] {
      training::write_weights(path, *parameters, *values, metadata, true);
    });
  }
  if (!run_->background().is_idle()) return 0.6;
  const std::string error = run_->background().take_error();
  core::require(error.empty(), "{}", error);
  if (use) training::choose_weights(family_.name, run_->weights());
  has_new_weights_ = has_new_weights_ || use;
  news_ = (use ? family_.title + " now runs with " : "Saved ") + run_->weights().string();
  return 1.0;
}

std::string TrainingActivity::take_news() { return std::exchange(news_, {}); }

bool TrainingActivity::take_new_weights() { return std::exchange(has_new_weights_, false); }

}  // namespace figment::studio
