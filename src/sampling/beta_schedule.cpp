#include <cmath>

#include "sampling/schedules.h"

namespace figment::sampling {

namespace {
// I_x(a, b), the regularised incomplete beta function, by the power series of the integrand about 0, which has half as
// much left with every term for x <= 1/2; the other half follows from its symmetry.
double beta_distribution(double x, double a, double b) {
  if (x > 0.5) return 1 - beta_distribution(1 - x, b, a);
  double sum = 0;
  double term = 1;  // (1 - b)_n / n! * x^n
  for (int n = 0; n < 60; ++n) {
    sum += term / (a + n);
    term *= (n + 1 - b) / (n + 1) * x;
  }
  return std::pow(x, a) * sum * std::tgamma(a + b) / (std::tgamma(a) * std::tgamma(b));
}
}  // namespace

double beta_quantile(double p, double a, double b) {
  double low = 0;
  double high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (beta_distribution(middle, a, b) < p ? low : high) = middle;
  }
  return high;
}

// Lee et al. (2024), "Beta Sampling is All You Need": times that are quantiles of Beta(0.6, 0.6).
std::vector<SchedulePoint> make_beta(const NoiseProcess& process, int steps, const ScheduleOptions& options) {
  constexpr double shape = 0.6;
  const double first = process.at_ratio(upper_ratio(process, options)).time;
  const double last = process.at_ratio(lower_ratio(process, options)).time;
  return make_points(steps, [&](int step) {
    const double share = beta_quantile(1 - static_cast<double>(step) / steps, shape, shape);
    return process.at_time(std::lerp(last, first, share));
  });
}

}  // namespace figment::sampling
