#include "data/stories2.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/error.h"
#include "data/conversations.h"
#include "data/summaries.h"

namespace figment::data {
namespace {

std::vector<QuestionedStory> stories(int count, std::uint64_t seed) {
  core::Random random(seed);
  std::vector<QuestionedStory> list;
  for (int i = 0; i < count; ++i) list.push_back(make_questioned_story(random));
  return list;
}

TEST(SecondStories, AreAFunctionOfTheSeedAndDiffer) {
  const std::vector<QuestionedStory> once = stories(1000, 1), again = stories(1000, 1);
  std::set<std::string> texts;
  for (std::size_t i = 0; i < once.size(); ++i) {
    EXPECT_EQ(once[i].story.text, again[i].story.text);
    EXPECT_EQ(once[i].facts.size(), again[i].facts.size());
    texts.insert(once[i].story.text);
  }
  EXPECT_EQ(texts.size(), once.size());
}

TEST(SecondStories, ReadAsSentencesWithoutOddPairs) {
  for (const QuestionedStory& questioned : stories(2000, 2)) {
    const std::string& text = questioned.story.text;
    EXPECT_TRUE(text.ends_with('.')) << text;
    EXPECT_EQ(text.find_first_of("{}+\x01"), std::string::npos) << text;
    EXPECT_EQ(text.find("  "), std::string::npos) << text;
    EXPECT_EQ(std::count(text.begin(), text.end(), '"') % 2, 0) << text;
    EXPECT_EQ(text.find("robot"), std::string::npos) << text;
    EXPECT_EQ(text.find("baked pea soup"), std::string::npos) << text;
    EXPECT_TRUE(questioned.story.summary.ends_with('.'));
  }
}

TEST(SecondStories, FactsAreSaidWhereTheyPoint) {
  std::map<QuestionKind, int> kinds;
  for (const QuestionedStory& questioned : stories(2000, 3)) {
    const std::string& text = questioned.story.text;
    std::map<std::string, std::string> answers;
    EXPECT_GE(questioned.facts.size(), 9U) << text;
    for (const StoryFact& fact : questioned.facts) {
      ++kinds[fact.kind];
      ASSERT_GT(fact.length, 0U) << fact.questions[0];
      ASSERT_LE(fact.begin + fact.length, text.size());
      // A few words, or the sentences that say so in other words.
      EXPECT_LT(fact.length, 130U) << text.substr(fact.begin, fact.length);
      for (const std::string& question : fact.questions) {
        EXPECT_TRUE(question.ends_with('?')) << question;
        const auto [at, is_new] = answers.emplace(question, fact.answer);
        EXPECT_TRUE(is_new || at->second == fact.answer) << question << "\n" << text;
      }
    }
  }
  for (const QuestionKind kind : {QuestionKind::who, QuestionKind::where, QuestionKind::what, QuestionKind::why})
    EXPECT_GT(kinds[kind], 1000);
}

TEST(SecondStories, TheVocabularyHoldsAllTheirWords) {
  const Tokenizer tokenizer = second_story_tokenizer();
  EXPECT_LT(tokenizer.vocabulary_size(), 2000);
  const auto has_bytes = [&](const std::string& text) {
    const std::vector<std::int32_t> tokens = tokenizer.encode(text);
    return std::any_of(tokens.begin(), tokens.end(), [&](std::int32_t id) { return tokenizer.is_byte(id); });
  };
  std::size_t longest = 0;
  for (const QuestionedStory& questioned : stories(2000, 4)) {
    EXPECT_FALSE(has_bytes(questioned.story.text)) << questioned.story.text;
    EXPECT_FALSE(has_bytes(" " + questioned.story.summary)) << questioned.story.summary;
    longest = std::max(longest, tokenizer.encode(questioned.story.text).size());
    for (const StoryFact& fact : questioned.facts) {
      EXPECT_FALSE(has_bytes(" " + fact.answer)) << fact.answer;
      for (const std::string& question : fact.questions) EXPECT_FALSE(has_bytes(" " + question)) << question;
    }
  }
  EXPECT_LE(longest, 192U);
}

TEST(SecondStories, EveryPlotIsTold) {
  std::set<std::string> summaries;
  EXPECT_GE(second_story_plots().size(), 20U);
  core::Random random(5);
  for (int i = 0; i < 400; ++i) summaries.insert(make_questioned_story(random).story.summary);
  EXPECT_GT(summaries.size(), 390U);
}

TEST(Conversations, CountTheirAnswersAndNothingElseFully) {
  const ConversationStream stream;
  core::Random random(6);
  const Conversation row = stream.sample(random, 320);
  ASSERT_EQ(row.tokens.size(), row.weights.size());
  ASSERT_GE(row.turns.size(), 5U);
  const Tokenizer& tokenizer = stream.tokenizer();
  for (const Conversation::Turn& turn : row.turns) {
    const std::vector<std::int32_t> answer(row.tokens.begin() + static_cast<std::ptrdiff_t>(turn.answer_begin),
                                           row.tokens.begin() + static_cast<std::ptrdiff_t>(turn.end));
    EXPECT_EQ(tokenizer.decode(answer), " " + turn.asked.answer);
    EXPECT_EQ(answer.back(), Tokenizer::eos);
    EXPECT_EQ(tokenizer.text_of(row.tokens[turn.answer_begin - 1]), answer_mark);
    for (std::size_t i = turn.answer_begin; i < turn.end; ++i) EXPECT_EQ(row.weights[i], 1.0F);
  }
  EXPECT_LT(row.weights[5], 1.0F);
}

TEST(Conversations, RowsHoldTargetsOneFurther) {
  const ConversationStream stream;
  core::Random random(7);
  constexpr int batch = 2, length = 64;
  std::vector<std::int32_t> tokens(batch * length), targets(batch * length);
  std::vector<float> weights(batch * length);
  stream.sample_batch(random, batch, length, tokens, targets, weights);
  EXPECT_EQ(tokens[0], Tokenizer::bos);
  EXPECT_EQ(tokens[length], Tokenizer::bos);
  for (int i = 0; i + 1 < length; ++i)
    EXPECT_EQ(targets[static_cast<std::size_t>(i)], tokens[static_cast<std::size_t>(i) + 1]);
  std::vector<float> too_few(3);
  EXPECT_THROW(stream.sample_batch(random, batch, length, tokens, targets, too_few), core::Error);
}

TEST(Conversations, SomeQuestionsAreAboutOtherStories) {
  core::Random random(8);
  int unknown = 0, all = 0;
  for (int i = 0; i < 200; ++i) {
    const QuestionedStory story = make_questioned_story(random);
    for (const AskedQuestion& asked : ask_about(story, random)) {
      ++all;
      if (asked.kind != QuestionKind::unknown) continue;
      ++unknown;
      EXPECT_EQ(asked.answer, unknown_answer);
      for (const StoryFact& fact : story.facts)
        EXPECT_EQ(std::count(fact.questions.begin(), fact.questions.end(), asked.question), 0);
    }
  }
  EXPECT_NEAR(static_cast<double>(unknown) / all, 0.1, 0.03);
}

TEST(Summaries, FillTheirRows) {
  const SummaryStream stream;
  core::Random random(9);
  constexpr auto wide = static_cast<std::size_t>(SummaryStream::source_length);
  constexpr auto narrow = static_cast<std::size_t>(SummaryStream::target_length);
  std::vector<std::int32_t> source(32 * wide), target(32 * narrow), targets(32 * narrow);
  const std::int64_t counted = stream.sample_batch(random, 32, source, target, targets);
  EXPECT_EQ(counted, static_cast<std::int64_t>(targets.size()) - std::count(targets.begin(), targets.end(), -1));
  for (std::size_t row = 0; row < 32; ++row) {
    EXPECT_EQ(target[row * narrow], Tokenizer::bos);
    for (std::size_t i = 0; i + 1 < narrow; ++i) {
      const std::int32_t next = targets[row * narrow + i];
      if (next > Tokenizer::eos) {
        EXPECT_EQ(target[row * narrow + i + 1], next);
      }
    }
  }
}

}  // namespace
}  // namespace figment::data
