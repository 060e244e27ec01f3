#include "sampling/schedule.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "sampling/prediction.h"

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
