#include "core/random.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace figment::core {
namespace {

// The known answers published with Random123 (kat_vectors, philox4x32-10).
TEST(Philox, GivesTheKnownAnswers) {
  const std::array<std::uint32_t, 4> zeros = {0x6627e8d5U, 0xe169c58dU, 0xbc57ac4cU, 0x9b00dbd8U};
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), zeros);
  const std::array<std::uint32_t, 4> ones = {0x408f276dU, 0x41c83b0eU, 0xa20bc7c6U, 0x6d5451fdU};
  EXPECT_EQ(philox({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}), ones);
  const std::array<std::uint32_t, 4> pi = {0xd16cfe09U, 0x94fdccebU, 0x5001e420U, 0x24126ea1U};
  EXPECT_EQ(philox({0x243f6a88U, 0x85a308d3U, 0x13198a2eU, 0x03707344U}, {0xa4093822U, 0x299f31d0U}), pi);
}

TEST(Random, IsPhiloxInOrder) {
  Random random(0);
  EXPECT_EQ(random.bits(), 0x6627e8d5U);
  EXPECT_EQ(random.bits(), 0xe169c58dU);
  EXPECT_EQ(random.bits(), 0xbc57ac4cU);
  EXPECT_EQ(random.bits(), 0x9b00dbd8U);
  EXPECT_EQ(random.bits(), philox({1, 0, 0, 0}, {0, 0})[0]);
}

TEST(Random, SeedsAndStreamsDiffer) {
  EXPECT_NE(Random(1).bits(), Random(2).bits());
  EXPECT_NE(Random(1, 0).bits(), Random(1, 1).bits());
  Random first(7, 3);
  Random copy = first;
  for (int i = 0; i < 9; ++i) EXPECT_EQ(first.bits(), copy.bits());
}

TEST(Random, UniformAndNormalHaveTheirMoments) {
  Random random(11);
  constexpr int count = 200000;
  double uniform_sum = 0;
  double normal_sum = 0;
  double normal_squares = 0;
  for (int i = 0; i < count; ++i) {
    const float u = random.uniform();
    ASSERT_GE(u, 0.0F);
    ASSERT_LT(u, 1.0F);
    uniform_sum += u;
    const double n = random.normal();
    ASSERT_TRUE(std::isfinite(n));
    normal_sum += n;
    normal_squares += n * n;
  }
  EXPECT_NEAR(uniform_sum / count, 0.5, 0.005);
  EXPECT_NEAR(normal_sum / count, 0.0, 0.01);
  EXPECT_NEAR(normal_squares / count, 1.0, 0.02);
}

TEST(Random, BelowAndWeightedStayInRange) {
  Random random(5);
  EXPECT_EQ(random.below(0), 0U);
  EXPECT_EQ(random.below(1), 0U);
  std::array<int, 3> counts{};
  constexpr std::array<float, 3> weights = {1, 0, 3};
  for (int i = 0; i < 40000; ++i) {
    ASSERT_LT(random.below(10), 10U);
    ++counts.at(random.weighted(weights));
  }
  EXPECT_NEAR(counts[0], 10000, 400);
  EXPECT_EQ(counts[1], 0);
  EXPECT_NEAR(counts[2], 30000, 400);
  EXPECT_EQ(random.weighted({}), 0U);
  EXPECT_FALSE(random.chance(0));
  EXPECT_TRUE(random.chance(1));
}

}  // namespace
}  // namespace figment::core
