#include "studio/flow_ways.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace figment::studio {

std::vector<FlowEvaluation> flow_evaluations(FlowSolver solver, int steps) {
  core::require(steps >= 1 && steps <= flow_steps_max, "{} steps make no sense; choose 1 to {}", steps, flow_steps_max);
  std::vector<FlowEvaluation> all;
  const double step = -1.0 / steps;
  for (int i = 0; i < steps; ++i) {
    const double time = 1 + step * i;
    switch (solver) {
      case FlowSolver::euler:
        all.push_back({time, 0, step, true});
        break;
      case FlowSolver::midpoint:
        all.push_back({time, 0, step / 2, false});
        all.push_back({time + step / 2, 0, step, true});
        break;
      case FlowSolver::heun:
        all.push_back({time, 0, step, false});
        all.push_back({std::max(time + step, 0.0), step / 2, step / 2, true});
        break;
    }
  }
  return all;
}

FlowPlace flow_place(double time, int steps) {
  const double way = (1 - std::clamp(time, 0.0, 1.0)) * steps;
  const int step = std::min(static_cast<int>(way), steps - 1);
  const auto share = static_cast<float>(way - step);
  const auto left = static_cast<float>(time * steps);
  FlowPlace place;
  place.here.resize(static_cast<std::size_t>(steps) + 1);
  const auto at = static_cast<std::size_t>(step);
  place.here[at] = 1 - share;
  place.here[at + 1] = share;
  place.picture = place.here;
  place.picture[at] -= left;
  place.picture[at + 1] += left;
  return place;
}

double curvature(std::span<const float> states, int steps) {
  const std::size_t size = states.size() / static_cast<std::size_t>(steps + 1);
  const std::span<const float> first = states.first(size);
  const std::span<const float> last = states.last(size);
  double bent = 0;
  double whole = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const double way = last[i] - first[i];
    whole += way * way;
    for (int step = 0; step < steps; ++step) {
      const std::size_t at = static_cast<std::size_t>(step) * size + i;
      const double difference = way - steps * static_cast<double>(states[at + size] - states[at]);
      bent += difference * difference / steps;
    }
  }
  return whole > 0 ? bent / whole : 0;
}

float FlowWays::between(const std::vector<float>& values, int way, float place) const {
  const int step = std::clamp(static_cast<int>(place), 0, points - 2);
  const float share = place - static_cast<float>(step);
  const auto i = static_cast<std::size_t>(way * points + step);
  return values[i] * (1 - share) + values[i + 1] * share;
}

namespace {

/// One way as differences to its first state.
struct Way {
  std::vector<std::vector<double>> moved;  ///< [points][dimensions]
  std::vector<double> along;               ///< share of the whole way at each point
  std::vector<double> width;               ///< squared distance from the straight line
};

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// Leaves in `moved` what is beside the straight line.
Way split(std::vector<std::vector<double>> moved) {
  Way way;
  const std::vector<double> whole = moved.back();
  const double length = std::max(dot(whole, whole), 1e-12);
  for (std::vector<double>& state : moved) {
    const double share = dot(state, whole) / length;
    for (std::size_t i = 0; i < state.size(); ++i) state[i] -= share * whole[i];
    way.along.push_back(share);
    way.width.push_back(dot(state, state) / length);
  }
  way.moved = std::move(moved);
  return way;
}

}  // namespace

FlowWays flow_ways(std::span<const float> states, int steps, int count) {
  FlowWays result;
  result.count = count;
  result.points = steps + 1;
  result.curvature = curvature(states, steps);
  const std::size_t row = states.size() / static_cast<std::size_t>(steps + 1);
  const std::size_t size = row / static_cast<std::size_t>(count);
  for (int which = 0; which < count; ++which) {
    const std::size_t first = static_cast<std::size_t>(which) * size;
    std::vector<std::vector<double>> moved;
    for (int step = 0; step <= steps; ++step) {
      std::vector<double>& state = moved.emplace_back(size);
      const std::size_t at = static_cast<std::size_t>(step) * row + first;
      for (std::size_t i = 0; i < size; ++i) state[i] = states[at + i] - states[first + i];
    }
    const Way way = split(std::move(moved));
    const auto widest = std::max_element(way.width.begin(), way.width.end()) - way.width.begin();
    const std::vector<double>& direction = way.moved[static_cast<std::size_t>(widest)];
    const double unit = std::max(std::sqrt(dot(direction, direction)), 1e-12);
    const double to_lengths = std::sqrt(way.width[static_cast<std::size_t>(widest)]) / (unit * unit);
    for (std::size_t step = 0; step < way.along.size(); ++step) {
      result.along.push_back(static_cast<float>(way.along[step]));
      result.aside.push_back(static_cast<float>(dot(way.moved[step], direction) * to_lengths));
    }
  }
  return result;
}

}  // namespace figment::studio
