#include "sampling/midpoint.h"

namespace figment::sampling {

namespace {
StepTable make(std::span<const SchedulePoint> points, Prediction prediction, const SamplerOptions& options) {
  return make_midpoint_table(points, prediction, options, 0, follow_middle_slope);
}
}  // namespace

const Sampler dpm2_sampler = {
    .name = "dpm2",
    .title = "DPM2",
    .tooltip = "Goes half a step, and takes the direction found there for the whole step: exact, but twice the work.",
    .order = 2,
    .evaluations_per_step = 2,
    .make = make,
};

}  // namespace figment::sampling
