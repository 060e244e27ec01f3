#pragma once
#include <memory>
#include <string>
#include <vector>

#include "studio/laboratory_lanes.h"
#include "studio/laboratory_runs.h"
#include "studio/repeating_activity.h"
#include "studio/sheet_maker.h"

namespace figment::studio {

/// The sampler laboratory, on the landscape network: two to four samplers side by side from the same noise, or from a
/// step of the first one's run; their error against a reference of 1000 steps; grids of sampler and steps, or guidance
/// and seed. A pointer on "progress" goes to a step, where settings can be changed: the lanes branch there; on
/// "schedule" it bends the drawn schedule, or makes it Karras' again with the right button.
class LaboratoryActivity : public RepeatingActivity, public SheetMaker, public RequestEditor {
 public:
  LaboratoryActivity(runtime::Context& context, const Request& request);
  /// On another network, for tests.
  LaboratoryActivity(runtime::Context& context, const Request& request, std::shared_ptr<models::Unet> network);

  std::vector<const runtime::Program*> programs() const override;
  void restart() override;

  void ask_for_grid(Request& request) const override;
  bool is_grid_complete() const override;
  formats::Picture labelled_sheet() const override;
  bool edit(Request& request) override;

  const LaboratoryLanes& lanes() const { return lanes_; }
  const ReferenceRuns& references() const { return references_; }
  const LaboratoryBoard& board() const { return board_.board(); }

 protected:
  void begin() override;
  int step(double budget_ms) override;
  int step_once() override;
  bool is_complete() const override;
  void publish() override;
  Taken take_request(const Request& before) override;
  void take_pointer(const PointerEvent& event) override;
  bool lets_point() const override { return !is_loading() || is_seeking_; }

 private:
  using Slot = std::unique_ptr<PictureGenerator>;
  bool shows_lanes() const { return settings_.view == LaboratoryView::side_by_side; }
  bool shows_error() const { return settings_.view == LaboratoryView::error; }
  void load();
  bool prepare();
  bool is_ready(Slot& slot, const PictureRequest& request, const std::string& what, bool keeps_rows);
  void begin_runs();
  void seek(int step);
  void bend(const PointerEvent& event);
  void note_results();
  const std::vector<float>* reference_of(std::size_t lane) const;
  double distance_of(std::size_t lane);

  // laboratory_view.cpp
  void publish_lanes();
  void publish_error();
  void publish_grid();
  void publish_board_pictures();
  void add_schedules();
  ViewPart& add(const std::string& name, const std::string& title, int row);
  std::string lane_note(std::size_t lane);
  std::string status() const;
  LabelledSheet sheet_of_lanes() const;

  std::shared_ptr<models::Unet> network_;
  LaboratorySettings settings_;
  LaboratoryLanes lanes_;
  ReferenceRuns references_;
  BoardRuns board_;
  std::vector<Slot> retired_;  ///< generators whose pictures are on show until the next publish()

  std::vector<LaneSettings> begun_lanes_;  ///< what lanes_ runs
  int begun_branch_ = -1;
  std::vector<LaneSettings> begun_board_;  ///< what the board is of
  LaboratoryView begun_view_ = LaboratoryView::side_by_side;
  bool begun_all_ = false;

  struct Distance {
    std::uint64_t state = 0;  ///< of what it was measured
    double rms = -1;          ///< -1: not known
  };
  std::array<Distance, laboratory_lanes_max> distances_;

  tensor::Variable board_pixels_;  ///< [cells, side, side, 3]
  std::size_t shown_runs_ = 0;     ///< of the board, in board_pixels_
  DrawnSchedule drawn_;            ///< as it is on show
  bool is_drawn_edited_ = false;   ///< drawn_ is to go into the request
  float plot_low_ = 0.01F;         ///< of the axis of noise levels on show
  float plot_high_ = 80;
  bool is_sought_ = false;  ///< a person went to a step
  bool is_seeking_ = false;
};

}  // namespace figment::studio
