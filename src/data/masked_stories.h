#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"
#include "data/tokenizer.h"

namespace figment::data {

/// The vocabulary of texts with blanks: that of the stories and one more token, the last, for a masked word.
class MaskTokenizer {
 public:
  MaskTokenizer() : words_(Tokenizer::for_stories()) {}

  std::int32_t mask() const { return words_.vocabulary_size(); }
  int vocabulary_size() const { return words_.vocabulary_size() + 1; }
  /// The text of a token as it stands in a text, with the blank before it; "_" for the mask.
  std::string text_of(std::int32_t token) const;
  const Tokenizer& words() const { return words_; }

  /// A text as the network reads it: <|bos|> words <|eos|>.
  struct Encoded {
    std::vector<std::int32_t> tokens;
    std::vector<std::string> texts;    ///< of each token as the person wrote it; empty for the marks
    std::vector<int> blanks;           ///< places of the blanks in `tokens`
    std::vector<std::string> unknown;  ///< words that the vocabulary has not: they are masked, too
    std::vector<int> unknown_places;   ///< where
  };
  /// Runs of "_" and "[MASK]" are blanks. The text must be valid UTF-8.
  Encoded encode(std::string_view text) const;

 private:
  Tokenizer words_;
};

/// How many of the tokens are masked, and what stands there instead.
struct MaskedRows {
  std::vector<std::int32_t> tokens;   ///< [batch, length], <|pad|> at the end of rows
  std::vector<float> mask;            ///< [batch, length]: 1 where a token is
  std::vector<std::int32_t> places;   ///< [slots] of the masked tokens, counted over all rows; 0 in free slots
  std::vector<std::int32_t> targets;  ///< [slots] what stood there; -1 in free slots
};

/// Endless fresh stories with masked tokens.
class MaskedStories {
 public:
  /// Of a row of `length` tokens at most this share can be asked for.
  static std::int64_t slots_of(std::int64_t batch, std::int64_t length) { return batch * length * 2 / 5; }

  const MaskTokenizer& tokenizer() const { return tokenizer_; }

  /// One story in each row, or now and then a few sentences of one. Half of the rows have 15 % of their tokens asked
  /// for, of which 80 % are masked, 10 % are another word and 10 % stay (Devlin et al., 2019); in the others 15 to
  /// 100 % are masked, seldom so many, so that a whole story can be filled in (as Ghazvininejad et al., 2019).
  MaskedRows sample(core::Random& random, std::int64_t batch, std::int64_t length) const;

  /// <|bos|> story <|eos|> of at most `length` tokens; longer ones are drawn again.
  std::vector<std::int32_t> draw_story(core::Random& random, std::int64_t length) const;

 private:
  std::vector<std::int32_t> draw_sentences(core::Random& random, std::int64_t length) const;

  MaskTokenizer tokenizer_;
};

/// Some of the places 1 .. length - 2, each with this probability and at least one, in order.
std::vector<int> draw_places(core::Random& random, int length, float share);

}  // namespace figment::data
