#include "studio/evaluate_features.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"
#include "core/random.h"

namespace figment::studio {
namespace {

FeatureSet gaussian(std::int64_t count, std::int64_t dimensions, float deviation, float mean, std::uint64_t seed) {
  FeatureSet set;
  set.dimensions = dimensions;
  core::Random random(seed);
  for (std::int64_t i = 0; i < count * dimensions; ++i) set.values.push_back(mean + deviation * random.normal());
  return set;
}

TEST(SymmetricEigenvalues, OfAKnownMatrix) {
  std::vector<double> vectors;
  std::vector<double> values = symmetric_eigenvalues({2, 1, 0, 1, 2, 0, 0, 0, 5}, 3, &vectors);
  for (int column = 0; column < 3; ++column) {  // A v = lambda v
    const auto v = [&](int row) { return vectors[static_cast<std::size_t>(row * 3 + column)]; };
    const double lambda = values[static_cast<std::size_t>(column)];
    EXPECT_NEAR(2 * v(0) + v(1), lambda * v(0), 1e-12);
    EXPECT_NEAR(v(0) + 2 * v(1), lambda * v(1), 1e-12);
    EXPECT_NEAR(5 * v(2), lambda * v(2), 1e-12);
  }
  std::sort(values.begin(), values.end());
  EXPECT_NEAR(values[0], 1, 1e-12);
  EXPECT_NEAR(values[1], 3, 1e-12);
  EXPECT_NEAR(values[2], 5, 1e-12);
}

TEST(FrechetDistance, OfEqualAndShiftedSets) {
  const FeatureSet a = gaussian(300, 8, 1, 0, 1);
  EXPECT_NEAR(frechet_distance(a, a), 0, 1e-9);
  FeatureSet shifted = a;
  for (float& value : shifted.values) value += 2;
  EXPECT_NEAR(frechet_distance(a, shifted), 8 * 4, 1e-3);
}

TEST(FrechetDistance, OfDifferentSpreads) {
  // (s1 - s2)^2 for each of the independent dimensions.
  const FeatureSet a = gaussian(20000, 4, 1, 0, 1);
  const FeatureSet b = gaussian(20000, 4, 3, 0, 2);
  EXPECT_NEAR(frechet_distance(a, b), 4 * 4, 0.5);
  EXPECT_NEAR(frechet_distance(a, b), frechet_distance(b, a), 1e-6);
}

TEST(PrecisionRecall, OfKnownSets) {
  const FeatureSet a = gaussian(200, 4, 1, 0, 1);
  const FeatureSet far = gaussian(200, 4, 1, 100, 2);
  EXPECT_EQ(precision_recall(a, a).precision, 1);
  EXPECT_EQ(precision_recall(a, a).recall, 1);
  EXPECT_EQ(precision_recall(far, a).precision, 0);
  EXPECT_EQ(precision_recall(far, a).recall, 0);
  const PrecisionRecall same = precision_recall(gaussian(500, 2, 1, 0, 3), gaussian(500, 2, 1, 0, 4));
  EXPECT_GT(same.precision, 0.85);
  EXPECT_GT(same.recall, 0.85);
}

TEST(PrecisionRecall, CollapseCostsRecallAndNoiseCostsPrecision) {
  const FeatureSet real = gaussian(400, 4, 1, 0, 1);
  const PrecisionRecall collapsed = precision_recall(gaussian(400, 4, 0.1F, 0, 2), real);
  EXPECT_GT(collapsed.precision, 0.9);
  EXPECT_LT(collapsed.recall, 0.2);
  const PrecisionRecall noisy = precision_recall(gaussian(400, 4, 6, 0, 3), real);
  EXPECT_LT(noisy.precision, 0.2);
}

TEST(PrecisionRecall, OnALineByHand) {
  // Neighbours of 0, 1, 2, 10 in their own set, k = 1: radii 1, 1, 1, 8.
  const FeatureSet real{1, {0, 1, 2, 10}};
  const FeatureSet made{1, {-1, 3.5F, 18, 19.5F}};  // radii 4.5, 4.5, 1.5, 1.5
  const PrecisionRecall found = precision_recall(made, real, 1);
  EXPECT_DOUBLE_EQ(found.precision, 0.75);  // -1, 3.5 and 18 lie within 1 of 0, within 8 of 10, at 8 of 10
  EXPECT_DOUBLE_EQ(found.recall, 0.75);     // 0, 1 and 2, but not 10
}

TEST(PrecisionRecall, TooFewVectors) {
  const FeatureSet few = gaussian(3, 4, 1, 0, 1);
  const FeatureSet many = gaussian(30, 4, 1, 0, 1);
  EXPECT_THROW(precision_recall(few, many), core::Error);
  EXPECT_THROW(precision_recall(many, few), core::Error);
  EXPECT_THROW(precision_recall(many, gaussian(30, 5, 1, 0, 1)), core::Error);
  EXPECT_THROW(frechet_distance(gaussian(1, 4, 1, 0, 1), many), core::Error);
}

}  // namespace
}  // namespace figment::studio
