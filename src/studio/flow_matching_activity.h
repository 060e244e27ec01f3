#pragma once
#include <array>

#include "studio/flow_matching_painter.h"
#include "studio/repeating_activity.h"

namespace figment::studio {

FlowSolver flow_solver(const Request& request);  ///< of its controls

/// Paints the same noise in 1, 2, 4 and more steps side by side ("1 step" ... are the parts "column0" to "column3"),
/// and shows the ways as lines ("ways"), with the state at a place on them ("here") and where it leads ("there").
class FlowMatchingActivity : public RepeatingActivity {
 public:
  FlowMatchingActivity(runtime::Context& context, const Request& request);

  std::vector<const runtime::Program*> programs() const override;

 protected:
  void begin() override;
  int step(double budget_ms) override;
  int step_once() override;
  bool steps_in_slices() const override { return true; }
  bool is_complete() const override { return stage_ == Stage::done; }
  void publish() override;
  Taken take_request(const Request& before) override;
  void take_pointer(const PointerEvent& event) override;

 private:
  /// What is being made: the columns one after the other, the bent ways of diffusion for comparison, then it is shown.
  enum class Stage { columns, diffusion, done };

  double setting(const char* name) const;
  std::array<int, FlowMatchingPainter::columns> column_steps() const;
  bool shows_diffusion() const { return bent_ != nullptr && setting("diffusion") > 0.5; }
  bool prepare();
  void begin_column(int column);
  void after_evaluation();
  void show_columns(std::uint64_t version);
  void show_place(std::uint64_t version);
  ViewPart ways_part() const;

  std::shared_ptr<models::VelocityNet> network_, diffusion_;
  std::unique_ptr<FlowMatchingPainter> painter_, bent_;
  std::unique_ptr<FlowMatchingPainter> next_painter_, next_bent_;  ///< for another number of pictures, being prepared
  Stage stage_ = Stage::columns;
  int column_ = 0;
  double time_ = 0;  ///< on the way, as asked for or dragged
  FlowWays straight_, bent_ways_;
};

}  // namespace figment::studio
