// Samplers on Gaussian data, for which the best network and the solution of the diffusion ODE are known exactly.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "sampling/sampler.h"

namespace figment::sampling {
namespace {

constexpr double mean = 0.7;
constexpr double deviation = 0.4;

// The expected clean value, given x: what a perfect network predicts.
double denoise(double x, double alpha, double sigma) {
  const double variance = deviation * deviation;
  return mean + alpha * variance / (alpha * alpha * variance + sigma * sigma) * (x - alpha * mean);
}

double spread(const SchedulePoint& point) { return std::hypot(point.alpha * deviation, point.sigma); }

// Along the ODE, x keeps its distance from the mean in units of the marginal's deviation.
double exact_solution(double x, const SchedulePoint& from, const SchedulePoint& to) {
  return to.alpha * mean + spread(to) / spread(from) * (x - from.alpha * mean);
}

// What a consistency model says: where the ODE from here ends.
double end_of_ode(double x, double alpha, double sigma) {
  return mean + deviation / std::hypot(alpha * deviation, sigma) * (x - alpha * mean);
}

// Runs a table in double precision, which the slopes of high orders need; noise[row] is the row's noise. It reads
// the rows as step_table.h describes them, so it is a second reading of that page too.
double run(const StepTable& table, Prediction prediction, double x, const std::vector<double>& noise = {},
           double (*network)(double x, double alpha, double sigma) = denoise) {
  double y = 0;
  double m[4] = {0, 0, 0, 0};
  for (std::size_t number = 0; number < table.rows.size(); ++number) {
    const StepCoefficients& row = table.rows[number];
    const double x0 = network(x, row.alpha, row.sigma);
    const double f = exact_output(prediction, x0, (x - row.alpha * x0) / row.sigma, row.alpha, row.sigma);
    m[0] = row.a_x * x + row.a_f * f;
    double x_next = row.c_x * x + row.c_y * y + (noise.empty() ? 0.0 : row.c_n * noise[number]);
    double y_next = row.s_x * x + row.s_y * y;
    for (int j = 0; j < 4; ++j) {
      x_next += row.c_m[j] * m[j];
      y_next += row.s_m[j] * m[j];
    }
    x = x_next;
    y = y_next;
    for (int j = 3; j > 0; --j) m[j] = m[j - 1];
  }
  return x;
}

// Evenly spread in lambda down to a noise level above 0, so that every step is small.
std::vector<SchedulePoint> make_points(const NoiseProcess& process, int steps, double low) {
  constexpr double high = 6;
  std::vector<SchedulePoint> points;
  for (int i = 0; i <= steps; ++i) points.push_back(process.at_ratio(high * std::pow(low / high, i / (steps + 0.0))));
  return points;
}

double error_of(const Sampler& sampler, const NoiseProcess& process, Prediction prediction, int steps,
                SamplerOptions options) {
  options.eta = 0;
  options.process = &process;
  options.lower_order_final = false;
  double error = 0;
  // Several ends, since the error of one of them may pass through 0 where its sign changes.
  for (const double low : {0.15, 0.25, 0.4, 0.6}) {
    const std::vector<SchedulePoint> points = make_points(process, steps, low);
    const StepTable table = make_step_table(sampler, points, prediction, options);
    const double x = points.front().alpha * mean + 1.3 * spread(points.front());
    error += std::abs(run(table, prediction, x) - exact_solution(x, points.front(), points.back())) / 4;
  }
  return error;
}

double order_of(const Sampler& sampler, const NoiseProcess& process, Prediction prediction,
                const SamplerOptions& options = {}) {
  const double coarse = error_of(sampler, process, prediction, 12, options);
  const double fine = error_of(sampler, process, prediction, 36, options);
  return std::log(coarse / fine) / std::log(3.0);
}

TEST(Convergence, EverySamplerReachesItsOrder) {
  for (const NoiseProcessInfo& info : noise_processes()) {
    const NoiseProcess process = info.make();
    for (const Sampler& sampler : samplers()) {
      if (sampler.name == "ddpm") continue;  // has no eta: see the test of its moments
      const bool is_second_without_noise = sampler.max_order >= 2 || sampler.evaluations_per_step == 2;
      const int order = sampler.stochastic && is_second_without_noise ? 2 : sampler.order;
      for (const PredictionInfo& prediction : predictions()) {
        const double measured = order_of(sampler, process, prediction.prediction);
        EXPECT_GT(measured, order - 0.2) << sampler.name << ' ' << info.name << ' ' << prediction.name;
        EXPECT_LT(error_of(sampler, process, prediction.prediction, 36, {}), order == 1 ? 0.01 : 0.001)
            << sampler.name << ' ' << info.name << ' ' << prediction.name;
      }
      RecordProperty(std::string(sampler.name) + "_" + std::string(info.name),
                     std::to_string(order_of(sampler, process, Prediction::v)));
    }
  }
}

TEST(Convergence, HigherOrdersAreMoreExact) {
  const NoiseProcess process = NoiseProcess::cosine();
  for (const Sampler& sampler : samplers()) {
    double before = error_of(sampler, process, Prediction::v, 30, {.order = 1});
    for (int order = 2; order <= sampler.max_order; ++order) {
      const double error = error_of(sampler, process, Prediction::v, 30, {.order = order});
      EXPECT_LT(error, before) << sampler.name << " of order " << order;
      before = error;
    }
  }
}

// LMS starts with one Euler step, whose error hides its order over a whole run. Its weights show it: those of order
// k integrate every polynomial of a degree below k exactly.
TEST(Convergence, LmsIntegratesPolynomials) {
  const std::vector<SchedulePoint> points = make_points(NoiseProcess::rectified_flow(), 12, 0.15);
  for (int order = 1; order <= 4; ++order) {
    const StepTable table = make_step_table(sampler_named("lms"), points, Prediction::epsilon, {.order = order});
    for (std::size_t step = 3; step < table.rows.size(); ++step) {
      const double from = points[step].ratio();
      const double to = points[step + 1].ratio();
      for (int degree = 0; degree < order; ++degree) {
        double sum = 0;
        for (std::size_t j = 0; j < 4; ++j) {
          sum += table.rows[step].c_m[j] / points[step + 1].alpha * std::pow(points[step - j].ratio(), degree);
        }
        const double integral = (std::pow(to, degree + 1) - std::pow(from, degree + 1)) / (degree + 1);
        EXPECT_NEAR(sum, integral, 1e-5 * std::max(1.0, std::pow(from, degree))) << order << ' ' << degree;
      }
    }
  }
}

// What the weights of a multistep solver give for the integral over a step, if the outputs are t^degree in the
// variable t of each point.
template <typename VariableOf>
double weighted_powers(const StepCoefficients& row, std::span<const SchedulePoint> points, std::size_t step, int degree,
                       VariableOf variable_of) {
  double sum = 0;
  for (std::size_t j = 0; j < 4 && j <= step; ++j) {
    sum += row.c_m[j] * std::pow(variable_of(points[step - j]), degree);
  }
  return sum;
}

// Simpson's rule over lambda, fine enough to be exact here.
template <typename Function>
double integrate(double from, double to, Function function) {
  constexpr int pieces = 200;
  const double h = (to - from) / pieces;
  double sum = function(from) + function(to);
  for (int i = 1; i < pieces; ++i) sum += (i % 2 == 1 ? 4 : 2) * function(from + i * h);
  return sum * h / 3;
}

TEST(Convergence, DeisIntegratesPolynomialsInLambda) {
  const NoiseProcess process = NoiseProcess::cosine();
  const std::vector<SchedulePoint> points = make_schedule(schedule_named("karras"), process, 12);
  const auto lambda_of = [](const SchedulePoint& point) { return point.lambda(); };
  for (int order = 1; order <= 4; ++order) {
    const SamplerOptions options{.order = order, .lower_order_final = false};
    const StepTable table = make_step_table(sampler_named("deis"), points, Prediction::epsilon, options);
    for (std::size_t step = 3; step + 2 < points.size(); ++step) {
      for (int degree = 0; degree < order; ++degree) {
        // dX/dS = lambda^degree with S = exp(-lambda).
        const double expected = points[step + 1].alpha *
                                integrate(points[step].lambda(), points[step + 1].lambda(),
                                          [&](double lambda) { return -std::exp(-lambda) * std::pow(lambda, degree); });
        const double sum = weighted_powers(table.rows[step], points, step, degree, lambda_of);
        EXPECT_NEAR(sum, expected, 1e-5 * std::max(1.0, std::abs(expected))) << order << ' ' << degree << ' ' << step;
      }
    }
  }
}

TEST(Convergence, ThirdOrderSdeIntegratesParabolasInLambda) {
  const NoiseProcess process = NoiseProcess::cosine();
  const std::vector<SchedulePoint> points = make_schedule(schedule_named("karras"), process, 12);
  const auto lambda_of = [](const SchedulePoint& point) { return point.lambda(); };
  for (const float eta : {0.0f, 0.5f, 1.0f}) {
    const StepTable table = make_step_table(sampler_named("dpmpp_3m_sde"), points, Prediction::x0,
                                            {.eta = eta, .lower_order_final = false});
    for (std::size_t step = 3; step + 2 < points.size(); ++step) {
      const SchedulePoint& to = points[step + 1];
      for (int degree = 0; degree < 3; ++degree) {
        const double expected =
            to.alpha * integrate(points[step].lambda(), to.lambda(), [&](double lambda) {
              return (1 + eta) * std::exp(-(1 + eta) * (to.lambda() - lambda)) * std::pow(lambda, degree);
            });
        const double sum = weighted_powers(table.rows[step], points, step, degree, lambda_of);
        EXPECT_NEAR(sum, expected, 2e-5 * std::max(1.0, std::abs(expected))) << eta << ' ' << degree << ' ' << step;
      }
    }
  }
}

struct Moments {
  double mean;
  double deviation;
};

// A sampler on Gaussian data is affine in the starting noise and in every row's noise, so the moments of its
// results follow from one run for each.
Moments moments_of(const Sampler& sampler, const NoiseProcess& process, const Schedule& schedule, int steps,
                   double (*network)(double x, double alpha, double sigma) = denoise) {
  const std::vector<SchedulePoint> points = make_schedule(schedule, process, steps);
  const StepTable table = make_step_table(sampler, points, Prediction::v, {.process = &process});
  const auto end_of = [&](double x, const std::vector<double>& noise = {}) {
    return run(table, Prediction::v, x, noise, network);
  };
  const double base = end_of(0);
  double variance = std::pow(end_of(table.initial_scale) - base, 2);
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    if (table.rows[row].c_n == 0) continue;
    std::vector<double> noise(table.rows.size());
    noise[row] = 1;
    variance += std::pow(end_of(0, noise) - base, 2);
  }
  return {base, std::sqrt(variance)};
}

TEST(Convergence, EverySamplerReachesTheDataFromNoise) {
  for (const NoiseProcess& process : {NoiseProcess::rectified_flow(), NoiseProcess::cosine()}) {
    for (const Sampler& sampler : samplers()) {
      if (sampler.name == "lcm") continue;  // wants a consistency model: see the next test
      for (const Schedule& schedule : schedules()) {
        const Moments few = moments_of(sampler, process, schedule, 25);
        const Moments many = moments_of(sampler, process, schedule, 200);
        const double error = std::abs(many.mean - mean) + std::abs(many.deviation - deviation);
        const double error_few = std::abs(few.mean - mean) + std::abs(few.deviation - deviation);
        EXPECT_LT(error, 0.03) << sampler.name << ' ' << schedule.name;
        EXPECT_LT(error, std::max(error_few, 0.01)) << sampler.name << ' ' << schedule.name;
      }
    }
  }
}

// With a consistency model LCM is exact however few steps it takes. With a denoiser, which gives the mean of all
// pictures that may be meant, some of their spread is lost, and more steps do not bring it back.
TEST(Convergence, LcmNeedsFewStepsOfAConsistencyModel) {
  const NoiseProcess process = NoiseProcess::cosine();
  const Sampler& lcm = sampler_named("lcm");
  for (const Schedule& schedule : schedules()) {
    for (const int steps : {1, 2, 4, 8}) {
      const Moments exact = moments_of(lcm, process, schedule, steps, end_of_ode);
      EXPECT_NEAR(exact.mean, mean, 0.02) << schedule.name << ' ' << steps;
      EXPECT_NEAR(exact.deviation, deviation, 0.001) << schedule.name << ' ' << steps;
    }
    for (const int steps : {4, 100}) {
      const Moments narrow = moments_of(lcm, process, schedule, steps);
      EXPECT_NEAR(narrow.mean, mean, 0.02) << schedule.name;
      EXPECT_LT(narrow.deviation, 0.8 * deviation) << schedule.name;
    }
  }
}

TEST(Convergence, NoiseIsDrawnExactlyByTheStochasticSamplers) {
  const NoiseProcess process = NoiseProcess::rectified_flow();
  const std::vector<SchedulePoint> points = make_schedule(schedule_named("karras"), process, 10);
  for (const Sampler& sampler : samplers()) {
    bool draws = false;
    for (const StepCoefficients& row :
         make_step_table(sampler, points, Prediction::velocity, {.process = &process}).rows) {
      draws = draws || row.c_n != 0;
    }
    EXPECT_EQ(draws, sampler.stochastic) << sampler.name;
  }
}

// Known identities between samplers, for a process that does not preserve variance.
TEST(Convergence, EquivalentSamplersAgree) {
  const NoiseProcess process = NoiseProcess::rectified_flow();
  const std::vector<SchedulePoint> points = make_schedule(schedule_named("linear"), process, 12);
  const auto expect_same = [&](const char* first, SamplerOptions first_options, const char* second,
                               SamplerOptions second_options) {
    first_options.process = second_options.process = &process;
    const StepTable a = make_step_table(sampler_named(first), points, Prediction::velocity, first_options);
    const StepTable b = make_step_table(sampler_named(second), points, Prediction::velocity, second_options);
    ASSERT_EQ(a.rows.size(), b.rows.size());
    for (std::size_t row = 0; row < a.rows.size(); ++row) {
      EXPECT_NEAR(a.rows[row].c_x, b.rows[row].c_x, 1e-6) << first << ' ' << second << ' ' << row;
      EXPECT_NEAR(a.rows[row].c_n, b.rows[row].c_n, 1e-6) << first << ' ' << second << ' ' << row;
      for (int j = 0; j < 4; ++j) EXPECT_NEAR(a.rows[row].c_m[j], b.rows[row].c_m[j], 1e-6) << first << ' ' << second;
    }
  };
  expect_same("euler", {}, "ddim", {});
  expect_same("ddpm", {}, "ddim", {.eta = 1.0f});
  expect_same("ddpm", {}, "euler_ancestral", {});
  expect_same("dpmpp_2m", {}, "dpmpp_2m_sde", {.eta = 0.0f});
  expect_same("dpmpp_2m_sde", {.order = 1}, "dpmpp_3m_sde", {.order = 1});
  expect_same("dpm2", {}, "dpm2_ancestral", {.eta = 0.0f});
  expect_same("ddim", {}, "lcm", {.eta = 0.0f});
  for (const StepCoefficients& row : make_step_table(sampler_named("euler"), points, Prediction::velocity).rows) {
    // The straight step x + (s_next - s) * velocity.
    const double step = row.sigma - row.c_x * row.sigma;
    EXPECT_NEAR(row.c_x + row.c_m[0] * row.a_x, 1, 1e-5);
    EXPECT_NEAR(row.c_m[0] * row.a_f, -step, 1e-5);
  }
}

}  // namespace
}  // namespace figment::sampling
