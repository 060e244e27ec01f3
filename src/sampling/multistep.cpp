#include "sampling/multistep.h"

#include <cmath>
#include <utility>

namespace figment::sampling {

// Elimination in a Vandermonde system.
Weights solve_moments(const Weights& nodes, const Weights& moments, int p) {
  double a[4][5];
  for (int i = 0; i < p; ++i) {
    for (int k = 0; k < p; ++k) a[i][k] = std::pow(nodes[k], i);
    a[i][p] = moments[i];
  }
  for (int column = 0; column < p; ++column) {
    int pivot = column;
    for (int i = column + 1; i < p; ++i) {
      if (std::abs(a[i][column]) > std::abs(a[pivot][column])) pivot = i;
    }
    std::swap(a[column], a[pivot]);
    for (int i = 0; i < p; ++i) {
      if (i == column) continue;
      const double factor = a[i][column] / a[column][column];
      for (int k = column; k <= p; ++k) a[i][k] -= factor * a[column][k];
    }
  }
  Weights solution{};
  for (int i = 0; i < p; ++i) solution[i] = a[i][p] / a[i][i];
  return solution;
}

double exponential_moment(double z, int n) {
  if (std::abs(z) < 1) {  // where the recursion below loses digits
    double sum = 0;
    double term = 1;
    for (int k = 0; k < 20; ++k) {
      sum += term / (n + k + 1);
      term *= z / (k + 1);
    }
    return sum;
  }
  double moment = std::expm1(z) / z;
  for (int i = 1; i <= n; ++i) moment = (std::exp(z) - i * moment) / z;  // by parts
  return moment;
}

int usable_order(std::span<const SchedulePoint> points, std::size_t step, int order) {
  int usable = 1;
  while (usable < order && usable <= static_cast<int>(step) &&
         points[step - usable].ratio() > points[step - usable + 1].ratio()) {
    ++usable;
  }
  return usable;
}

Weights lambda_nodes(std::span<const SchedulePoint> points, std::size_t step, int order) {
  const double start = points[step].lambda();
  const double length = points[step + 1].lambda() - start;
  Weights nodes{};
  for (int k = 1; k < order; ++k) nodes[k] = (points[step - k].lambda() - start) / length;
  return nodes;
}

}  // namespace figment::sampling
