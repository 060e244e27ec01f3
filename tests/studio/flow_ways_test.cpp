#include "studio/flow_ways.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"

namespace figment::studio {
namespace {

/// Follows dx/dt = velocity(x, t) from x = 1 at time 1 to time 0.
template <typename Velocity>
double follow(FlowSolver solver, int steps, Velocity velocity) {
  double x = 1;
  double base = 1;
  double last = 0;
  for (const FlowEvaluation& one : flow_evaluations(solver, steps)) {
    const double v = velocity(x, one.time);
    x = base + one.from_last * last + one.from_this * v;
    last = v;
    if (one.ends_step) base = x;
  }
  return x;
}

TEST(FlowEvaluations, SolversHaveTheirOrder) {
  const auto velocity = [](double x, double t) { return x * t; };  // x(0) = exp(-1/2)
  const auto error = [&](FlowSolver solver, int steps) {
    return std::abs(follow(solver, steps, velocity) - std::exp(-0.5));
  };
  EXPECT_NEAR(error(FlowSolver::euler, 8) / error(FlowSolver::euler, 16), 2, 0.3);
  EXPECT_NEAR(error(FlowSolver::midpoint, 8) / error(FlowSolver::midpoint, 16), 4, 1);
  EXPECT_NEAR(error(FlowSolver::heun, 8) / error(FlowSolver::heun, 16), 4, 1);
}

TEST(FlowEvaluations, OneStepIsEnoughForStraightWays) {
  const auto velocity = [](double, double) { return 0.7; };
  EXPECT_NEAR(follow(FlowSolver::euler, 1, velocity), 0.3, 1e-12);
  EXPECT_EQ(flow_evaluations(FlowSolver::heun, 3).size(), 6U);
}

TEST(FlowEvaluations, RefusesWhatMakesNoSense) {
  EXPECT_THROW(flow_evaluations(FlowSolver::euler, 0), core::Error);
  EXPECT_THROW(flow_evaluations(FlowSolver::euler, flow_steps_max + 1), core::Error);
}

TEST(FlowPlace, LiesBetweenTheStepsAndLeadsStraightOn) {
  const std::vector<float> states = {8, 6, 3, 1};  // at times 1, 2/3, 1/3 and 0
  const auto mix = [&](const std::vector<float>& weights) {
    float sum = 0;
    for (std::size_t i = 0; i < states.size(); ++i) sum += weights[i] * states[i];
    return sum;
  };
  EXPECT_NEAR(mix(flow_place(1, 3).here), 8, 1e-5);
  EXPECT_NEAR(mix(flow_place(1, 3).picture), 2, 1e-5);  // two less in a third of the time
  EXPECT_NEAR(mix(flow_place(0.5, 3).here), 4.5, 1e-5);
  EXPECT_NEAR(mix(flow_place(0.5, 3).picture), 0, 1e-5);
  EXPECT_NEAR(mix(flow_place(0, 3).here), 1, 1e-5);
  EXPECT_NEAR(mix(flow_place(0, 3).picture), 1, 1e-5);
}

TEST(FlowWays, AreFlatIfStraight) {
  // Two ways in three dimensions, two steps.
  const std::vector<float> states = {0, 0, 0, 1, 1, 1, 1, 2, 3, 2, 1, 1, 2, 4, 6, 3, 1, 1};
  EXPECT_NEAR(curvature(states, 2), 0, 1e-12);
  const FlowWays ways = flow_ways(states, 2, 2);
  ASSERT_EQ(ways.along.size(), 6U);
  EXPECT_NEAR(ways.along_at(0, 1), 0.5F, 1e-6F);
  EXPECT_NEAR(ways.along_at(1, 0.5F), 0.25F, 1e-6F);
  for (const float aside : ways.aside) EXPECT_NEAR(aside, 0, 1e-6F);
}

TEST(FlowWays, ShowHowFarABentWayLeavesTheLine) {
  const std::vector<float> states = {0, 0, 2, 1, 4, 0};  // one way: up to (2, 1), then to (4, 0)
  const FlowWays ways = flow_ways(states, 2, 1);
  EXPECT_NEAR(ways.aside_at(0, 1), 0.25F, 1e-6F);
  EXPECT_NEAR(ways.along_at(0, 1), 0.5F, 1e-6F);
  // Whole way (4, 0), velocities (4, 2) and (4, -2).
  EXPECT_NEAR(ways.curvature, 4.0 / 16, 1e-9);
}

}  // namespace
}  // namespace figment::studio
