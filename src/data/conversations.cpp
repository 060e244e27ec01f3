#include "data/conversations.h"

#include <algorithm>

#include "core/error.h"

namespace figment::data {
namespace {

constexpr float unknown_share = 0.1F;

template <typename Kind>
void shuffle(std::vector<Kind>& list, core::Random& random) {
  for (std::size_t i = list.size(); i > 1; --i)
    std::swap(list[i - 1], list[random.below(static_cast<std::uint32_t>(i))]);
}

const std::string& one_of(const std::vector<std::string>& list, core::Random& random) {
  return list[random.below(static_cast<std::uint32_t>(list.size()))];
}

bool can_ask(const QuestionedStory& story, const std::string& question) {
  return std::any_of(story.facts.begin(), story.facts.end(), [&](const StoryFact& fact) {
    return std::find(fact.questions.begin(), fact.questions.end(), question) != fact.questions.end();
  });
}

/// A question about another story that has no answer in this one.
AskedQuestion unknown_question(const QuestionedStory& story, core::Random& random) {
  for (;;) {
    const QuestionedStory other = make_questioned_story(random);
    const StoryFact& fact = other.facts[random.below(static_cast<std::uint32_t>(other.facts.size()))];
    const std::string& question = one_of(fact.questions, random);
    if (!can_ask(story, question)) return {question, std::string(unknown_answer), QuestionKind::unknown, 0, 0};
  }
}

}  // namespace

std::vector<AskedQuestion> ask_about(const QuestionedStory& story, core::Random& random) {
  std::vector<AskedQuestion> asked;
  for (const StoryFact& fact : story.facts) {
    if (random.chance(unknown_share)) {
      asked.push_back(unknown_question(story, random));
    } else {
      asked.push_back({one_of(fact.questions, random), fact.answer, fact.kind, fact.begin, fact.length});
    }
  }
  shuffle(asked, random);
  return asked;
}

std::vector<std::int32_t> question_tokens(const Tokenizer& tokenizer, const std::string& question) {
  return tokenizer.encode(std::string(question_mark) + " " + question + std::string(answer_mark));
}

std::vector<std::int32_t> answer_tokens(const Tokenizer& tokenizer, const std::string& answer) {
  std::vector<std::int32_t> tokens = tokenizer.encode(" " + answer);
  tokens.push_back(Tokenizer::eos);
  return tokens;
}

ConversationStream::ConversationStream(ConversationWeights weights)
    : tokenizer_(second_story_tokenizer()), weights_(weights) {}

Conversation ConversationStream::sample(core::Random& random, int length) const {
  Conversation row;
  row.story = make_questioned_story(random);
  const auto append = [&](const std::vector<std::int32_t>& part, float weight) {
    row.tokens.insert(row.tokens.end(), part.begin(), part.end());
    row.weights.insert(row.weights.end(), part.size(), weight);
  };
  append({Tokenizer::bos}, 0);
  append(tokenizer_.encode(row.story.story.text), weights_.story);
  for (AskedQuestion& asked : ask_about(row.story, random)) {
    if (row.tokens.size() > static_cast<std::size_t>(length)) break;
    append(question_tokens(tokenizer_, asked.question), weights_.question);
    const std::size_t begin = row.tokens.size();
    append(answer_tokens(tokenizer_, asked.answer), 1);
    row.turns.push_back({std::move(asked), begin, row.tokens.size()});
  }
  return row;
}

void ConversationStream::sample_batch(core::Random& random, int batch, int length, std::span<std::int32_t> tokens,
                                      std::span<std::int32_t> targets, std::span<float> weights) const {
  const auto width = static_cast<std::size_t>(std::max(length, 0));
  const auto wanted = static_cast<std::size_t>(std::max(batch, 0)) * width;
  core::require(wanted > 0 && tokens.size() == wanted && targets.size() == wanted && weights.size() == wanted,
                "A batch of {} conversations of {} tokens needs three buffers of that size.", batch, length);
  std::fill(tokens.begin(), tokens.end(), Tokenizer::pad);
  std::fill(targets.begin(), targets.end(), -1);
  std::fill(weights.begin(), weights.end(), 0.0F);
  for (std::size_t b = 0; b < static_cast<std::size_t>(batch); ++b) {
    const Conversation row = sample(random, length);
    for (std::size_t i = 0; i < width && i + 1 < row.tokens.size(); ++i) {
      tokens[b * width + i] = row.tokens[i];
      targets[b * width + i] = row.tokens[i + 1];
      weights[b * width + i] = row.weights[i + 1];
    }
  }
}

}  // namespace figment::data
