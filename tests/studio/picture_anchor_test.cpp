#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "core/error.h"
#include "runtime/test_device.h"
#include "studio/diffusion_start.h"
#include "studio/hand_mask.h"
#include "studio/picture_generator.h"
#include "studio/small_landscapes.h"

namespace figment::studio {
namespace {

constexpr std::size_t side = 32;
constexpr std::size_t places = side * side;

std::vector<float> some_picture(std::size_t count) {
  std::vector<float> pixels(count * places * 3);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = std::sin(0.01F * static_cast<float>(i));
  return pixels;
}

class PictureAnchorTest : public runtime::DeviceTest {
 protected:
  void SetUp() override {
    DeviceTest::SetUp();
    generator_ = std::make_unique<PictureGenerator>(context(), small_network(), 2);
  }
  void TearDown() override {
    generator_.reset();
    DeviceTest::TearDown();
  }
  std::vector<float> paint_from(const std::vector<float>& pictures, const std::vector<float>& masks, float strength,
                                const PictureRequest& request = small_request()) {
    generator_->begin_from(pictures, masks, strength);
    generator_->begin(request);
    generator_->run_all();
    return generator_->read_pixels();
  }

  std::unique_ptr<PictureGenerator> generator_;
};

TEST_F(PictureAnchorTest, StrengthZeroGivesTheInputBack) {
  const std::vector<float> picture = some_picture(1);
  const std::vector<float> made = paint_from(picture, {}, 0);
  EXPECT_TRUE(generator_->is_finished());
  EXPECT_EQ(generator_->rows(), 0);
  for (std::size_t i = 0; i < made.size(); ++i) ASSERT_FLOAT_EQ(made[i], picture[i % picture.size()]);
}

TEST_F(PictureAnchorTest, MoreStrengthMeansMoreSteps) {
  const std::vector<float> picture = some_picture(1);
  const std::vector<float> half = paint_from(picture, {}, 0.5F);
  EXPECT_EQ(generator_->steps(), 2);
  EXPECT_NE(half, paint_from(picture, {}, 1));
  EXPECT_EQ(generator_->steps(), 4);
}

TEST_F(PictureAnchorTest, WhatTheMaskLeavesStaysAsItIs) {
  const std::vector<float> pictures = some_picture(2);
  std::vector<float> masks(2 * places, 0.0F);
  for (std::size_t i = 0; i < places / 2; ++i) masks[i] = 1;  // the upper half of the first
  for (const char* sampler : {"dpmpp_2m", "heun", "euler_ancestral"}) {
    PictureRequest request = small_request();
    request.sampler = sampler;
    const std::vector<float> made = paint_from(pictures, masks, 1, request);
    float changed = 0;
    for (std::size_t i = 0; i < made.size(); ++i) {
      if (masks[i / 3] == 0) {
        ASSERT_NEAR(made[i], pictures[i], 1e-5F) << sampler;
      } else {
        changed = std::max(changed, std::abs(made[i] - pictures[i]));
      }
    }
    EXPECT_GT(changed, 0.1F) << sampler;
  }
}

TEST_F(PictureAnchorTest, BackAndAheadGiveTheSamePicture) {
  generator_->keep_rows(std::int64_t{1} << 26);
  const std::vector<float> pictures = some_picture(1);
  std::vector<float> mask(places, 0.0F);
  std::fill_n(mask.begin(), places / 3, 1.0F);
  const std::vector<float> made = paint_from(pictures, mask, 0.75F);
  generator_->seek(1);
  generator_->run_all();
  EXPECT_EQ(made, generator_->read_pixels());
  generator_->begin_from_noise();
  generator_->begin(small_request());
  generator_->run_all();
  EXPECT_EQ(generator_->steps(), small_request().steps);
}

TEST_F(PictureAnchorTest, RefusesWrongSizes) {
  EXPECT_THROW(generator_->begin_from(std::vector<float>(5), {}, 0.5F), core::Error);
  EXPECT_THROW(generator_->begin_from(some_picture(1), std::vector<float>(7), 0.5F), core::Error);
  EXPECT_THROW(generator_->begin_from(some_picture(1), {}, 1.5F), core::Error);
}

TEST_F(PictureAnchorTest, ThePenHasAPartMadeAnew) {
  using Phase = PointerEvent::Phase;
  DiffusionStart start;
  Request request;
  request.picture = small_request();
  const auto run = [&] {
    start.apply(*generator_, request, 0);
    PictureRequest picture = request.picture;
    picture.seed += start.seed_offset();
    generator_->begin(picture);
    generator_->run_all();
    return generator_->read_pixels();
  };
  const auto event = [](Phase phase, float x) {
    PointerEvent made;
    made.part = "pictures";
    made.phase = phase;
    made.item = 1;
    made.x = x;
    made.y = 0.25F;
    return made;
  };
  generator_->begin(request.picture);
  EXPECT_FALSE(start.draw(*generator_, event(Phase::press, 0.2F), 0.2F)) << "there is nothing finished to paint over";
  EXPECT_FALSE(start.is_drawing());
  generator_->run_all();
  const std::vector<float> before = generator_->read_pixels();
  EXPECT_FALSE(start.draw(*generator_, event(Phase::press, 0.2F), 0.2F));
  EXPECT_TRUE(start.is_held());
  EXPECT_NE(before, generator_->read_pixels()) << "the mask is not seen";
  EXPECT_FALSE(start.draw(*generator_, event(Phase::drag, 0.8F), 0.2F));
  EXPECT_TRUE(start.draw(*generator_, event(Phase::release, 0.8F), 0.2F));
  const std::vector<float> after = run();
  float inside = 0;
  float outside = 0;
  for (std::size_t i = 0; i < after.size(); ++i) {
    const std::size_t row = i / 3 / side % side;
    const bool may_change = i / 3 >= places && row >= 3 && row < 13;
    float& most = may_change ? inside : outside;
    most = std::max(most, std::abs(after[i] - before[i]));
  }
  EXPECT_LT(outside, 1e-5F);
  EXPECT_GT(inside, 0.1F);
  start.forget(true);
  EXPECT_EQ(before, run()) << "forgotten, and so painted from noise again";
}

TEST(HandMask, FillsAlongAStroke) {
  HandMask mask(2, 16);
  EXPECT_TRUE(mask.is_empty());
  mask.press(1, 0.25F, 0.5F, 0.1F);
  mask.drag(0.75F, 0.5F, 0.1F);
  EXPECT_FALSE(mask.is_empty());
  const auto at = [&](std::size_t picture, std::size_t x, std::size_t y) {
    return mask.values()[picture * 256 + y * 16 + x];
  };
  EXPECT_GT(at(1, 8, 8), 0.9F);
  EXPECT_EQ(at(1, 8, 2), 0.0F);
  EXPECT_EQ(at(0, 8, 8), 0.0F);
  const std::vector<float> pixels(2 * 256 * 3, 0.25F);
  const std::vector<float> shown = mask.shown_on(pixels);
  EXPECT_EQ(shown[0], 0.25F);
  EXPECT_NE(shown[3 * (256 + 8 * 16 + 8)], 0.25F);
}

TEST(HandMask, APressBesideThePicturesDrawsNothing) {
  HandMask mask(1, 16);
  mask.press(-1, 0.5F, 0.5F, 0.2F);
  mask.drag(0.6F, 0.5F, 0.2F);
  EXPECT_TRUE(mask.is_empty());
}

}  // namespace
}  // namespace figment::studio
