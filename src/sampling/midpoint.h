#pragma once
#include "sampling/samplers.h"

/// What the solvers with an ancestral step, and those that look at the middle of each step, share. In all of it
/// X = x / alpha and S = sigma / alpha.
namespace figment::sampling {

/// An exact solver would go to S = down, where fresh noise of deviation `up` leads back up to the next point.
struct AncestralStep {
  double down;  ///< down^2 + up^2 = S_next^2
  double up;
};
/// k-diffusion's ancestral step: with eta 1 as much noise as the reverse SDE adds, with eta 0 none.
AncestralStep split_ancestral(const SchedulePoint& from, const SchedulePoint& to, double eta);

/// Sets c_y (the weight of x at the step's start), c_x and c_m[0] (of x and the picture seen in the middle) of a step
/// from `from` to S = down, in the scale of `to`.
using MiddleUpdate = void (*)(StepCoefficients& row, const SchedulePoint& from, const SchedulePoint& middle,
                              const SchedulePoint& to, double down);

/// Two evaluations per step: at its start, and after an Euler step to its middle in lambda; then `update`, and fresh
/// noise as eta says. The last step, to sigma 0, has no middle and stays an Euler step. Throws Error without a noise
/// process in the options.
StepTable make_midpoint_table(std::span<const SchedulePoint> points, Prediction prediction,
                              const SamplerOptions& options, double eta, MiddleUpdate update);

/// DPM-Solver-2 (Lu et al., 2022; k-diffusion's DPM2): the direction in the middle of the step, for the whole of it.
void follow_middle_slope(StepCoefficients& row, const SchedulePoint& from, const SchedulePoint& middle,
                         const SchedulePoint& to, double down);

}  // namespace figment::sampling
