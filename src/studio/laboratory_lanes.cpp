#include "studio/laboratory_lanes.h"

#include <algorithm>
#include <cmath>

namespace figment::studio {

void LaboratoryLanes::begin(const std::vector<LaneSettings>& lanes, int branch) {
  lanes_ = lanes;
  branch_ = branch;
  goal_ = -1;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    waits_[i] = i > 0 && branch_ > 0;
    slots_[i]->follow(lanes_[i].points(lanes_[i].picture.steps));
    slots_[i]->begin(lanes_[i].picture);  // also where it waits, so that it has something to show
  }
}

void LaboratoryLanes::change(const std::vector<LaneSettings>& lanes) {
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    if (lanes[i] == lanes_[i]) continue;
    lanes_[i] = lanes[i];
    slots_[i]->follow(lanes_[i].points(lanes_[i].picture.steps));
    if (!waits_[i]) slots_[i]->branch(lanes_[i].picture);
  }
  join();
}

/// Of the lanes that have something left to do, the one that did the least share of it; -1: none.
int LaboratoryLanes::behind() const {
  int found = -1;
  double least = 2;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    if (waits_[i] || slots_[i]->is_finished() || (goal_ >= 0 && is_at_goal(i))) continue;
    const double share = slots_[i]->row() / static_cast<double>(std::max(slots_[i]->rows(), 1));
    if (share >= least) continue;
    least = share;
    found = static_cast<int>(i);
  }
  return found;
}

/// Those that wait take lane 1's run over when it comes to the branch, or has been there.
void LaboratoryLanes::join() {
  PictureGenerator& first = *slots_[0];
  if (branch_ < 1 || first.step() != branch_ || first.is_between_evaluations()) return;
  for (std::size_t i = 1; i < lanes_.size(); ++i) {
    if (!waits_[i]) continue;
    slots_[i]->take_over(first);
    slots_[i]->follow(lanes_[i].points(lanes_[i].picture.steps));
    slots_[i]->branch(lanes_[i].picture);
    waits_[i] = false;
  }
}

int LaboratoryLanes::advance(double budget_ms) {
  const int lane = behind();
  if (lane < 0) return 0;
  const int done = slots_[static_cast<std::size_t>(lane)]->advance(budget_ms);
  if (done > 0 && lane == 0) join();
  return done;
}

int LaboratoryLanes::run_row() {
  const int lane = behind();
  if (lane < 0) return 0;
  slots_[static_cast<std::size_t>(lane)]->run_row();
  if (lane == 0) join();
  return 1;
}

/// The step that corresponds to the sought one of lane 1.
int LaboratoryLanes::goal_of(std::size_t lane) const {
  if (lane == 0) return goal_;
  // What was taken over is the same steps; the rest is stretched.
  const int shared = branch_ > 0 ? branch_ : 0;
  const int rest = std::max(slots_[0]->steps() - shared, 1);
  const double share = std::clamp(static_cast<double>(goal_ - shared) / rest, 0.0, 1.0);
  return shared + static_cast<int>(std::lround(share * (slots_[lane]->steps() - shared)));
}

bool LaboratoryLanes::is_at_goal(std::size_t lane) const {
  const PictureGenerator& generator = *slots_[lane];
  return generator.rows_to_seek() == 0 && generator.step() >= goal_of(lane) && !generator.is_between_evaluations();
}

void LaboratoryLanes::seek(int step) {
  goal_ = std::clamp(step, 0, slots_[0]->steps());
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    if (i > 0 && branch_ > 0 && goal_ < branch_) waits_[i] = true;
    if (!waits_[i] && goal_of(i) <= slots_[i]->step()) slots_[i]->seek(goal_of(i));
  }
  join();
}

bool LaboratoryLanes::is_there() const { return goal_ < 0 || behind() < 0; }

void LaboratoryLanes::arrive() {
  for (std::size_t i = 0; i < lanes_.size(); ++i) slots_[i]->show();
  goal_ = -1;
}

int LaboratoryLanes::rows() const {
  int rows = 0;
  for (std::size_t i = 0; i < lanes_.size(); ++i) rows += waits_[i] ? 0 : slots_[i]->row();
  return rows;
}

int LaboratoryLanes::rows_total() const {
  int rows = 0;
  for (std::size_t i = 0; i < lanes_.size(); ++i) rows += slots_[i]->rows();
  return rows;
}

}  // namespace figment::studio
