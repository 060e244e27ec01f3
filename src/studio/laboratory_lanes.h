#pragma once
#include <array>
#include <memory>
#include <vector>

#include "studio/laboratory_settings.h"
#include "studio/picture_generator.h"

namespace figment::studio {

/// Samplers that run side by side: from the same noise, or from a step of the first one's run. They advance together,
/// so that all are at the same share of their ways.
class LaboratoryLanes {
 public:
  /// The place of a lane's generator, which somebody else makes before begin().
  std::unique_ptr<PictureGenerator>& slot(std::size_t lane) { return slots_[lane]; }
  const std::unique_ptr<PictureGenerator>& slot(std::size_t lane) const { return slots_[lane]; }

  /// All lanes begin anew; from step `branch` of lane 1, if that is above 0.
  void begin(const std::vector<LaneSettings>& lanes, int branch);
  /// Lanes whose settings are others than before go on with them from where they are.
  void change(const std::vector<LaneSettings>& lanes);
  /// Submits about `budget_ms` of work for the lane that is behind; returns the number of evaluations finished.
  int advance(double budget_ms);
  int run_row();  ///< one whole evaluation of the lane that is behind; returns 1, or 0 if none is
  bool is_finished() const { return behind() < 0 && goal_ < 0; }

  /// Goes to a step of lane 1 and as far in the others, back or ahead; until is_there() the way is still computed.
  void seek(int step);
  bool is_there() const;
  void arrive();  ///< shows where the lanes are, and ends the search

  std::size_t count() const { return lanes_.size(); }
  const LaneSettings& settings(std::size_t lane) const { return lanes_[lane]; }
  /// It still waits for lane 1 to come to the branch.
  bool waits(std::size_t lane) const { return waits_[lane]; }
  /// What a lane shows: its own run, or the first one's while it waits.
  PictureGenerator& shown(std::size_t lane) const { return waits_[lane] ? *slots_[0] : *slots_[lane]; }
  int branch() const { return branch_; }
  int rows() const;  ///< evaluations done, of all lanes
  int rows_total() const;

 private:
  int behind() const;
  int goal_of(std::size_t lane) const;
  bool is_at_goal(std::size_t lane) const;
  void join();

  std::array<std::unique_ptr<PictureGenerator>, laboratory_lanes_max> slots_;
  std::array<bool, laboratory_lanes_max> waits_{};
  std::vector<LaneSettings> lanes_;
  int branch_ = 0;
  int goal_ = -1;  ///< step of lane 1 that is sought; -1: none
};

}  // namespace figment::studio
