#include "sampling/midpoint.h"

namespace figment::sampling {

namespace {
StepTable make(std::span<const SchedulePoint> points, Prediction prediction, const SamplerOptions& options) {
  return make_midpoint_table(points, prediction, options, *options.eta, follow_middle_slope);
}
}  // namespace

const Sampler dpm2_ancestral_sampler = {
    .name = "dpm2_ancestral",
    .title = "DPM2 ancestral",
    .tooltip =
        "DPM2 that overshoots and adds fresh noise in every step: livelier, at twice the work of Euler ancestral.",
    .stochastic = true,
    .takes_eta = true,
    .evaluations_per_step = 2,
    .default_eta = 1,
    .make = make,
};

}  // namespace figment::sampling
