#include "studio/latent_painter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "data/composed.h"
#include "runtime/test_device.h"
#include "studio/evaluate_latent_diffusion.h"
#include "studio/latent_diffusion_activity.h"

namespace figment::studio {
namespace {

using LatentPainterTest = runtime::DeviceTest;

/// Untrained networks that are small but for what captions and pictures fix.
LatentNetworks small_networks() {
  models::LatentUnetConfig config;
  config.channels = 16;
  config.embedding = 32;
  config.heads = 2;
  config.text_channels = 32;
  config.text_layers = 1;
  config.text_heads = 2;
  config.vocabulary = static_cast<std::int64_t>(data::caption_words().size());
  models::LatentCoderConfig coder;
  coder.channels = 32;
  return {std::make_shared<models::LatentUnet>(config, 3), std::make_shared<models::LatentCoder>(coder, 4)};
}

PictureRequest three_steps(std::uint64_t seed) {
  PictureRequest request;
  request.steps = 3;
  request.count = 2;
  request.seed = seed;
  request.guidance = 2;
  return request;
}

TEST_F(LatentPainterTest, SeedAndCaptionDecide) {
  LatentPainter painter(context(), small_networks(), 2);
  const auto paint = [&](std::uint64_t seed, const char* caption) {
    painter.begin(three_steps(seed), data::tokenize_caption(caption));
    EXPECT_FALSE(painter.is_finished());
    painter.run_all();
    EXPECT_EQ(painter.step(), 3);
    return painter.read_pixels();
  };
  const std::vector<float> first = paint(1, "a red fox in the snow");
  ASSERT_EQ(first.size(), 2U * 64 * 64 * 3);
  EXPECT_TRUE(std::all_of(first.begin(), first.end(), [](float value) { return std::abs(value) <= 1; }));
  EXPECT_NE(paint(2, "a red fox in the snow"), first);
  EXPECT_NE(paint(1, "two boats by the sea at night"), first);
  EXPECT_EQ(paint(1, "a red fox in the snow"), first);
  EXPECT_FALSE(std::equal(first.begin(), first.begin() + 64 * 64 * 3, first.begin() + 64 * 64 * 3))
      << "each picture has noise of its own";
}

TEST_F(LatentPainterTest, SmallBudgetsPaintTheSame) {
  LatentPainter painter(context(), small_networks(), 2);
  const data::CaptionIds words = data::tokenize_caption("a cat");
  painter.begin(three_steps(5), words);
  painter.run_all();
  const std::vector<float> whole = painter.read_pixels();
  painter.begin(three_steps(5), words);
  int steps = 0;
  for (int call = 0; call < 1000000 && !painter.is_finished(); ++call) steps += painter.advance(0.01);
  EXPECT_EQ(steps, 3);
  EXPECT_EQ(painter.read_pixels(), whole);
}

TEST_F(LatentPainterTest, EachPictureMayHaveItsOwnCaption) {
  LatentPainter painter(context(), small_networks(), 2);
  const data::CaptionIds cat = data::tokenize_caption("a cat");
  const data::CaptionIds boat = data::tokenize_caption("three boats at night");
  std::vector<std::int32_t> both(cat.begin(), cat.end());
  both.insert(both.end(), boat.begin(), boat.end());
  const auto second_picture = [&](std::span<const std::int32_t> words) {
    painter.begin(three_steps(1), words);
    painter.run_all();
    const std::vector<float> pixels = painter.read_pixels();
    return std::vector<float>(pixels.begin() + 64 * 64 * 3, pixels.end());
  };
  const std::vector<float> of_both = second_picture(both);
  const std::vector<float> of_boat = second_picture(boat);
  for (std::size_t i = 0; i < of_both.size(); ++i) ASSERT_NEAR(of_both[i], of_boat[i], 1e-4F);
  EXPECT_THROW(painter.begin(three_steps(1), std::span(both).first(5)), core::Error);
}

TEST_F(LatentPainterTest, AMarkedWordDimsThePicturesButNotWhatIsSaved) {
  LatentPainter painter(context(), small_networks(), 2);
  painter.begin(three_steps(1), data::tokenize_caption("a cat"));
  painter.run_all();
  const auto marked = [&] { return context().download(painter.marked().variable()).floats; };
  const std::vector<float> plain = painter.read_pixels();
  EXPECT_EQ(marked(), plain);
  painter.choose(0, 1);
  painter.show();
  EXPECT_NE(marked(), plain);
  EXPECT_EQ(painter.read_pixels(), plain);
  painter.choose(0, -1);
  painter.show();
  EXPECT_EQ(marked(), plain);
}

TEST_F(LatentPainterTest, ScenesArePaintedInTheirOrder) {
  std::vector<data::ComposedScene> scenes(3);
  scenes[1].noun = 7;
  const LatentNetworks networks = small_networks();
  const std::vector<float> pixels = paint_scenes(context(), networks, three_steps(9), scenes);
  ASSERT_EQ(pixels.size(), 3U * 64 * 64 * 3);
  for (const float value : pixels) {
    const float byte = (value + 1) * 127.5F;
    ASSERT_NEAR(byte, std::round(byte), 1e-3F) << "as it would be saved";
  }
}

TEST(UnknownWordsNote, NamesThemAndOffersOthers) {
  EXPECT_EQ(unknown_words_note("two blue doves by the lake at sunset"), "");
  const std::string note = unknown_words_note("a catt in the snow");
  EXPECT_NE(note.find("I have not learnt 'catt'; try cat, "), std::string::npos) << note;
}

}  // namespace
}  // namespace figment::studio
