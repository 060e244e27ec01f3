#include "core/clock.h"

#include <gtest/gtest.h>

namespace figment::core {
namespace {

TEST(ClockTest, StandsStillInAFilmButForItsFrames) {
  const auto before = Clock::now();
  {
    ManualTime time;
    const auto begin = Clock::now();
    EXPECT_GE(begin, before);
    EXPECT_EQ(Clock::now(), begin);
    time.advance(0.25);
    EXPECT_EQ(Clock::now() - begin, std::chrono::milliseconds(250));
    EXPECT_THROW(ManualTime(), std::exception);
  }
  EXPECT_GE(Clock::now(), before);
}

}  // namespace
}  // namespace figment::core
