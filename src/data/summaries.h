#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "core/random.h"
#include "data/stories2.h"

namespace figment::data {

/// Endless fresh stories with their one-line summaries, as rows for a network that reads one text and writes another.
class SummaryStream {
 public:
  static constexpr std::int64_t source_length = 192;  ///< tokens of a story; longer ones are drawn again
  static constexpr std::int64_t target_length = 32;   ///< tokens of a summary with its marks

  SummaryStream() : tokenizer_(second_story_tokenizer()) {}

  /// A story that fits.
  QuestionedStory sample(core::Random& random) const;

  /// `source` [B, source_length]: stories, filled up with <|pad|>. `target` [B, target_length]: <|bos|> and the
  /// summary, filled up likewise. `targets` [B, target_length]: what follows each, <|eos|> at last, then -1. Returns
  /// the number of targets that are not -1. Throws core::Error for buffers of another size.
  ///
  /// The last `copies` rows hold, behind <|eos|>, a stretch of the story itself in place of the summary, of which the
  /// first words have no targets: to go on, one must find the place in the story. A network that learns this too finds
  /// words in a story much sooner.
  std::int64_t sample_batch(core::Random& random, std::int64_t batch, std::span<std::int32_t> source,
                            std::span<std::int32_t> target, std::span<std::int32_t> targets,
                            std::int64_t copies = 0) const;

  std::vector<std::int32_t> summary_tokens(const Story& story) const;  ///< without marks
  const Tokenizer& tokenizer() const { return tokenizer_; }

 private:
  Tokenizer tokenizer_;
};

}  // namespace figment::data
