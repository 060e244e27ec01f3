#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "studio/labelled_sheet.h"
#include "studio/laboratory_settings.h"
#include "studio/picture_generator.h"

namespace figment::studio {

/// Root of the mean square of the differences of two sets of pixels in [-1, 1].
double rms_distance(std::span<const float> a, std::span<const float> b);

/// Where the samplers without fresh noise would come to with steps of no length: DPM++ 2M, of second order, in
/// 1000 steps of the Karras schedule, from the same noise with the same guidance and classes.
class ReferenceRuns {
 public:
  static constexpr int steps = 1000;

  std::unique_ptr<PictureGenerator>& slot() { return slot_; }  ///< made by somebody else before advance()
  const std::unique_ptr<PictureGenerator>& slot() const { return slot_; }
  /// The references that are to be there; what is known stays known.
  void want(const std::vector<PictureRequest>& requests);
  /// [count, side, side, 3]; null if it is not known yet.
  const std::vector<float>* find(const PictureRequest& request) const;
  bool is_done() const { return waiting_.empty(); }
  int step() const { return is_running_ && slot_ ? slot_->step() : 0; }
  float share() const;
  int advance(double budget_ms);  ///< returns the number of evaluations finished

 private:
  std::unique_ptr<PictureGenerator> slot_;
  std::vector<PictureRequest> waiting_;  ///< the first one is under way if is_running_
  bool is_running_ = false;
  int wanted_ = 0;
  std::map<std::string, std::vector<float>> known_;
};

/// A table of pictures that is filled run by run.
struct LaboratoryBoard {
  struct Run {
    LaneSettings settings;
    std::size_t cell = 0;
    std::vector<float> pixels;  ///< [count, side, side, 3]; empty: not made
  };
  LabelledSheet sheet;
  std::vector<Run> runs;     ///< in the order in which they are made
  std::vector<float> steps;  ///< of the columns, where these are numbers of steps
};

/// What the settings' view shows; `side` is that of the pictures. Empty for lanes side by side.
LaboratoryBoard make_board(const LaboratorySettings& settings, int side);

/// Makes the pictures of a board.
class BoardRuns {
 public:
  std::unique_ptr<PictureGenerator>& slot() { return slot_; }
  const std::unique_ptr<PictureGenerator>& slot() const { return slot_; }
  void begin(LaboratoryBoard board);
  /// Returns the number of evaluations finished.
  int advance(double budget_ms);
  bool is_done() const { return next_ >= board_.runs.size(); }
  float share() const;
  std::size_t finished() const { return next_; }
  const LaboratoryBoard& board() const { return board_; }
  LaboratoryBoard& board() { return board_; }

 private:
  std::unique_ptr<PictureGenerator> slot_;
  LaboratoryBoard board_;
  std::size_t next_ = 0;
  bool is_running_ = false;
  int rows_ = 0;
  int rows_total_ = 0;
};

}  // namespace figment::studio
