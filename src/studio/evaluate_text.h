#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "data/stories.h"
#include "data/tokenizer.h"
#include "models/gpt/gpt.h"
#include "runtime/context.h"

namespace figment::studio {

/// How well a network foretells a text.
struct TextScore {
  std::int64_t texts = 0;
  std::int64_t tokens = 0;          ///< that were foretold, <|eos|> at the end of each text included
  std::int64_t characters = 0;      ///< Unicode code points
  std::int64_t words = 0;           ///< runs without white space
  std::int64_t unknown_tokens = 0;  ///< single bytes: what the vocabulary has no word for
  double nats = 0;                  ///< in all: minus the log of the probability of everything

  double nats_per_token() const { return tokens > 0 ? nats / static_cast<double>(tokens) : 0; }
  double nats_per_character() const { return characters > 0 ? nats / static_cast<double>(characters) : 0; }
  double nats_per_word() const { return words > 0 ? nats / static_cast<double>(words) : 0; }
};

/// Scores each text from its own <|bos|> on. A text that is longer than the context is read in windows that overlap by
/// half, and each token is scored where most of what is before it is seen. `progress(fraction)` may be empty.
TextScore score_texts(runtime::Context& context, const models::Gpt& network, const data::Tokenizer& tokenizer,
                      const std::vector<std::string>& texts, const std::function<void(double)>& progress = {});

/// The texts of a UTF-8 file: paragraphs divided by empty lines (whose lines are joined), or single lines if there is
/// no empty line. Throws Error with one sentence if there is no such file, it is empty, or no UTF-8 text.
std::vector<std::string> load_texts(const std::filesystem::path& path, std::int64_t count_max = 0);

struct GptEvaluation {
  TextScore score;
  bool is_own_data = false;           ///< the user's text: the rest is empty
  double grammar_nats_per_token = 0;  ///< what the grammar itself spends on these very stories
  data::GrammarEntropy grammar;       ///< over other fresh stories
  std::int64_t skipped = 0;           ///< held-out stories that are longer than the context
};

struct GptEvaluationOptions {
  std::uint64_t seed = 1;
  std::int64_t count = 0;         ///< stories or texts; 0: 1000 stories, all texts
  std::filesystem::path data;     ///< text file; empty: held-out stories
  std::filesystem::path weights;  ///< empty: the shipped ones
};

/// Throws Error as its parts do.
GptEvaluation evaluate_gpt(runtime::Context& context, const GptEvaluationOptions& options,
                           const std::function<void(double)>& progress = {});

}  // namespace figment::studio
