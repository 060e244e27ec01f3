#pragma once
#include <span>
#include <vector>

/// The ways from noise to pictures that a rectified flow takes: which steps are made, and how straight they are.
namespace figment::studio {

inline constexpr int flow_steps_max = 16;

/// How the flow is followed. Its ways are nearly straight, so the simplest does.
enum class FlowSolver { euler, midpoint, heun };

/// One evaluation of the velocity v at `time`, for the x that the one before led to, and where it leads:
/// x = base + from_last * last velocity + from_this * v; base = x if that ends a step.
struct FlowEvaluation {
  double time = 1;
  double from_last = 0;
  double from_this = 0;
  bool ends_step = true;
};
/// All of a run from noise (time 1) to pictures (time 0).
std::vector<FlowEvaluation> flow_evaluations(FlowSolver solver, int steps);

/// Weights of the states after each of `steps` steps: what lies on the way at a time, and the picture to which the way
/// leads straight from there.
struct FlowPlace {
  std::vector<float> here;
  std::vector<float> picture;
};
FlowPlace flow_place(double time, int steps);

/// How far from straight a way is (Liu et al., 2022): the mean of |whole way - velocity|^2 over that of |whole way|^2;
/// 0 is straight. States [steps + 1, dimensions].
double curvature(std::span<const float> states, int steps);

/// Some ways, each in the plane through its ends in which it bends most.
struct FlowWays {
  int count = 0;
  int points = 0;            ///< of each, steps + 1
  std::vector<float> along;  ///< [count, points] from 0 at the noise to 1 at the picture
  std::vector<float> aside;  ///< [count, points] in lengths of the whole way
  double curvature = 0;

  /// A point between two steps, which is joined by a line: `place` from 0 to points - 1.
  float along_at(int way, float place) const { return between(along, way, place); }
  float aside_at(int way, float place) const { return between(aside, way, place); }

 private:
  float between(const std::vector<float>& values, int way, float place) const;
};
/// Of states [steps + 1, count, dimensions].
FlowWays flow_ways(std::span<const float> states, int steps, int count);

}  // namespace figment::studio
