#include "app/window_tour.h"

#include <gtest/gtest.h>

namespace figment::app {
namespace {

TEST(WindowTour, GoesThroughWhatFillsTheStageAndTakesDownTheFrames) {
  std::vector<studio::Family> families(3);
  families[0].name = "first";
  families[1].name = "below the stage";
  families[1].fills_stage = false;
  families[2].name = "second";
  WindowTour tour(families, 0, 2);
  EXPECT_FALSE(tour.is_over());
  std::vector<std::string> seen;
  studio::View view;
  for (int frame = 0; !tour.is_over(); ++frame) {
    if (const studio::Family* family = tour.due()) seen.push_back(family->name);
    tour.note(10, nullptr);  // nothing is there yet
    view.parts.resize(1);
    tour.note(frame == 1 ? 40 : 20, &view);
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"first", "second", "first", "second"}));
  const TourReport report = tour.report();
  EXPECT_EQ(report.shown, 4);
  EXPECT_EQ(report.longest_ms, 40);
  EXPECT_GE(report.empty_ms, 0);
}

TEST(WindowTour, HasNothingToSayBeforeItsFirstFrame) {
  const TourReport report = WindowTour({}, 1, 1).report();
  EXPECT_EQ(report.p95_ms, 0);
  EXPECT_EQ(report.shown, 0);
}

}  // namespace
}  // namespace figment::app
