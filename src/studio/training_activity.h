#pragma once
#include <array>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "studio/compared_run.h"
#include "studio/curve_history.h"
#include "studio/family.h"
#include "studio/repeating_activity.h"
#include "studio/training_measures.h"
#include "studio/training_run.h"
#include "studio/training_samples.h"
#include "studio/training_text.h"
#include "training/text_file_task.h"
#include "training/trainer.h"

namespace figment::studio {

struct TrainingOptions {
  std::filesystem::path root;              ///< of the runs; empty: TrainingRun::default_root()
  double checkpoint_seconds = 60;          ///< between two checkpoints
  double preview_seconds = 2;              ///< between two previews at the beginning; later it takes more time
  double row_seconds = 0.25;               ///< between two points of the curves, which are means
  std::optional<std::int64_t> batch;       ///< instead of the model's own
  std::optional<std::string> preset = {};  ///< instead of "small"
  double measure_share = 0.15;             ///< of the time, at most, is for measuring pictures
  std::int64_t measured_pictures = 0;      ///< on each side; 0: as the family needs
};

/// Training that one can watch: any family's task, a step at a time within the frame budget, kept in a TrainingRun. The
/// request's numbers under controls() steer it: a learning rate acts in the next step, batch and optimiser after a new
/// trace, the start at the next restart(). single_step() makes one whole training step, in slices of the next calls.
class TrainingActivity : public RepeatingActivity {
 public:
  TrainingActivity(runtime::Context& context, const Family& family, const Request& request,
                   TrainingOptions options = {});
  ~TrainingActivity() override;  ///< saves a checkpoint, unless leave() has

  std::vector<const runtime::Program*> programs() const override;
  bool leave(double budget_ms) override;  ///< saves a checkpoint
  void restart() override;                ///< keeps the run as it is, and begins another

  /// What can be set, as a family of its own: "train.gan" with "learning_rate", "batch", "optimizer", "start" ...
  const Family& controls() const { return controls_; }
  /// Null until everything is loaded.
  const training::Trainer* trainer() const { return trainer_.get(); }
  std::filesystem::path folder() const { return run_ ? run_->folder() : std::filesystem::path(); }
  const TrainingSamples* samples() const { return samples_.get(); }
  const TrainingText* writer() const { return text_.get(); }
  const CurveHistory& curves() const { return history_; }  ///< losses, metrics, and what was measured now and then

  /// Writes the averaged weights into the run's folder, in the next calls of advance(). With `use` the model runs with
  /// them from then on (training::choose_weights).
  void save_weights(bool use);
  /// Whether that has come to pass since this was last asked.
  bool take_new_weights();
  std::string take_news();  ///< a sentence about what has been done since this was last asked; or none

 protected:
  void begin() override;
  int step(double budget_ms) override;
  int step_once() override;
  bool is_complete() const override { return false; }
  void publish() override;
  Taken take_request(const Request& before) override;
  void take_pointer(const PointerEvent& event) override;

 private:
  using Clock = core::Clock;  // a film of a training is the same each time it is made
  enum class Next : std::uint8_t { train, measure, write, preview, save };

  // training_activity.cpp
  void build();
  void find_start();
  training::TextFile wanted_text() const;
  void make_task();
  void make_trainer();
  void begin_run();
  double setting(const char* name) const;
  training::TrainSettings wanted_settings() const;
  void take_changes();
  int work(double budget_ms, int steps_most);
  bool wait_for_device(double budget_ms);
  void note_step();
  void finish_preview();
  double shown_seconds() const;
  bool may_write() const;
  bool write(double budget_ms);
  std::map<std::string, std::string> run_settings() const;
  void keep_settings();
  void load_in_pause();

  // training_measuring.cpp
  void add_row();
  void write_row();
  std::int64_t measure_every() const;
  std::vector<std::string> column_names() const;
  std::vector<std::pair<std::string, float>> score_means() const;
  bool wants_other_layout() const;
  void lay_out();
  void load_layout();
  bool is_measure_due() const;
  void begin_measuring();
  bool measure(double budget_ms);
  void find_earlier_runs();
  void take_comparison();
  bool shows_layers() const { return setting("show") == 1; }
  void note_layers();

  // training_saving.cpp
  bool has_steps() const;
  void save_rest();
  void gather_checkpoint();
  bool save_slice(double budget_ms);
  double weights_slice(double budget_ms, bool use);

  // training_view.cpp
  void make_controls();
  void add_controls_of_steps();
  void add_controls_of_looks();
  void add_controls_of_text();
  void publish_pictures();
  void publish_guesses();
  void publish_text();
  ViewPart& add_part(const std::string& name, const std::string& title, int row);

  // training_curves.cpp
  void publish_layers();
  void publish_curves();
  void publish_measured();
  ViewPart& add_lines(const std::string& name, const std::string& title, const std::vector<std::size_t>& lines,
                      int row = 2, bool is_logarithmic = false);
  std::vector<float> axis_of(const std::vector<std::size_t>& lines) const;
  std::vector<std::size_t> columns_of(const std::string& beginning) const;

  const Family& family_;
  TrainingOptions options_;
  Family controls_;
  std::unique_ptr<training::Task> task_;  ///< until the trainer has it
  training::TrainSettings defaults_;
  std::string start_;  ///< of this run
  std::string preset_;
  std::string device_name_;
  training::TextFile text_file_;  ///< of this run; without a path: the family's own data
  std::optional<std::filesystem::path> resumed_;
  std::unique_ptr<training::Trainer> trainer_;
  std::unique_ptr<TrainingSamples> samples_;    ///< after the trainer, whose task it refers to
  std::unique_ptr<TrainingText> text_;          ///< likewise
  std::unique_ptr<TrainingMeasures> measures_;  ///< likewise; null while nothing is measured
  std::unique_ptr<TrainingRun> run_;
  std::vector<std::filesystem::path> earlier_;  ///< runs that can be compared with
  std::unique_ptr<ComparedRun> compared_;
  CurveHistory history_;  ///< columns of each step, then those that are measured now and then
  std::size_t step_columns_ = 0;
  std::vector<float> measured_;                ///< since the last point; not a number where nothing was
  std::array<CurveHistory, 3> layer_history_;  ///< of the gradients, weights and changes of each layer
  std::vector<double> row_;                    ///< sums since the last point
  int row_steps_ = 0;
  std::vector<std::vector<float>> counts_;  ///< of the scores, [sets, bins], older steps fading

  bool is_stale_ = false;     ///< restart() was called
  bool has_changes_ = false;  ///< of settings, for the next step
  Next next_ = Next::preview;
  std::optional<training::Checkpoint> gathered_;
  bool are_weights_written_ = false;
  bool has_new_weights_ = false;
  std::string news_;
  std::uint64_t version_ = 0;
  std::chrono::steady_clock::time_point saved_;
  Clock::time_point begun_, previewed_, preview_began_, row_began_;
  Clock::time_point measured_at_, measure_began_;  ///< of pictures
  double preview_cost_s_ = 0;
  double measure_cost_s_ = 0;
  double writing_s_ = 0;       ///< of this run, so far
  bool is_left_ = false;       ///< the last checkpoint is written
  double seconds_before_ = 0;  ///< that the run had trained when it was gone on with
};

}  // namespace figment::studio
