#pragma once
#include <cstdint>
#include <filesystem>

#include "studio/cell_painter.h"
#include "studio/evaluate_creatures.h"

namespace figment::studio {

struct PixelCnnEvaluation {
  std::int64_t scored = 0;           ///< held-out pictures
  double nats = 0;                   ///< per cell, told hue and body
  double nats_untold = 0;            ///< per cell, told nothing
  double nats_zero_order = 0;        ///< of how often each colour occurs at all
  double nats_by_place = 0;          ///< of how often each colour occurs at each place
  std::int64_t completed_count = 0;  ///< pictures
  std::int64_t painted = 0;          ///< pictures, from nothing
  CreatureAgreement completions;     ///< lower half painted below the upper half of a held-out picture
  CreatureAgreement from_nothing;
  CreatureAgreement real;  ///< of held-out pictures: how far the judge can be trusted
  double seconds_painting = 0;
  std::vector<float> halves, completed, originals, made;  ///< a few of each, [n, 32, 32, 3], for a sheet
};

struct PixelCnnEvaluationOptions {
  std::uint64_t seed = 1;
  std::int64_t count = 200;  ///< pictures to complete
  float temperature = 1;
  std::filesystem::path weights, judge_weights;  ///< empty: the shipped ones
};

/// Scores, paints and judges. Throws Error as its parts do.
PixelCnnEvaluation evaluate_pixelcnn(runtime::Context& context, const PixelCnnEvaluationOptions& options,
                                     const EvaluationProgress& progress = {});

}  // namespace figment::studio
