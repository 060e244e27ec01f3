#include "app/pace.h"

#include <gtest/gtest.h>

namespace figment::app {
namespace {

TEST(Pace, GivesWayWhenFramesAreLongAndComesBack) {
  Pace pace;
  pace.note(34, 33);
  EXPECT_EQ(pace.share(), 1) << "about as long as it should be";
  pace.note(1000, 33);
  EXPECT_GT(pace.share(), 0.8) << "one long frame may have reasons of its own";
  for (int i = 0; i < 100; ++i) pace.note(60, 33);
  EXPECT_EQ(pace.share(), Pace::least) << "the models go on, if slowly";
  for (int i = 0; i < 200; ++i) pace.note(20, 33);
  EXPECT_EQ(pace.share(), 1);
}

}  // namespace
}  // namespace figment::app
