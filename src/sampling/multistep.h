#pragma once
#include <array>
#include <span>

#include "sampling/schedule.h"

/// What the multistep solvers share: a polynomial through the last outputs, integrated over the next step.
namespace figment::sampling {

using Weights = std::array<double, 4>;

/// The weights w_0..w_(p-1) with sum_k w_k * nodes_k^i = moments_i for i < p: those of values at these nodes in the
/// integral of their polynomial, if moments_i is the integral of r^i. 1 <= p <= 4; the first p nodes must differ.
Weights solve_moments(const Weights& nodes, const Weights& moments, int p);

/// The integral of r^n * exp(z * r) over r from 0 to 1, for n >= 0.
double exponential_moment(double z, int n);

/// How many of the last `order` evaluations, that of points[step] first, are there and have noise levels that differ.
int usable_order(std::span<const SchedulePoint> points, std::size_t step, int order);

/// The places of the evaluations of points[step], points[step - 1], ... in lambda, as solve_moments() wants them: the
/// step's start is 0 and its end 1. The step must have a length, and an end above sigma 0.
Weights lambda_nodes(std::span<const SchedulePoint> points, std::size_t step, int order);

}  // namespace figment::sampling
