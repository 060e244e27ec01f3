#include "data/masked_stories.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "data/neighbour_counts.h"

namespace figment::data {
namespace {

TEST(MaskTokenizer, ReadsBlanksAndUnknownWords) {
  const MaskTokenizer tokenizer;
  const auto text = tokenizer.encode("Ella lost her _ in the [MASK]. ___ met a xylophone.");
  ASSERT_EQ(text.blanks.size(), 3U);
  for (const int place : text.blanks) EXPECT_EQ(text.tokens[static_cast<std::size_t>(place)], tokenizer.mask());
  EXPECT_EQ(text.unknown, (std::vector<std::string>{"xylophone"}));
  std::string whole;
  for (const std::string& piece : text.texts) whole += piece;
  EXPECT_EQ(whole, "Ella lost her _ in the _. _ met a xylophone.");
  EXPECT_EQ(text.tokens.front(), Tokenizer::bos);
  EXPECT_EQ(text.tokens.back(), Tokenizer::eos);
}

TEST(MaskTokenizer, ReadsAwkwardTexts) {
  const MaskTokenizer tokenizer;
  EXPECT_EQ(tokenizer.encode("").tokens.size(), 2U);
  EXPECT_EQ(tokenizer.encode("   ").tokens.size(), 2U);
  EXPECT_EQ(tokenizer.encode("_").blanks, (std::vector<int>{1}));
  EXPECT_EQ(tokenizer.encode("a \xF0\x9F\xA6\x8A fox").unknown, (std::vector<std::string>{"\xF0\x9F\xA6\x8A"}));
  EXPECT_EQ(tokenizer.encode("\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D").unknown.size(), 1U);
  for (const std::int32_t token : tokenizer.encode("\xD7\xA9\xD7\x9C 123 [MASK").tokens)
    EXPECT_FALSE(tokenizer.words().is_byte(token));
}

TEST(MaskedStories, MasksAsItSays) {
  const MaskedStories stories;
  core::Random random(5);
  constexpr std::int64_t batch = 64;
  constexpr std::int64_t length = 160;
  const MaskedRows rows = stories.sample(random, batch, length);
  ASSERT_EQ(rows.places.size(), static_cast<std::size_t>(MaskedStories::slots_of(batch, length)));
  int used = 0;
  int masked = 0;
  for (std::size_t i = 0; i < rows.places.size(); ++i) {
    if (rows.targets[i] < 0) continue;
    const auto place = static_cast<std::size_t>(rows.places[i]);
    ++used;
    masked += rows.tokens[place] == stories.tokenizer().mask() ? 1 : 0;
    EXPECT_EQ(rows.mask[place], 1.0F);
    EXPECT_GE(rows.targets[i], Tokenizer::first_piece);
  }
  const auto all = std::count(rows.mask.begin(), rows.mask.end(), 1.0F);
  EXPECT_NEAR(static_cast<double>(used) / static_cast<double>(all), 0.36, 0.1);
  EXPECT_GT(masked, used * 8 / 10);
  EXPECT_LT(masked, used);
  for (std::size_t i = 0; i < rows.tokens.size(); ++i) EXPECT_EQ(rows.tokens[i] == Tokenizer::pad, rows.mask[i] == 0);
}

TEST(NeighbourCounts, TakesTheWidestThatItHasSeen) {
  const std::vector<std::vector<std::int32_t>> texts = {
      {1, 2, 3, 4, 5}, {1, 2, 3, 4, 5}, {9, 2, 7, 4, 9}, {8, 2, 7, 4, 8}, {6, 2, 7, 4, 6}};
  const NeighbourCounts counts(texts);
  EXPECT_EQ(counts.guess(std::vector<std::int32_t>{1, 2, 0, 4, 5}, 2), 3);
  EXPECT_EQ(counts.guess(std::vector<std::int32_t>{5, 2, 0, 4, 1}, 2), 7);  // between 2 and 4
  const std::vector<char> hidden = {0, 0, 1, 1, 0};
  EXPECT_EQ(counts.guess(std::vector<std::int32_t>{1, 2, 0, 0, 5}, 2, hidden), 7);  // behind 2
}

}  // namespace
}  // namespace figment::data
