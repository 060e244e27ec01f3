#pragma once
#include "core/random.h"
#include "data/bilingual/lexicon.h"

namespace figment::data::bilingual {

/// The same words in three languages; words are divided by single blanks, and "l'" and "." are words.
struct Text {
  std::string english;
  std::string french;
  std::string spanish;
  Text& operator+=(const Text& other);  ///< with a blank between, if neither is empty
};
Text operator+(Text a, const Text& b);

/// Which pairs of an adjective and a noun may be said.
enum class PairPolicy : std::uint8_t { known, any };

/// Whether training never sees the adjective with the noun: about one pair in twelve, by their names.
bool is_held_out_pair(const Adjective& adjective, const Noun& noun);

/// A sentence while it is made.
struct Draft {
  core::Random& random;
  PairPolicy pairs = PairPolicy::known;
  bool has_held_out_pair = false;

  bool chance(float probability) { return random.chance(probability); }
  template <typename List>
  const auto& pick(const List& list) {
    return list[random.below(static_cast<std::uint32_t>(list.size()))];
  }
  const Adjective* adjective_for(const Noun& noun);
};

struct NounPhrase {
  Text text;
  const Noun* noun = nullptr;
  bool is_plural = false;
};

struct NounPhraseOptions {
  bool is_negated = false;   ///< object of a negated verb: pas de, any
  bool is_definite = false;  ///< "the", "my", "this" ... only
  bool is_plain = false;     ///< one, with "the" or "my", without adjectives and owner
  bool is_place = false;     ///< where something happens: "the", "this", "our"
};

NounPhrase make_noun_phrase(Draft& draft, const Noun& noun, NounPhraseOptions options = {});

/// Some noun that has one of the tags.
const Noun& pick_noun(Draft& draft, std::string_view tags);

/// French "de" and "à" and Spanish "de" and "a" before a phrase, with what they merge to: du, aux, al.
std::string french_with(const std::string& preposition, const std::string& phrase);
std::string spanish_with(const std::string& preposition, const std::string& phrase);

/// Every word of determiners and such, in each language.
Text noun_phrase_words();

}  // namespace figment::data::bilingual
