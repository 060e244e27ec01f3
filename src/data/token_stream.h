#pragma once
#include <cstdint>
#include <span>

#include "core/random.h"
#include "data/tokenizer.h"

namespace figment::data {

/// Random numbers for training stories and for stories that training never sees: two streams of one seed.
core::Random training_random(std::uint64_t seed);
core::Random held_out_random(std::uint64_t seed);

/// Endless fresh stories as training sequences. Stories are written on the fly from the caller's random numbers and
/// never come back (there are more than 10^18).
class TokenStream {
 public:
  enum class RowStart {
    story,    ///< <|bos|>, then a story from its beginning
    anywhere  ///< half of the rows begin so, the others within a story, without <|bos|>
  };

  explicit TokenStream(Tokenizer tokenizer = Tokenizer::for_stories(), RowStart start = RowStart::story);

  /// Fills `batch` rows of `length` tokens, [B, L] each. A row is cut from <|bos|> story <|eos|> story <|eos|> ...: the
  /// stories follow each other directly, and whatever does not fit is dropped (the next row begins anew).
  /// targets[b, i] is the token that follows tokens[b, i]. Never holds <|pad|>. Throws core::Error if a span has
  /// another size than batch * length.
  void sample_batch(core::Random& random, int batch, int length, std::span<std::int32_t> tokens,
                    std::span<std::int32_t> targets) const;

  /// One whole story in each row, to measure against grammar_entropy(): tokens <|bos|> story, targets story <|eos|>,
  /// both filled up with <|pad|>; leave pad targets out of the loss. A story that is too long for `length` is
  /// drawn again. Returns the number of targets that are not pad.
  int sample_single_stories(core::Random& random, int batch, int length, std::span<std::int32_t> tokens,
                            std::span<std::int32_t> targets) const;

  const Tokenizer& tokenizer() const { return tokenizer_; }

 private:
  Tokenizer tokenizer_;
  RowStart start_;
};

}  // namespace figment::data
