#include "studio/wandering_point.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace figment::studio {
namespace {

TEST(WanderingPoint, GoesAroundOnceAndStaysWhereItIsPut) {
  core::ManualTime time;
  WanderingPoint point(2, 1);
  point.begin();
  EXPECT_FALSE(point.is_there());
  time.advance(1);
  EXPECT_TRUE(point.wander());
  EXPECT_FALSE(point.wander()) << "it is no hurry";
  point.hurry();
  EXPECT_TRUE(point.wander());
  float most_x = 0;
  int steps = 2;
  while (!point.is_there()) {
    time.advance(0.1);
    ASSERT_TRUE(point.wander());
    most_x = std::max(most_x, point.x);
    ASSERT_LT(++steps, 1000);
  }
  EXPECT_NEAR(most_x, 2, 1e-3F);
  EXPECT_NEAR(point.y, 0, 1e-3F) << "back where it began";
  EXPECT_FALSE(point.wander());
  point.begin();
  EXPECT_FALSE(point.is_there());
  point.put(0.5F, -0.25F);
  EXPECT_TRUE(point.is_there());
  EXPECT_TRUE(point.was_dragged());
  point.begin();
  EXPECT_TRUE(point.is_there()) << "what a person chose stays for one more rest";
  EXPECT_EQ(point.x, 0.5F);
  point.begin();
  EXPECT_FALSE(point.is_there());
}

}  // namespace
}  // namespace figment::studio
