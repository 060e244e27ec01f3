#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"

namespace figment::data {

enum class Language : std::uint8_t { french, spanish };

/// An English sentence with its French and its Spanish translation: words and marks divided by single blanks, all in
/// small letters ("l' arbre", "¿ dónde .. ?").
struct Sentence {
  std::string english;
  std::string french;
  std::string spanish;
  bool has_held_out_pair = false;  ///< an adjective with a noun that training never sees together
  bool is_held_out = false;        ///< training never sees this sentence: about one in forty, by its words
  const std::string& in(Language language) const { return language == Language::french ? french : spanish; }
};

/// Which adjectives may stand with which nouns.
enum class Pairs : std::uint8_t {
  known,    ///< none of those held out
  any,      ///< all
  held_out  ///< at least one that is held out
};

/// Writes a sentence by a synchronous grammar of three languages: an English sentence always has the same translation.
/// Of the longest words_max words, marks included, in each language.
Sentence make_sentence(core::Random& random, Pairs pairs = Pairs::known);
/// One that training sees: neither held out itself nor with a pair that is.
Sentence make_training_sentence(core::Random& random);
/// One that training never sees; with Pairs::held_out or Pairs::known.
Sentence make_unseen_sentence(core::Random& random, Pairs pairs);

inline constexpr std::size_t english_words_max = 15;
inline constexpr std::size_t translated_words_max = 17;

/// Every word of the grammar, in all three languages, sorted.
std::vector<std::string> bilingual_words();
/// Those of English.
const std::vector<std::string>& bilingual_english_words();

/// Changes whenever make_sentence() gives another sentence for a seed, or the vocabulary changes.
inline constexpr std::string_view bilingual_version = "bilingual-1";

}  // namespace figment::data
