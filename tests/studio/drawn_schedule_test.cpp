#include "studio/drawn_schedule.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "studio/picture_generator.h"

namespace figment::studio {
namespace {

void expect_falls(const DrawnSchedule& schedule) {
  const auto& ratios = schedule.ratios();
  for (std::size_t i = 1; i < ratios.size(); ++i) ASSERT_LT(ratios[i], ratios[i - 1]) << schedule.text();
  EXPECT_LE(ratios.front(), DrawnSchedule::ratio_max);
  EXPECT_GE(ratios.back(), DrawnSchedule::ratio_min);
}

TEST(DrawnSchedule, BeginsAsKarras) {
  const DrawnSchedule schedule;
  expect_falls(schedule);
  const auto process = sampling::noise_process_named(landscape_process).make();
  const auto karras = sampling::make_schedule(sampling::schedule_named("karras"), process, DrawnSchedule::handles);
  const auto points = schedule.points(process, DrawnSchedule::handles);
  ASSERT_EQ(points.size(), karras.size());
  for (std::size_t i = 0; i < points.size(); ++i) EXPECT_NEAR(points[i].sigma, karras[i].sigma, 1e-3);
  EXPECT_EQ(points.back().sigma, 0);
}

TEST(DrawnSchedule, FallsHoweverItIsBent) {
  core::Random random(3);
  DrawnSchedule schedule;
  const auto process = sampling::noise_process_named(landscape_process).make();
  for (int i = 0; i < 300; ++i) {
    schedule.bend(static_cast<double>(random.uniform()) * 1.2 - 0.1,
                  std::exp(10 * static_cast<double>(random.normal())));
    expect_falls(schedule);
    EXPECT_EQ(DrawnSchedule::from_text(schedule.text()), schedule);
    const auto points = schedule.points(process, 1 + i % 40);
    for (std::size_t p = 1; p < points.size(); ++p) ASSERT_LT(points[p].sigma, points[p - 1].sigma);
  }
}

TEST(DrawnSchedule, GoesWhereItIsPulled) {
  DrawnSchedule schedule;
  const double before = schedule.ratio_at(0.5);
  schedule.bend(0.5, before / 2);
  EXPECT_NEAR(schedule.ratio_at(0.5), before / 2, before / 200);
  EXPECT_NEAR(schedule.ratio_at(0), 80, 0.1);
}

TEST(DrawnSchedule, TextThatMakesNoSenseIsASentence) {
  for (const char* text : {"80", "1 2", "80 x", "80 20 20", "-1 -2", "nan 1", "900 1", "1e999 3", "5 0"}) {
    EXPECT_THROW(DrawnSchedule::from_text(text), core::Error) << text;
  }
  EXPECT_EQ(DrawnSchedule::from_text("  "), DrawnSchedule());
  EXPECT_EQ(DrawnSchedule::from_text("80, 20, 1,0.05").ratios().size(), 4U);
}

}  // namespace
}  // namespace figment::studio
