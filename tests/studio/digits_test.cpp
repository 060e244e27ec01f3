#include "studio/digits.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "core/error.h"
#include "core/random.h"
#include "runtime/test_device.h"
#include "studio/autoencoder_activity.h"
#include "studio/cgan_activity.h"
#include "studio/digit_attributes.h"
#include "studio/evaluate_vae.h"
#include "studio/vae_activity.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

TEST(Digits, HeldOutSignsAreTheSameAgain) {
  const SignSet some = held_out_signs("digits", 5, 3);
  EXPECT_EQ(some.count(), 5);
  EXPECT_EQ(held_out_signs("digits", 3, 3, 2).pixels,
            std::vector<float>(some.pixels.begin() + 2 * digit_pixels, some.pixels.end()));
  EXPECT_NE(held_out_signs("digits", 5, 4).pixels, some.pixels);
  EXPECT_THROW(held_out_signs("landscapes", 1, 1), core::Error);
}

TEST(Digits, PicturesOnPaperAreInverted) {
  formats::Picture paper{64, 64, 1, std::vector<std::uint8_t>(4096, 255)};
  for (std::size_t i = 0; i < 64; ++i) paper.pixels[i * 64 + 31] = paper.pixels[i * 64 + 30] = 0;
  const std::vector<float> sign = sign_of_picture(paper);
  EXPECT_NEAR(sign[15 * 32 + 15], 1, 0.02F);
  EXPECT_NEAR(sign[15 * 32 + 3], -1, 0.02F);
  // Nothing but transparent paper, and a picture in which nothing can be seen.
  const formats::Picture nothing{8, 8, 4, std::vector<std::uint8_t>(256, 0)};
  EXPECT_NEAR(sign_of_picture(nothing)[0], -1, 0.02F);
  EXPECT_THROW(sign_of_picture(formats::Picture{1, 1, 1, {0}}), core::Error);
}

TEST(Digits, ScoresThatTellApart) {
  const std::vector<double> low = {1, 2, 3};
  const std::vector<double> high = {4, 5};
  EXPECT_DOUBLE_EQ(area_under_curve(low, high), 1);
  EXPECT_DOUBLE_EQ(area_under_curve(high, low), 0);
  EXPECT_DOUBLE_EQ(area_under_curve(low, low), 0.5);
  EXPECT_DOUBLE_EQ(area_under_curve(low, std::vector<double>{2.5}), 2.0 / 3);
}

TEST(Digits, ErrorsAndDecibels) {
  std::vector<float> black(digit_pixels, -1);
  std::vector<float> grey(digit_pixels, -0.8F);
  EXPECT_NEAR(squared_errors(black, grey)[0], 0.04, 1e-6);
  EXPECT_NEAR(psnr_db(0.04), 20, 1e-9);
  EXPECT_THROW(squared_errors(black, std::vector<float>(7)), core::Error);
  EXPECT_EQ(histogram(std::vector<double>{-5, 0.1, 0.6, 9}, 0, 1, 2), (std::vector<float>{2, 2}));
}

TEST(Digits, ThePlaneIsWhereTheCloudIsWidest) {
  core::Random random(2);
  FeatureSet cloud{3, {}};
  for (int i = 0; i < 400; ++i) {
    const float wide = 4 * random.normal();
    const float less = 2 * random.normal();
    for (const float value : {0.1F * random.normal() + 5, less, wide}) cloud.values.push_back(value);
  }
  const CodePlane plane(cloud);
  EXPECT_NEAR(plane.deviation()[2], 4, 0.4F);
  const std::vector<float> step = plane.step({1, 0});
  EXPECT_NEAR(std::abs(step[2]), 4, 0.4F);
  EXPECT_NEAR(step[0], 0, 0.1F);
  std::vector<float> code = plane.mean();
  const std::vector<float> move = plane.step({0.7F, -0.4F});
  for (std::size_t i = 0; i < code.size(); ++i) code[i] += move[i];
  EXPECT_NEAR(plane.project(code).x, 0.7F, 1e-3F);
  EXPECT_NEAR(plane.project(code).y, -0.4F, 1e-3F);
  EXPECT_THROW(CodePlane(FeatureSet{3, {1, 2, 3}}), core::Error);
}

TEST(Digits, AttributesAreMeasuredAndFound) {
  std::vector<float> upright(digit_pixels, -1);
  std::vector<float> slanted(digit_pixels, -1);
  for (std::size_t y = 6; y < 26; ++y) {
    upright[y * 32 + 16] = 1;
    slanted[y * 32 + (42 - y) / 2 + 5] = 1;
  }
  EXPECT_NEAR(measure(DigitAttribute::slant, upright), 0, 1e-6);
  EXPECT_NEAR(measure(DigitAttribute::slant, slanted), 0.5, 0.05);
  EXPECT_NEAR(measure(DigitAttribute::weight, upright), 20, 1e-4);
  EXPECT_GT(measure(DigitAttribute::width, slanted), measure(DigitAttribute::width, upright));
  // Two classes far apart; within each, the value goes along the second dimension.
  const FeatureSet codes{2, {0, 1, 0, 3, 9, 1, 9, 3}};
  const std::vector<int> labels = {0, 0, 1, 1};
  const std::vector<float> direction = direction_of(codes, labels, 2, std::vector<double>{10, 12, 50, 52});
  EXPECT_NEAR(direction[0], 0, 1e-6F);
  EXPECT_NEAR(direction[1], 1, 1e-6F);
}

TEST(Digits, BoundsInBits) {
  EXPECT_NEAR(log_mean_exp(std::vector<float>{1000, 1000}), 1000, 1e-6);
  EXPECT_NEAR(log_mean_exp(std::vector<float>{0, -1e9F}), -std::log(2), 1e-6);
  // An even density over the 255 steps of 8 bits.
  EXPECT_NEAR(bits_per_dimension(-1024 * std::log(2.0)), std::log2(255), 1e-6);
}

class DigitActivitiesTest : public runtime::DeviceTest {
 protected:
  void run(Activity& activity) {
    // Steps, not time: some things move at a pace of their own.
    for (int i = 0; i < 1000 && !activity.is_finished(); ++i) {
      activity.single_step();
      context().device().wait_idle();
      ASSERT_EQ(activity.view().error, "");
    }
    ASSERT_TRUE(activity.is_finished());
  }
  std::vector<float> pixels(const PictureView& pictures) {
    std::vector<float> values(static_cast<std::size_t>(pictures.count * pictures.width * pictures.height * 3));
    gpu::download(device(), *pictures.memory.owner, std::as_writable_bytes(std::span(values)), pictures.memory.offset);
    return values;
  }
  const ViewPart& part(const Activity& activity, const std::string& name) {
    for (const ViewPart& part : activity.view().parts) {
      if (part.name == name) return part;
    }
    core::fail("there is no part {}", name);
  }
  std::vector<float> pixels_of(const Activity& activity, const std::string& name) {
    return pixels(std::get<PictureView>(part(activity, name).content));
  }
  static bool has_weights(const char* model) { return std::filesystem::exists(training::shipped_weights(model)); }
  static Request request() {
    Request made;
    made.picture.count = 2;
    made.picture.seed = 5;
    return made;
  }
};

TEST_F(DigitActivitiesTest, AutoencoderFollowsThePen) {
  if (!has_weights("autoencoder")) GTEST_SKIP() << "no weights";
  AutoencoderActivity made(context(), request());
  Activity& activity = made;
  finish_loading(activity);
  run(activity);
  EXPECT_EQ(activity.view().pictures.width, 64);
  const std::vector<float> before = pixels_of(activity, "plain");
  using Phase = PointerEvent::Phase;
  activity.point({"canvas", Phase::press, false, 0, 0.5F, 0.2F});
  activity.point({"canvas", Phase::drag, false, 0, 0.5F, 0.8F});
  activity.point({"canvas", Phase::release, false, 0, 0.5F, 0.8F});
  run(activity);
  EXPECT_GT(pixels_of(activity, "canvas")[(16 * 32 + 16) * 3], 0.9F) << "what was drawn";
  const std::vector<float> drawn = pixels_of(activity, "plain");
  EXPECT_NE(drawn, before);
  activity.point({"map", Phase::press, false, -1, 0.9F, 0.9F});
  run(activity);
  EXPECT_NEAR(std::get<PointsView>(part(activity, "map").content).marker_x, 2.4F, 0.01F);
  EXPECT_NE(pixels_of(activity, "plain"), drawn);
  activity.point({"code", Phase::drag, false, 3, 0.5F, 0.0F});
  run(activity);
  EXPECT_NEAR(std::get<BarsView>(part(activity, "code").content).bars[3].value, 1, 0.01F);
  Request wrong = request();
  wrong.numbers["autoencoder.noise"] = 7;
  activity.set_request(wrong);
  EXPECT_NE(activity.view().error, "");
}

TEST_F(DigitActivitiesTest, AutoencoderTakesAPicture) {
  if (!has_weights("autoencoder")) GTEST_SKIP() << "no weights";
  AutoencoderActivity made(context(), request());
  Activity& activity = made;
  activity.set_input({32, 32, 1, std::vector<std::uint8_t>(1024, 0)}, {});
  finish_loading(activity);
  run(activity);
  EXPECT_LT(pixels_of(activity, "canvas")[500], -0.99F);
}

TEST_F(DigitActivitiesTest, VaeIsDraggedOver) {
  if (!has_weights("vae")) GTEST_SKIP() << "no weights";
  VaeActivity made(context(), request());
  Activity& activity = made;
  finish_loading(activity);
  run(activity);
  EXPECT_EQ(activity.view().pictures.count, 2);
  const std::vector<float> samples = pixels(activity.view().pictures);
  activity.point({"manifold", PointerEvent::Phase::press, false, 0, 0.0F, 0.5F});
  run(activity);
  EXPECT_NEAR(std::get<PointsView>(part(activity, "map").content).marker_x, -2.4F, 0.01F);
  Request other = request();
  other.numbers["vae.beta"] = 6;
  activity.set_request(other);
  run(activity);
  EXPECT_NE(pixels(activity.view().pictures), samples);
  activity.set_request(request());
  run(activity);
  EXPECT_EQ(pixels(activity.view().pictures), samples) << "the seed decides";
}

TEST_F(DigitActivitiesTest, CganPaintsWhatIsPicked) {
  if (!has_weights("cgan")) GTEST_SKIP() << "no weights";
  CganActivity made(context(), request());
  Activity& activity = made;
  finish_loading(activity);
  run(activity);
  const std::vector<float> threes = pixels(activity.view().pictures);
  activity.point({"row", PointerEvent::Phase::press, false, 7, 0.5F, 0.5F});
  run(activity);
  EXPECT_EQ(part(activity, "row").marked, 7);
  EXPECT_NE(pixels(activity.view().pictures), threes);
  // The picked picture is the same one as in the row.
  const std::vector<float> row = pixels_of(activity, "row");
  const std::vector<float> picked = pixels_of(activity, "picked");
  EXPECT_TRUE(
      std::equal(picked.begin(), picked.end(), row.begin() + 7 * static_cast<std::ptrdiff_t>(3 * digit_pixels)));
}

}  // namespace
}  // namespace figment::studio
