#pragma once
#include <array>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "runtime/program.h"
#include "studio/cell_painter.h"
#include "studio/evaluate_features.h"
#include "studio/picture_measure.h"
#include "training/trainer.h"

namespace figment::studio {

/// Measures a network between two steps of its training, in slices: the losses of a batch that training never sees, the
/// same each time and with the same noise; and, where a judge knows its pictures, how far what the averaged network
/// makes is from pictures that training never sees: Fréchet distance, precision and recall in the judge's features.
class TrainingMeasures {
 public:
  /// What is measured, in the order of values(): "validation loss" or one for each loss, then "frechet distance",
  /// "precision" and "recall" if there is a judge.
  static std::vector<std::string> names(training::Trainer& trainer);

  struct Options {
    std::int64_t batch = 0;     ///< of what is held out; 0: the model's own, but not above 32
    std::int64_t pictures = 0;  ///< on each side, at least as many as are made at once; 0: as the family needs
  };
  /// The trainer must outlive it. Without the judge's weights the losses alone are measured.
  TrainingMeasures(runtime::Context& context, training::Trainer& trainer, const Options& options);
  ~TrainingMeasures();  ///< waits for what is under way

  bool has_pictures() const { return picture_.has_value(); }
  std::int64_t pictures() const { return picture_ ? picture_->count : 0; }  ///< on each side

  /// Starts; nothing else may touch the trainer and its task until advance() returns true.
  void begin(bool with_pictures);
  /// Submits about `budget_ms` of work, without waiting longer; true once values() are there.
  bool advance(double budget_ms);
  bool is_submitted() const { return is_submitted_; }  ///< only the device has still to finish something
  bool is_busy() const { return stage_ != Stage::idle; }
  void finish_begun();  ///< gives up what has begun; waits for its thread and the device
  /// Not a number where nothing was measured.
  const std::vector<float>& values() const { return values_; }

  std::vector<runtime::Program*> compiled();

 private:
  enum class Stage : std::uint8_t {
    idle,
    preparing,
    drawing,
    validating,
    drawing_real,
    writing,
    making,
    painting,
    judging,
    comparing
  };

  void trace_losses(runtime::Context& context);
  void trace_pictures(runtime::Context& context);
  bool run(runtime::Program& program, double budget_ms);
  void take_losses();
  void begin_pictures();
  void begin_making();
  void write_made();
  void begin_painting(core::Random& random);
  void begin_judging(std::vector<float> pixels, FeatureSet& target);
  void write_judged();
  static void take_features(runtime::Program& program, nn::Tensor features, FeatureSet& target);
  void end_judging();
  void prepare(double budget_ms);
  bool advance_drawing(double budget_ms);
  bool advance_painting(double budget_ms);
  bool take_comparison(double budget_ms);

  training::Trainer& trainer_;
  std::int64_t batch_;
  std::vector<float> values_;
  Stage stage_ = Stage::idle;
  bool with_pictures_ = false;
  bool is_submitted_ = false;

  nn::Graph loss_graph_;
  std::vector<nn::Tensor> losses_;
  std::unique_ptr<runtime::Program> loss_program_;

  std::optional<PictureMeasure> picture_;
  nn::Graph judge_graph_;
  nn::Tensor judged_;  ///< features of the input "pictures"
  std::unique_ptr<runtime::Program> judge_program_;
  nn::Graph made_graph_;
  nn::Tensor made_features_;
  std::unique_ptr<runtime::Program> made_program_;
  std::unique_ptr<CellPainter> painter_;

  FeatureSet real_, made_;
  std::vector<float> pixels_;  ///< that are being judged
  FeatureSet* target_ = nullptr;
  std::int64_t first_ = 0;  ///< of the pictures in work
  std::future<void> drawing_;
  std::future<std::vector<float>> real_pixels_;
  std::future<std::array<float, 3>> comparison_;
};

}  // namespace figment::studio
