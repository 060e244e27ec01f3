#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/random.h"
#include "data/stories2.h"

namespace figment::data {

/// A question about a story with its answer.
struct AskedQuestion {
  std::string question;
  std::string answer;  ///< a few words, without a full stop
  QuestionKind kind = QuestionKind::what;
  std::size_t begin = 0;  ///< of the evidence in the story, in bytes; length 0 if there is none
  std::size_t length = 0;
};

/// Each fact of a story once, in random order, asked in one of its ways; a few of them (one in ten) are questions about
/// other stories instead, which this one does not answer.
std::vector<AskedQuestion> ask_about(const QuestionedStory& story, core::Random& random);

/// How much the parts of a row count in the loss; the answers count 1.
struct ConversationWeights {
  float story = 0.1F;
  float question = 0.02F;
};

/// A conversation as tokens: "<|bos|> story | question = answer <|eos|> | question = answer <|eos|> ...".
struct Conversation {
  QuestionedStory story;
  std::vector<std::int32_t> tokens;
  std::vector<float> weights;  ///< of each token as a target of the loss
  struct Turn {
    AskedQuestion asked;
    std::size_t answer_begin = 0;  ///< index of the answer's first token
    std::size_t end = 0;           ///< behind the answer's <|eos|>
  };
  std::vector<Turn> turns;
};

/// Endless fresh stories with questions, as rows to train a network that answers.
class ConversationStream {
 public:
  explicit ConversationStream(ConversationWeights weights = {});

  /// One conversation with as many questions as begin within `length` tokens.
  Conversation sample(core::Random& random, int length) const;

  /// Fills `batch` rows of `length` tokens, all [B, L]: targets[b, i] follows tokens[b, i]. The weights of the answers'
  /// tokens, their <|eos|> among them, are 1, and 0 for padding. Throws core::Error for sizes that do not fit.
  void sample_batch(core::Random& random, int batch, int length, std::span<std::int32_t> tokens,
                    std::span<std::int32_t> targets, std::span<float> weights) const;

  const Tokenizer& tokenizer() const { return tokenizer_; }

 private:
  Tokenizer tokenizer_;
  ConversationWeights weights_;
};

/// The tokens of a question as they stand in a conversation, from the mark before it to the mark behind it; and of its
/// answer, with <|eos|>.
std::vector<std::int32_t> question_tokens(const Tokenizer& tokenizer, const std::string& question);
std::vector<std::int32_t> answer_tokens(const Tokenizer& tokenizer, const std::string& answer);

}  // namespace figment::data
