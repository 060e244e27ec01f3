// The parts of the chat and the summarizer that need no trained weights.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/error.h"
#include "data/conversations.h"
#include "runtime/test_device.h"
#include "studio/answerer.h"
#include "studio/evaluate_chat.h"
#include "studio/evaluate_summarizer.h"
#include "studio/summarizer_activity.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

std::shared_ptr<const data::Tokenizer> tokenizer() {
  static const auto shared = std::make_shared<const data::Tokenizer>(data::second_story_tokenizer());
  return shared;
}

class AnswererTest : public runtime::DeviceTest {
 protected:
  /// Fresh, with weights large enough that its choices are far apart.
  static std::shared_ptr<models::Gpt> network(std::int64_t context_size) {
    models::GptConfig config;
    config.vocabulary = tokenizer()->vocabulary_size();
    config.context = context_size;
    config.channels = 32;
    config.layers = 2;
    config.heads = 2;
    auto result = std::make_shared<models::Gpt>(config, 3);
    for (float& value : result->parameters().flat()->initial) value *= 3;
    return result;
  }

  static void finish(Answerer& answerer) {
    while (!answerer.is_idle()) answerer.run_token();
  }

  static std::vector<std::int32_t> ids(const Answerer& answerer) {
    std::vector<std::int32_t> result;
    for (const Answerer::Token& token : answerer.answer()) result.push_back(token.id);
    return result;
  }
};

const std::string story = "Tom was a shy fox who lived under an old oak tree. Tom loved to tell jokes.";

TEST_F(AnswererTest, AnswersAsTheFullForwardWould) {
  const auto net = network(160);
  Answerer answerer(context(), net, tokenizer());
  answerer.tell(story);
  answerer.ask("Where did Tom live?");
  finish(answerer);
  ASSERT_GE(answerer.answer().size(), 3U);
  std::vector<std::int32_t> read = {data::Tokenizer::bos};
  for (const auto& part :
       {tokenizer()->encode(story), data::question_tokens(*tokenizer(), "Where did Tom live?"), ids(answerer)})
    read.insert(read.end(), part.begin(), part.end());
  tensor::Graph graph;
  const auto length = static_cast<std::int64_t>(read.size());
  const tensor::Tensor tokens = graph.input("tokens", {{1, length}, tensor::DType::i32});
  const tensor::Tensor best = ops::argmax((*net)(tokens));
  const auto program = runtime::compile(context(), graph, std::array{best}, {});
  program->write_ints("tokens", read);
  program->submit();
  const std::vector<std::int32_t> next = program->read(best).ints;
  const std::size_t first = read.size() - answerer.answer().size() - 1;
  for (std::size_t i = 0; i < answerer.answer().size(); ++i)
    EXPECT_EQ(next[first + i], answerer.answer()[i].id) << "word " << i;
}

TEST_F(AnswererTest, LooksAtPlacesOfTheStory) {
  Answerer answerer(context(), network(160), tokenizer());
  answerer.tell(story);
  answerer.ask("Who is Tom?");
  finish(answerer);
  ASSERT_FALSE(answerer.answer().empty());
  for (const Answerer::Token& token : answerer.answer()) {
    ASSERT_EQ(token.seen.size(), answerer.story().size());
    for (const float seen : token.seen) {
      EXPECT_GE(seen, 0.0F);
      EXPECT_LE(seen, 1.0001F);
    }
  }
}

TEST_F(AnswererTest, ForgetsQuestionsWhenTheContextIsFull) {
  const auto net = network(110);
  Answerer talked(context(), net, tokenizer());
  talked.tell(story);
  for (int i = 0; i < 6; ++i) {
    talked.ask("Who is Tom?");
    finish(talked);
  }
  Answerer fresh(context(), net, tokenizer());
  fresh.tell(story);
  fresh.ask("Who is Tom?");
  finish(fresh);
  EXPECT_FALSE(talked.answer().empty());
  // A question that breaks off another begins right behind the story.
  talked.ask("Where did Tom live?");
  talked.run_token();
  talked.ask("Who is Tom?");
  finish(talked);
  EXPECT_EQ(ids(talked), ids(fresh));
}

TEST_F(AnswererTest, RefusesWhatDoesNotFit) {
  Answerer answerer(context(), network(160), tokenizer());
  EXPECT_THROW(answerer.ask("Who is Tom?"), core::Error);
  EXPECT_THROW(answerer.tell(""), core::Error);
  std::string longer;
  for (int i = 0; i < 12; ++i) longer += story + " ";
  EXPECT_THROW(answerer.tell(longer), core::Error);
  answerer.tell(story);
  EXPECT_THROW(answerer.ask(longer), core::Error);
}

TEST_F(AnswererTest, ShippedWeightsAnswerMostQuestionsRight) {
  if (!std::filesystem::exists(training::shipped_weights("chat"))) GTEST_SKIP() << "no weights";
  const ChatScore score = score_chat(context(), *load_chat_network(), 8, 3);
  EXPECT_GT(score.all.asked, 60);
  EXPECT_GT(score.all.share(), 0.75);
}

TEST(Questions, AreTidied) {
  EXPECT_EQ(tidy_question(*tokenizer(), "where did tom live"), "Where did Tom live?");
  EXPECT_EQ(tidy_question(*tokenizer(), "  Who is Mia ? "), "Who is Mia?");
  EXPECT_EQ(tidy_question(*tokenizer(), "Why Was Tom sad??"), "Why was Tom sad?");
  EXPECT_EQ(tidy_question(*tokenizer(), ""), "");
  EXPECT_EQ(tidy_question(*tokenizer(), "?"), "");
}

TEST(Questions, UnknownWordsAreNamed) {
  EXPECT_TRUE(unknown_words(*tokenizer(), "Where did Tom live?").empty());
  EXPECT_EQ(unknown_words(*tokenizer(), "Where did the spaceship land, spaceship?"),
            (std::vector<std::string>{"spaceship"}));
  // Whole characters stay whole, whatever the script.
  EXPECT_EQ(unknown_words(*tokenizer(), "Who is \xF0\x9F\xA6\x8A ?"), (std::vector<std::string>{"\xF0\x9F\xA6\x8A"}));
  EXPECT_EQ(unknown_words(*tokenizer(), "\xD7\x9E\xD7\x99 ?").size(), 1U);
}

TEST(Answers, AreSentences) {
  EXPECT_EQ(as_sentence(" under an old oak tree"), "Under an old oak tree.");
  EXPECT_EQ(as_sentence(""), "");
}

TEST(RougeL, CountsTheLongestCommonSubsequence) {
  EXPECT_DOUBLE_EQ(rouge_l("the cat sat.", "the cat sat"), 1.0);
  EXPECT_DOUBLE_EQ(rouge_l("", ""), 1.0);
  EXPECT_DOUBLE_EQ(rouge_l("", "a"), 0.0);
  EXPECT_DOUBLE_EQ(rouge_l("a b c d", "a x c y"), 2.0 * 2 / 8);
  EXPECT_DOUBLE_EQ(rouge_l("a b c", "c b a"), 2.0 * 1 / 6);
}

TEST(Sentences, EndWhereAPersonWouldSay) {
  const std::vector<std::int32_t> tokens = tokenizer()->encode(
      "Tom was sad. \"Why are you crying?\" asked Mia. \"I lost my toy boat,\" said Tom. They met.");
  const std::vector<int> sentences = sentences_of(*tokenizer(), tokens);
  EXPECT_EQ(sentences.front(), 0);
  EXPECT_EQ(sentences.back(), 3);
  EXPECT_TRUE(std::is_sorted(sentences.begin(), sentences.end()));
}

}  // namespace
}  // namespace figment::studio
