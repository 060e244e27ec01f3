#include "data/stories.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "core/error.h"
#include "data/tokenizer.h"

namespace figment::data {
namespace {

std::vector<Story> stories(int count, std::uint64_t seed) {
  core::Random random(seed);
  std::vector<Story> list;
  for (int i = 0; i < count; ++i) list.push_back(make_story(random));
  return list;
}

std::string word_at(const std::string& text, std::size_t at) {
  const std::size_t end = text.find_first_of(" .,!?\"", at);
  return text.substr(at, end == std::string::npos ? std::string::npos : end - at);
}

TEST(Stories, AreAFunctionOfTheSeedAndDiffer) {
  const std::vector<Story> once = stories(2000, 1), again = stories(2000, 1);
  std::set<std::string> texts;
  for (std::size_t i = 0; i < once.size(); ++i) {
    EXPECT_EQ(once[i].text, again[i].text);
    texts.insert(once[i].text);
  }
  EXPECT_EQ(texts.size(), once.size());
}

TEST(Stories, ArticlesAgree) {
  for (const Story& story : stories(2000, 2)) {
    for (const std::string& text : {" " + story.text, " " + story.summary}) {
      for (std::size_t at = 0; (at = text.find_first_of("aA", at)) != std::string::npos; ++at) {
        if (text[at - 1] != ' ' && text[at - 1] != '"') continue;
        const std::string article = word_at(text, at);
        if (article != "a" && article != "an" && article != "A" && article != "An") continue;
        const std::string next = word_at(text, at + article.size() + 1);
        const bool vowel = std::string("aeiou").find(next[0]) != std::string::npos || next == "honest";
        EXPECT_EQ(article.size() == 2, vowel) << article << " " << next << " in: " << text;
      }
    }
  }
}

TEST(Stories, EveryChoiceShowsInTheText) {
  for (const Story& story : stories(2000, 3))
    for (const StoryChoice& choice : story.choices)
      EXPECT_NE(story.text.find(choice.value), std::string::npos) << choice.slot << " = " << choice.value << "\n"
                                                                  << story.text;
}

TEST(Stories, ReadAsSentences) {
  for (const Story& story : stories(2000, 4)) {
    const std::string& text = story.text;
    EXPECT_TRUE(text[0] >= 'A' && text[0] <= 'Z') << text;
    EXPECT_TRUE(text.ends_with('.')) << text;
    EXPECT_TRUE(story.summary.ends_with('.')) << story.summary;
    EXPECT_EQ(text.find_first_of("{}+\x01"), std::string::npos) << text;
    EXPECT_EQ(text.find("  "), std::string::npos) << text;
    int quotes = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      quotes += text[i] == '"';
      const bool ends = text[i] == '.' && i + 2 < text.size() && text[i + 1] == ' ';
      EXPECT_FALSE(ends && text[i + 2] >= 'a' && text[i + 2] <= 'z') << text.substr(i);
    }
    EXPECT_EQ(quotes % 2, 0) << text;
  }
}

TEST(Stories, HeroAndFriendDiffer) {
  for (const Story& story : stories(2000, 5)) {
    std::map<std::string, std::string> value;
    for (const StoryChoice& choice : story.choices) value[choice.slot] = choice.value;
    EXPECT_NE(value["n"], value["bn"]);
    EXPECT_NE(value["k"], value["bk"]);
    EXPECT_NE(value["adj"], value["badj"]);
  }
}

TEST(Stories, LengthsAndPlots) {
  const Tokenizer tokenizer = Tokenizer::for_stories();
  double total = 0;
  for (const Story& story : stories(2000, 6)) {
    const std::size_t tokens = tokenizer.encode(story.text).size();
    EXPECT_GE(tokens, 85u) << story.text;
    EXPECT_LE(tokens, 195u) << story.text;
    total += static_cast<double>(tokens);
  }
  EXPECT_GT(total / 2000, 90.0);
  EXPECT_LT(total / 2000, 150.0);
  EXPECT_GE(story_plots().size(), 12u);
}

TEST(Stories, EntropyIsPositiveAndRepeats) {
  const GrammarEntropy one = grammar_entropy(1500, 7), same = grammar_entropy(1500, 7),
                       other = grammar_entropy(1500, 8);
  EXPECT_EQ(one.nats_per_token, same.nats_per_token);
  EXPECT_NEAR(one.nats_per_token, other.nats_per_token, 0.005);
  EXPECT_GT(one.nats_per_token, 0.2);
  EXPECT_LT(one.nats_per_token, 0.6);
  EXPECT_NEAR(one.nats_per_story, one.nats_per_token * one.tokens_per_story, 1e-6);
  EXPECT_THROW(grammar_entropy(0, 1), core::Error);
}

// The plot is one uniform choice, so a text's surprise is at least log of the number of plots; and the frequency of a
// visible choice must be the probability that the grammar claims for it.
TEST(Stories, ChoicesAreUniform) {
  std::map<std::string, int> kinds;
  const int count = 20000;
  for (const Story& story : stories(count, 9)) {
    EXPECT_GT(story.choice_nats, std::log(static_cast<double>(story_plots().size())));
    for (const StoryChoice& choice : story.choices)
      if (choice.slot == "place") ++kinds[choice.value];
  }
  ASSERT_EQ(kinds.size(), 12u);
  for (const auto& [kind, seen] : kinds) EXPECT_NEAR(seen, count / 12.0, 250) << kind;
}

}  // namespace
}  // namespace figment::data
