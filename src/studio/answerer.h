#pragma once
#include <memory>
#include <string>
#include <vector>

#include "data/tokenizer.h"
#include "models/gpt/gpt.h"
#include "runtime/program.h"

namespace figment::studio {

/// Reads a story and answers questions about it, token by token, the likeliest each time; says where in the story the
/// network looked.
class Answerer {
 public:
  struct Token {
    int id = 0;
    float probability = 0;
    std::vector<float> seen;  ///< 0..1 for each token of the story: the largest weight that a late layer put there
  };
  struct Candidate {
    int id = 0;
    float probability = 0;
  };

  Answerer(runtime::Context& context, std::shared_ptr<models::Gpt> network,
           std::shared_ptr<const data::Tokenizer> tokenizer);
  ~Answerer();
  /// The programs, to be warmed up.
  std::vector<runtime::Program*> compiled();

  /// Forgets all, and reads this story (from the next steps on). Throws Error if it leaves no room for questions.
  void tell(const std::string& story);
  /// Asks, after what was asked before; earlier questions are forgotten if the context has no room for them. The
  /// question is one that unknown_words() finds nothing in.
  void ask(const std::string& question);

  void run_token();               ///< reads a few tokens, or writes one
  int advance(double budget_ms);  ///< the same in slices; returns the tokens finished
  bool is_reading() const { return pending_.size() > 1; }
  bool is_idle() const { return pending_.empty() && !is_answering_; }
  bool is_answering() const { return is_answering_ && !is_reading(); }
  bool has_answered() const { return !is_answering_ && !answer_.empty(); }

  const std::vector<std::int32_t>& story() const { return story_; }
  const std::vector<Token>& answer() const { return answer_; }  ///< of the last question, as far as it is written
  const std::vector<Candidate>& candidates() const { return candidates_; }  ///< of its last word, the likeliest first
  std::string answer_text() const;                                          ///< "Under an old oak tree."
  std::vector<const runtime::Program*> programs() const;

 private:
  struct Decode;
  void prepare_next();
  int collect();
  void take_word();
  std::vector<float> looks();

  std::shared_ptr<models::Gpt> network_;
  std::shared_ptr<const data::Tokenizer> tokenizer_;
  std::unique_ptr<Decode> decode_;
  std::vector<std::int32_t> story_;
  std::vector<std::int32_t> pending_;  ///< still to be read
  std::vector<Token> answer_;
  std::vector<Candidate> candidates_;
  int position_ = 0;   ///< place in the cache of the next token
  int story_end_ = 0;  ///< place behind the story
  bool is_answering_ = false;
  runtime::Program* in_flight_ = nullptr;
};

/// Words of a text that the vocabulary has not, in their order, each once.
std::vector<std::string> unknown_words(const data::Tokenizer& tokenizer, const std::string& text);

/// A question as the network learned them: names and the first word with a capital, one question mark at its end.
std::string tidy_question(const data::Tokenizer& tokenizer, const std::string& typed);

/// "under an old oak tree" as a sentence.
std::string as_sentence(const std::string& words);

}  // namespace figment::studio
