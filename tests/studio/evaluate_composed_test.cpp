#include "studio/evaluate_composed.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "runtime/test_device.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

TEST(ComposedScores, CountWhatIsRight) {
  std::vector<data::ComposedScene> scenes(4);
  std::vector<ComposedReading> readings(4);
  for (std::size_t i = 0; i < 4; ++i) {
    scenes[i] = {.noun = 7, .number = 1, .size = 2, .plain = 3};
    readings[i] = {.nouns = {7, 1, 2, 3, 4}, .number = 1, .size = 2, .color = 1, .background = 27};
  }
  readings[0].nouns = {1, 2, 7, 3, 4};
  readings[1].nouns = {1, 2, 3, 4, 5};
  readings[1].number = 2;
  scenes[2].color = 1;
  scenes[3].color = 2;
  const ComposedScores scores = compare(readings, scenes);
  EXPECT_EQ(scores.pictures, 4);
  EXPECT_DOUBLE_EQ(scores.noun, 0.5);
  EXPECT_DOUBLE_EQ(scores.noun_top5, 0.75);
  EXPECT_DOUBLE_EQ(scores.number, 0.75);
  EXPECT_DOUBLE_EQ(scores.size, 1);
  EXPECT_DOUBLE_EQ(scores.background, 1);
  EXPECT_EQ(scores.tinted, 2);
  EXPECT_DOUBLE_EQ(scores.color, 0.5);
  EXPECT_DOUBLE_EQ(scores.all, 0.25);
  EXPECT_EQ(to_json(scores)["tinted"], 2);
  EXPECT_NE(to_text(scores).find("noun 50.0 (among five 75.0)"), std::string::npos);
  scenes.pop_back();
  EXPECT_THROW(compare(readings, scenes), core::Error);
  EXPECT_THROW(compare({}, {}), core::Error);
}

using ComposedJudgingTest = runtime::DeviceTest;

TEST_F(ComposedJudgingTest, ReadsMostOfWhatItHasNotSeen) {
  if (!data::has_emoji_font() || !std::filesystem::exists(training::shipped_weights("composed_judge")))
    GTEST_SKIP() << "the emoji font or the judge's weights are missing";
  const ComposedPictures pictures = held_out_composed(70, 3);
  EXPECT_EQ(held_out_composed(3, 3).scenes[2], pictures.scenes[2]);
  const ComposedScores scores = score_composed(context(), pictures.pixels, pictures.scenes);
  EXPECT_GT(scores.background, 0.9);
  EXPECT_GT(scores.number, 0.85);
  EXPECT_GT(scores.size, 0.85);
  EXPECT_GT(scores.noun_top5, 0.75);
  const std::vector<float> odd(5);
  EXPECT_THROW(score_composed(context(), odd, pictures.scenes), core::Error);
}

}  // namespace
}  // namespace figment::studio
