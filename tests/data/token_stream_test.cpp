#include "data/token_stream.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"

namespace figment::data {
namespace {

constexpr int batch = 6, length = 200;

struct Batch {
  std::vector<std::int32_t> tokens = std::vector<std::int32_t>(batch * length);
  std::vector<std::int32_t> targets = std::vector<std::int32_t>(batch * length);
};

TEST(TokenStream, RowsBeginWithAStoryAndTargetsFollow) {
  const TokenStream stream;
  core::Random random = training_random(1);
  Batch b;
  stream.sample_batch(random, batch, length, b.tokens, b.targets);
  for (int row = 0; row < batch; ++row) {
    const auto begin = b.tokens.begin() + row * length;
    EXPECT_EQ(*begin, Tokenizer::bos);
    for (int i = 0; i + 1 < length; ++i) EXPECT_EQ(b.targets[row * length + i], b.tokens[row * length + i + 1]);
    EXPECT_GE(std::count(begin, begin + length, Tokenizer::eos), 1);
  }
  EXPECT_EQ(std::count(b.tokens.begin(), b.tokens.end(), Tokenizer::pad), 0);
  EXPECT_EQ(std::count(b.targets.begin(), b.targets.end(), Tokenizer::bos), 0);
}

TEST(TokenStream, RepeatsForASeedAndNeverWithinOne) {
  const TokenStream stream;
  core::Random one = training_random(1), same = training_random(1), other = held_out_random(1);
  Batch a, b, c, d;
  stream.sample_batch(one, batch, length, a.tokens, a.targets);
  stream.sample_batch(same, batch, length, b.tokens, b.targets);
  stream.sample_batch(one, batch, length, c.tokens, c.targets);
  stream.sample_batch(other, batch, length, d.tokens, d.targets);
  EXPECT_EQ(a.tokens, b.tokens);
  EXPECT_NE(a.tokens, c.tokens);
  EXPECT_NE(a.tokens, d.tokens);
}

TEST(TokenStream, RowsMayBeginAnywhere) {
  const TokenStream stream(Tokenizer::for_stories(), TokenStream::RowStart::anywhere);
  core::Random random = training_random(2);
  std::vector<std::int32_t> tokens(64 * 32), targets(64 * 32);
  stream.sample_batch(random, 64, 32, tokens, targets);
  int at_start = 0;
  for (int row = 0; row < 64; ++row) at_start += tokens[row * 32] == Tokenizer::bos;
  EXPECT_GT(at_start, 10);
  EXPECT_LT(at_start, 54);
}

TEST(TokenStream, SingleStoriesAreWholeAndPadded) {
  const TokenStream stream;
  core::Random random = held_out_random(3);
  Batch b;
  const int counted = stream.sample_single_stories(random, batch, length, b.tokens, b.targets);
  EXPECT_EQ(counted, batch * length - std::count(b.targets.begin(), b.targets.end(), Tokenizer::pad));
  for (int row = 0; row < batch; ++row) {
    const auto begin = b.targets.begin() + row * length;
    EXPECT_EQ(b.tokens[row * length], Tokenizer::bos);
    EXPECT_EQ(std::count(begin, begin + length, Tokenizer::eos), 1);
    const auto end = std::find(begin, begin + length, Tokenizer::eos);
    EXPECT_TRUE(stream.tokenizer().decode({&*begin, static_cast<std::size_t>(end - begin)}).ends_with('.'));
  }
}

TEST(TokenStream, RefusesBuffersOfTheWrongSize) {
  const TokenStream stream;
  core::Random random(1);
  std::vector<std::int32_t> tokens(10), targets(9);
  EXPECT_THROW(stream.sample_batch(random, 1, 10, tokens, targets), core::Error);
  EXPECT_THROW(stream.sample_batch(random, 0, 10, tokens, tokens), core::Error);
  EXPECT_THROW(stream.sample_single_stories(random, 1, 10, tokens, tokens), core::Error);
}

}  // namespace
}  // namespace figment::data
