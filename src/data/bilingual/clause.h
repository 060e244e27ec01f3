#pragma once
#include <optional>

#include "data/bilingual/noun_phrase.h"

namespace figment::data::bilingual {

enum class Tense : std::uint8_t { present, past, future, want, can, must };
enum class Polarity : std::uint8_t { yes, no, never };
enum class Frequency : std::uint8_t { none, always, often };
/// What is asked: whether (yes or no), or a word for a part of the sentence; `none` tells.
enum class Question : std::uint8_t { none, whether, where, when, why, who, what };

struct Subject {
  Text text;
  std::size_t person = 2;
  bool is_pronoun = false;
  bool is_plural = false;
  bool is_animal = false;
  Gender french = Gender::masculine;
  Gender spanish = Gender::masculine;
};

/// How a verb is said.
struct Manner {
  Tense tense = Tense::present;
  Polarity polarity = Polarity::yes;
  Frequency frequency = Frequency::none;
  Question question = Question::none;
};

/// The words of a verb around its subject: "does" .. "not see", "est" "pas allée", "va" "a comprar".
struct VerbWords {
  std::string english_auxiliary;  ///< goes before the subject in a question
  std::string english;
  std::string french_finite;
  std::string french_rest;
  bool french_inverts = false;  ///< où est la clé: the subject comes last
  std::string spanish;
};

VerbWords say_verb(const Verb& verb, const Subject& subject, const Manner& manner);
/// To be, with a state or not.
VerbWords say_be(bool is_state, const Subject& subject, const Manner& manner);

/// Puts it together: `rest` is what follows the verb (object, place, time), without an end mark.
Text assemble(const Subject& subject, const VerbWords& verb, const Text& rest, const Manner& manner);

/// Words of auxiliaries, adverbs, negation and questions in each language.
Text clause_words();

}  // namespace figment::data::bilingual
