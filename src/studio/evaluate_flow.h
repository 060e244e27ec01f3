#pragma once
#include <cstdint>
#include <filesystem>
#include <vector>

#include "studio/evaluate_creatures.h"
#include "studio/flow_painter.h"

namespace figment::studio {

struct FlowEvaluation {
  std::int64_t scored = 0;   ///< held-out pictures
  double bits = 0;           ///< per dimension
  double bits_by_place = 0;  ///< of a histogram of the bytes of each channel at each place
  double bits_uniform = 8;   ///< of knowing nothing
  double picture_error = 0;  ///< largest difference of a picture that went to noise and back
  double noise_error = 0;    ///< likewise of noise that became a picture and went back
  std::int64_t made = 0;
  PrecisionRecall neighbours;       ///< of made ones to held-out ones, in the judge's features
  PrecisionRecall real_neighbours;  ///< of other held-out ones, for scale
  double frechet = 0, real_frechet = 0;
  CreatureSet made_pictures, real_pictures;
};

struct FlowEvaluationOptions {
  std::uint64_t seed = 1;
  std::int64_t count = 480;
  float temperature = 0.8F;
  std::filesystem::path weights, judge_weights;  ///< empty: the shipped ones
};

/// Throws Error as its parts do.
FlowEvaluation evaluate_flow(runtime::Context& context, const FlowEvaluationOptions& options,
                             const EvaluationProgress& progress = {});

}  // namespace figment::studio
