#include "sampling/schedule.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "sampling/prediction.h"
#include "sampling/schedules.h"

namespace figment::sampling {
namespace {

TEST(Schedule, FallsToZeroForEveryProcess) {
  for (const NoiseProcessInfo& info : noise_processes()) {
    const NoiseProcess process = info.make();
    EXPECT_EQ(info.tooltip.back(), '.');
    for (const Schedule& schedule : schedules()) {
      EXPECT_EQ(schedule.tooltip.back(), '.');
      for (const int steps : {1, 2, 3, 10, 50, 500}) {
        const std::vector<SchedulePoint> points = make_schedule(schedule, process, steps);
        ASSERT_EQ(points.size(), steps + 1u);
        EXPECT_EQ(points.back().sigma, 0);
        EXPECT_EQ(points.back().alpha, 1);
        EXPECT_GT(points.front().sigma, 0.98) << info.name << ' ' << schedule.name;
        for (int i = 0; i < steps; ++i) {
          EXPECT_GT(points[i].ratio(), points[i + 1].ratio()) << info.name << ' ' << schedule.name << ' ' << i;
          EXPECT_GE(points[i].time, points[i + 1].time) << info.name << ' ' << schedule.name;
        }
      }
    }
  }
}

TEST(Schedule, KnownValues) {
  const NoiseProcess flow = NoiseProcess::rectified_flow();
  const std::vector<SchedulePoint> linear = make_schedule(schedule_named("linear"), flow, 4);
  EXPECT_NEAR(linear[0].time, 0.999, 1e-12);
  EXPECT_NEAR(linear[1].time, 0.999 * 0.75, 1e-12);
  EXPECT_NEAR(linear[3].sigma, 0.999 * 0.25, 1e-12);
  // Karras et al. (2022), equation 5 with rho 7 from 80 to 0.002; the values for 5 levels, computed apart.
  const std::vector<SchedulePoint> karras =
      make_schedule(schedule_named("karras"), flow, 5, {.ratio_max = 80, .ratio_min = 0.002});
  const double expected[] = {80, 17.5278, 2.5152, 0.1698, 0.002};
  for (int i = 0; i < 5; ++i) EXPECT_NEAR(karras[i].ratio(), expected[i], 1e-4 * std::max(1.0, expected[i]));
  const std::vector<SchedulePoint> exponential =
      make_schedule(schedule_named("exponential"), flow, 3, {.ratio_max = 10, .ratio_min = 0.1});
  EXPECT_NEAR(exponential[1].ratio(), 1, 1e-12);
  // The middle of the quarter circle is 45 degrees, where signal and noise are equal (to the circle's cut end).
  const std::vector<SchedulePoint> cosine = make_schedule(schedule_named("cosine"), NoiseProcess::cosine(), 2);
  EXPECT_NEAR(cosine[1].ratio(), 1, 0.01);
}

// Against the integral itself, by substitution x = u^(1/a), which takes the peak at 0 away, and Simpson's rule; and
// values that are known in closed form.
TEST(Schedule, BetaQuantiles) {
  EXPECT_NEAR(beta_quantile(0.3, 1, 1), 0.3, 1e-12);
  EXPECT_NEAR(beta_quantile(0.25, 2, 1), 0.5, 1e-12);          // I_x(2, 1) = x^2
  EXPECT_NEAR(beta_quantile(1.0 / 3, 0.5, 0.5), 0.25, 1e-12);  // the arcsine law: sin^2(pi p / 2)
  EXPECT_NEAR(beta_quantile(0.9, 0.5, 0.5), std::pow(std::sin(0.45 * 3.14159265358979), 2), 1e-12);
  constexpr double a = 0.6;
  const double whole = std::tgamma(a) * std::tgamma(a) / std::tgamma(2 * a);
  for (const double p : {0.02, 0.1, 0.25, 0.4, 0.5}) {
    const double end = std::pow(beta_quantile(p, a, a), a);
    constexpr int pieces = 2000;
    double sum = 0;
    for (int i = 0; i <= pieces; ++i) {
      const double value = std::pow(1 - std::pow(end * i / pieces, 1 / a), a - 1) / a;
      sum += value * (i == 0 || i == pieces ? 1 : i % 2 == 1 ? 4 : 2);
    }
    EXPECT_NEAR(sum * end / pieces / 3 / whole, p, 1e-6);
    EXPECT_NEAR(beta_quantile(1 - p, a, a), 1 - beta_quantile(p, a, a), 1e-12);
  }
  EXPECT_EQ(beta_quantile(1, a, a), 1);
}

TEST(Schedule, NewerOnesAreWhatTheirNamesSay) {
  const NoiseProcess flow = NoiseProcess::rectified_flow();
  // Times fall evenly from where the ratio is 80 to where it is 0.01.
  const std::vector<SchedulePoint> sgm = make_schedule(schedule_named("sgm_uniform"), flow, 4);
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(sgm[i].time, std::lerp(80 / 81.0, 0.01 / 1.01, i / 4.0), 1e-9);
  // 7 steps of 1000 levels: every 142.86th, rounded down.
  const std::vector<SchedulePoint> simple = make_schedule(schedule_named("simple"), flow, 7);
  const double levels[] = {1000, 858, 715, 572, 429, 286, 143};
  for (int i = 0; i < 7; ++i) EXPECT_NEAR(simple[i].time, 0.999 * levels[i] / 1000, 1e-9);
  // Symmetric about the middle of its time, and denser at the ends.
  const std::vector<SchedulePoint> beta = make_schedule(schedule_named("beta"), flow, 8);
  EXPECT_NEAR(beta[4].time, (80 / 81.0 + 0.01 / 1.01) / 2, 1e-9);
  EXPECT_LT(beta[0].time - beta[1].time, 0.6 * (beta[3].time - beta[4].time));
  // Ten steps are its table; twice as many have the same points at every second step.
  const std::vector<SchedulePoint> ten = make_schedule(schedule_named("align_your_steps"), flow, 10);
  const std::vector<SchedulePoint> twenty = make_schedule(schedule_named("align_your_steps"), flow, 20);
  EXPECT_NEAR(ten[0].ratio(), 80, 1e-9);
  for (int i = 0; i < 10; ++i) EXPECT_NEAR(ten[i].ratio(), twenty[2 * i].ratio(), 1e-9);
}

TEST(NoiseProcess, TimeAndRatioAreInverse) {
  for (const NoiseProcessInfo& info : noise_processes()) {
    const NoiseProcess process = info.make();
    for (const double fraction : {0.1, 0.25, 0.5, 0.9}) {
      const SchedulePoint point = process.at_fraction(fraction);
      const SchedulePoint same = process.at_ratio(point.ratio());
      EXPECT_NEAR(same.alpha, point.alpha, 1e-9) << info.name;
      EXPECT_NEAR(same.sigma, point.sigma, 1e-9) << info.name;
      // Between whole times one way is linear in the ratio, the other in its logarithm.
      EXPECT_NEAR(same.time, point.time, 2e-5 * std::max(1.0, point.time)) << info.name;
    }
  }
}

TEST(NoiseProcess, DdpmEndsWhereThePaperSays) {
  const NoiseProcess process = noise_process_named("ddpm_linear").make();
  EXPECT_NEAR(process.at_time(0).sigma, 0.01, 1e-9);
  EXPECT_NEAR(process.at_time(999).alpha, std::sqrt(4.0358e-5), 1e-6);  // sqrt of the product of 1 - beta
  EXPECT_NEAR(noise_process_named("ddpm_scaled_linear").make().ratio_max(), 14.6146, 1e-3);
  EXPECT_LE(noise_process_named("ddpm_cosine").make().ratio_max(), 164);
}

TEST(Schedule, RefusesWhatCannotWork) {
  const NoiseProcess flow = NoiseProcess::rectified_flow();
  const Schedule& schedule = schedule_named("karras");
  EXPECT_THROW(make_schedule(schedule, flow, 0), core::Error);
  EXPECT_THROW(make_schedule(schedule, flow, steps_max + 1), core::Error);
  EXPECT_THROW(make_schedule(schedule, flow, 5, {.ratio_max = 0.1, .ratio_min = 0.2}), core::Error);
  EXPECT_THROW(schedule_named("best"), core::Error);
  EXPECT_THROW(noise_process_named("best"), core::Error);
  EXPECT_THROW(prediction_named("best"), core::Error);
  EXPECT_THROW(NoiseProcess::discrete({0.5, 0.6}), core::Error);
  EXPECT_THROW(NoiseProcess::discrete({0.5}), core::Error);
  EXPECT_THROW(NoiseProcess::discrete_betas(std::vector<double>{0.5, 1.5}), core::Error);
  EXPECT_THROW(flow.at_ratio(NAN), core::Error);
}

TEST(Prediction, FormsInvertTheExactOutput) {
  for (const PredictionInfo& info : predictions()) {
    EXPECT_EQ(prediction_named(info.name), info.prediction);
    for (const NoiseProcess& process : {NoiseProcess::rectified_flow(), NoiseProcess::cosine()}) {
      for (const double fraction : {0.02, 0.3, 0.5, 0.95}) {
        const SchedulePoint point = process.at_fraction(fraction);
        const double x0 = 0.3, noise = -1.2;
        const double x = point.alpha * x0 + point.sigma * noise;
        const double f = exact_output(info.prediction, x0, noise, point.alpha, point.sigma);
        const LinearForm denoised = denoised_form(info.prediction, point.alpha, point.sigma);
        const LinearForm noisy = noise_form(info.prediction, point.alpha, point.sigma);
        EXPECT_NEAR(denoised.x * x + denoised.f * f, x0, 1e-9) << info.name;
        EXPECT_NEAR(noisy.x * x + noisy.f * f, noise, 1e-9) << info.name;
      }
    }
  }
}

}  // namespace
}  // namespace figment::sampling
