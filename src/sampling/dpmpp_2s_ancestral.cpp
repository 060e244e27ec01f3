#include "sampling/midpoint.h"

namespace figment::sampling {

namespace {
// Lu et al. (2022), "DPM-Solver++", algorithm 1 with r = 1/2: an exponential-Euler step with the picture that is seen
// from its middle.
void use_middle_picture(StepCoefficients& row, const SchedulePoint& from, const SchedulePoint&, const SchedulePoint& to,
                        double down) {
  row.c_y = static_cast<float>(to.alpha / from.alpha * down / from.ratio());
  row.c_m[0] = static_cast<float>(to.alpha * (1 - down / from.ratio()));
}

StepTable make(std::span<const SchedulePoint> points, Prediction prediction, const SamplerOptions& options) {
  return make_midpoint_table(points, prediction, options, *options.eta, use_middle_picture);
}
}  // namespace

const Sampler dpmpp_2s_ancestral_sampler = {
    .name = "dpmpp_2s_ancestral",
    .title = "DPM++ 2S ancestral",
    .tooltip = "Looks ahead to the middle of each step, then adds fresh noise: rich pictures from few, costlier steps.",
    .stochastic = true,
    .takes_eta = true,
    .evaluations_per_step = 2,
    .default_eta = 1,
    .make = make,
};

}  // namespace figment::sampling
