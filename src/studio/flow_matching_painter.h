#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "models/flow_matching/velocity_net.h"
#include "runtime/program.h"
#include "studio/flow_ways.h"
#include "studio/request.h"

namespace figment::studio {

/// Paints landscapes by a rectified flow, several runs side by side, and keeps the way of the last one.
class FlowMatchingPainter {
 public:
  static constexpr int columns = 4;
  static constexpr int steps_max = flow_steps_max;

  FlowMatchingPainter(runtime::Context& context, std::shared_ptr<models::VelocityNet> network, int count);
  ~FlowMatchingPainter();

  /// Begins a run from the noise of the request's seed, with its labels; its pictures go to that column.
  void begin(const PictureRequest& request, FlowSolver solver, int steps, int column);
  int advance(double budget_ms);  ///< submits about as much; returns the number of evaluations finished
  void run_evaluation();          ///< submits the next one as a whole
  void run_all();                 ///< to the end of the run, and waits
  bool is_finished() const { return done_ >= evaluations_.size(); }
  int steps() const { return steps_; }  ///< of the last run

  /// Draws the states at a time on the way of the last run, which is finished, and the pictures to which they lead.
  void show_place(double time);

  int count() const { return count_; }
  int side() const { return static_cast<int>(network_->config().picture); }
  const models::VelocityNet& network() const { return *network_; }
  runtime::BufferSlice column_memory(int column);  ///< f32 [count, side, side, 3]
  runtime::BufferSlice here_memory();              ///< what show_place drew, likewise
  runtime::BufferSlice guess_memory();             ///< and where that leads
  std::vector<float> read_column(int column);      ///< [count, side, side, 3]; waits
  static constexpr int looked_at = 6;              ///< pictures whose way can be read
  int ways() const { return std::min(count_, looked_at); }
  /// The states of the last run: [steps + 1, ways, dimensions]; waits.
  std::vector<float> read_ways();
  bool is_idle() const;
  std::vector<runtime::Program*> compiled();

 private:
  struct Programs;
  void trace();
  void trace_look();
  void prepare();

  runtime::Context& context_;
  std::shared_ptr<models::VelocityNet> network_;
  int count_;
  int steps_ = 0;
  int step_ = 0;  ///< of the run, finished
  int column_ = 0;
  std::vector<FlowEvaluation> evaluations_;
  std::size_t done_ = 0;
  bool in_flight_ = false;  ///< an evaluation is half submitted
  tensor::Variable x_, base_, last_, path_, shown_, place_;
  std::unique_ptr<Programs> programs_;
};

/// The network with the weights of a file (default: the shipped ones).
std::shared_ptr<models::VelocityNet> load_flow_matching(const std::filesystem::path& weights = {});

}  // namespace figment::studio
