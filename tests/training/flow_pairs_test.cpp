#include "training/flow_pairs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "core/error.h"
#include "runtime/test_device.h"

namespace figment::training {
namespace {

class FlowPairsTest : public runtime::DeviceTest {
 protected:
  void SetUp() override {
    DeviceTest::SetUp();
    pairs_ = std::make_unique<FlowPairs>(context(), small_network(),
                                         FlowPairs::Options{.steps = 3, .guidance = 1.5F, .at_once = 2, .most = 5});
  }
  void TearDown() override {
    pairs_.reset();
    DeviceTest::TearDown();
  }
  static std::shared_ptr<models::Unet> small_network() {
    models::UnetConfig config;
    config.picture = 16;
    config.channels = 16;
    config.embedding = 16;
    config.heads = 2;
    return std::make_shared<models::Unet>(config, 5);
  }
  static constexpr std::size_t size = 16 * 16 * 3;
  std::unique_ptr<FlowPairs> pairs_;
  core::Random random_{7};
};

TEST_F(FlowPairsTest, GrowsByWholeRunsUntilItIsFull) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(pairs_->count(), 0);
    pairs_->advance(random_);
  }
  EXPECT_EQ(pairs_->count(), 2);
  EXPECT_FALSE(pairs_->is_full());
  for (int i = 0; i < 20; ++i) pairs_->advance(random_);
  EXPECT_EQ(pairs_->count(), 4);
  EXPECT_TRUE(pairs_->is_full());
}

TEST_F(FlowPairsTest, GivesNoisePicturesAndLabels) {
  std::vector<float> noise(3 * size);
  std::vector<float> pictures(3 * size);
  std::vector<std::int32_t> labels(6);
  EXPECT_THROW(pairs_->sample(random_, noise, pictures, labels), core::Error);
  for (int i = 0; i < 6; ++i) pairs_->advance(random_);
  pairs_->sample(random_, noise, pictures, labels);
  double squares = 0;
  for (const float value : noise) squares += static_cast<double>(value) * static_cast<double>(value);
  EXPECT_NEAR(squares / static_cast<double>(noise.size()), 1, 0.15);
  for (const float value : pictures) ASSERT_LE(std::abs(value), 1);
  EXPECT_NE(noise, pictures);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_GE(labels[i], 0);
    EXPECT_LT(labels[i], i < 3 ? 4 : 6);
  }
}

}  // namespace
}  // namespace figment::training
