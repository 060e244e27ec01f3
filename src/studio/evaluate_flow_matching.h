#pragma once
#include <string>
#include <vector>

#include "studio/evaluate_pictures.h"
#include "studio/flow_matching_painter.h"

namespace figment::studio {

/// How one way to paint does, by the same judge as all others.
struct PaintedRow {
  std::string name;
  int steps = 0;
  double evaluations = 0;  ///< of the network, for one picture
  Agreement as_asked;
  PictureDistance distance;
  double seconds = 0;
};

struct FlowMatchingEvaluation {
  std::int64_t made = 0;           ///< pictures of each row
  std::vector<PaintedRow> rows;    ///< the flow in 1, 2, 4 and 8 steps, then diffusion
  Agreement judge;                 ///< of landscapes that the judge has not seen
  PictureDistance real_distance;   ///< of those to others
  double curvature = 0;            ///< of the flow's ways
  double diffusion_curvature = 0;  ///< of diffusion's
  std::vector<PictureSet> shown;   ///< a few of each row, of the same seeds and classes, then real ones
};

struct FlowMatchingEvaluationOptions {
  PictureRequest request;  ///< of diffusion, but for its steps
  FlowSolver solver = FlowSolver::euler;
  int diffusion_steps = 30;
  std::int64_t count = 480;
  std::filesystem::path weights;  ///< of the flow; empty: the shipped ones
  std::filesystem::path judge_weights;
};

/// Paints, judges and compares. Diffusion is left out where its weights are not there. Throws Error as its parts do.
FlowMatchingEvaluation evaluate_flow_matching(runtime::Context& context, const FlowMatchingEvaluationOptions& options,
                                              const EvaluationProgress& progress = {});

}  // namespace figment::studio
