#include "data/bilingual/clause.h"

namespace figment::data::bilingual {
namespace {

std::string join(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const std::string_view part : parts) {
    if (!all.empty() && !part.empty()) all += ' ';
    all += part;
  }
  return all;
}

constexpr std::size_t i = 0, third = 2;

std::string_view adverb(Frequency frequency, std::string_view always, std::string_view often) {
  return frequency == Frequency::always ? always : frequency == Frequency::often ? often : std::string_view();
}

/// Verb, auxiliary and negation in English. `base`, `finite` are the main verb's.
void say_english(VerbWords& words, const std::string& base, const std::string& present, const std::string& past,
                 const Subject& subject, const Manner& manner) {
  const bool is_third = subject.person == third;
  const bool asks = manner.question != Question::none && manner.question != Question::who;
  const bool is_never = manner.polarity == Polarity::never;
  const bool is_no = manner.polarity == Polarity::no;
  std::string finite;
  std::string plain = base;
  switch (manner.tense) {
    case Tense::present:
      words.english_auxiliary = is_third ? "does" : "do";
      finite = present;
      break;
    case Tense::past:
      words.english_auxiliary = "did";
      finite = past;
      break;
    case Tense::want:
      words.english_auxiliary = is_third ? "does" : "do";
      finite = join({is_third ? "wants" : "want", "to", base});
      plain = join({"want", "to", base});
      break;
    case Tense::future:
      words.english_auxiliary = "will";
      break;
    case Tense::can:
      words.english_auxiliary = "can";
      break;
    case Tense::must:
      words.english_auxiliary = "must";
      break;
  }
  const std::string_view often = adverb(manner.frequency, "always", "often");
  if (asks) {
    words.english = join({is_no ? "not" : is_never ? "never" : "", plain});
  } else if (is_no) {
    const std::string not_word = manner.tense == Tense::can ? "cannot" : words.english_auxiliary + " not";
    words.english = join({not_word, plain});
    words.english_auxiliary.clear();
  } else if (!finite.empty()) {
    words.english = join({is_never ? "never" : "", often, finite});
    words.english_auxiliary.clear();
  } else {
    words.english = join({words.english_auxiliary, is_never ? "never" : "", plain});
    words.english_auxiliary.clear();
  }
}

/// ne .. pas around the finite verb; the adverb behind it.
void negate_french(VerbWords& words, const Manner& manner) {
  if (manner.polarity != Polarity::yes) {
    const std::string_view second = manner.polarity == Polarity::no ? "pas" : "jamais";
    words.french_rest = join({second, words.french_rest});
    words.french_finite = join({starts_with_vowel(words.french_finite) ? "n'" : "ne", words.french_finite});
  } else {
    words.french_rest = join({adverb(manner.frequency, "toujours", "souvent"), words.french_rest});
  }
}

void negate_spanish(VerbWords& words, const Manner& manner) {
  const std::string_view before = manner.polarity == Polarity::no ? "no"
                                  : manner.polarity == Polarity::never
                                      ? "nunca"
                                      : adverb(manner.frequency, "siempre", "a menudo");
  words.spanish = join({before, words.spanish});
}

std::string agreeing_participle(const Verb& verb, const Subject& subject) {
  if (!verb.french_is_with_etre) return verb.french_participle;
  return verb.french_participle + (subject.french == Gender::feminine ? "e" : "") + (subject.is_plural ? "s" : "");
}

}  // namespace

VerbWords say_verb(const Verb& verb, const Subject& subject, const Manner& manner) {
  const Auxiliaries& lean = auxiliaries();
  const std::size_t person = subject.person;
  VerbWords words;
  say_english(words, verb.english, person == third ? verb.english_third : verb.english, verb.english_past, subject,
              manner);
  const auto with_infinitive = [&](const Forms& french, const Forms& spanish, std::string_view link) {
    words.french_finite = french[person];
    words.french_rest = verb.french;
    words.spanish = join({spanish[person], link, verb.spanish});
  };
  switch (manner.tense) {
    case Tense::present:
      words.french_finite = verb.french_present[person];
      words.spanish = verb.spanish_present[person];
      break;
    case Tense::past:
      words.french_finite = (verb.french_is_with_etre ? lean.etre : lean.avoir)[person];
      words.french_rest = agreeing_participle(verb, subject);
      words.spanish = verb.spanish_past[person];
      break;
    case Tense::future:
      with_infinitive(lean.aller, lean.ir, "a");
      break;
    case Tense::want:
      with_infinitive(lean.vouloir, lean.querer, "");
      break;
    case Tense::can:
      with_infinitive(lean.pouvoir, lean.poder, "");
      break;
    case Tense::must:
      with_infinitive(lean.devoir, lean.deber, "");
      break;
  }
  negate_french(words, manner);
  negate_spanish(words, manner);
  return words;
}

VerbWords say_be(bool is_state, const Subject& subject, const Manner& manner) {
  const Auxiliaries& lean = auxiliaries();
  const std::size_t person = subject.person;
  const bool is_past = manner.tense == Tense::past;
  const bool is_future = manner.tense == Tense::future;
  const bool is_one = person == i || person == third;
  VerbWords words;
  std::string finite = is_past ? (is_one ? "was" : "were") : person == i ? "am" : person == third ? "is" : "are";
  if (is_future) finite = "will";
  const std::string_view negation = manner.polarity == Polarity::no      ? "not"
                                    : manner.polarity == Polarity::never ? "never"
                                                                         : adverb(manner.frequency, "always", "often");
  words.english = join({negation, is_future ? "be" : ""});
  if (manner.question == Question::none || manner.question == Question::who) {
    words.english = join({finite, words.english});
  } else {
    words.english_auxiliary = finite;
  }
  const Forms& spanish = is_past ? (is_state ? lean.estar_past : lean.ser_past) : is_state ? lean.estar : lean.ser;
  words.french_finite = is_future ? lean.aller[person] : is_past ? lean.etre_past[person] : lean.etre[person];
  if (is_future) words.french_rest = "être";
  words.french_inverts = manner.question == Question::where && !is_future && !subject.is_pronoun;
  words.spanish = is_future ? join({lean.ir[person], "a", is_state ? "estar" : "ser"}) : spanish[person];
  negate_french(words, manner);
  negate_spanish(words, manner);
  return words;
}

namespace {

struct QuestionWords {
  std::string_view english, french, spanish;
};

QuestionWords words_of(Question question) {
  switch (question) {
    case Question::where:
      return {"where", "où", "dónde"};
    case Question::when:
      return {"when", "quand", "cuándo"};
    case Question::why:
      return {"why", "pourquoi", "por qué"};
    case Question::what:
      return {"what", "qu'", "qué"};
    case Question::who:
      return {"who", "qui", "quién"};
    default:
      return {};
  }
}

}  // namespace

Text assemble(const Subject& subject, const VerbWords& verb, const Text& rest, const Manner& manner) {
  std::string french_subject = subject.text.french;
  const bool elides = french_subject == "je" && starts_with_vowel(verb.french_finite);
  if (elides) french_subject = "j'";
  const std::string french = join({french_subject, verb.french_finite, verb.french_rest, rest.french});
  const QuestionWords asked = words_of(manner.question);
  switch (manner.question) {
    case Question::none:
      return {join({subject.text.english, verb.english, rest.english}), french,
              join({subject.text.spanish, verb.spanish, rest.spanish})};
    case Question::who:
      return {join({asked.english, verb.english, rest.english}),
              join({asked.french, verb.french_finite, verb.french_rest, rest.french}),
              join({"¿", asked.spanish, verb.spanish, rest.spanish})};
    default: {
      const std::string plain = join({asked.french, "est-ce", starts_with_vowel(french) ? "qu'" : "que", french});
      const std::string inverted = join({asked.french, verb.french_finite, french_subject, rest.french});
      return {join({asked.english, verb.english_auxiliary, subject.text.english, verb.english, rest.english}),
              verb.french_inverts ? inverted : plain,
              join({"¿", asked.spanish, verb.spanish, subject.text.spanish, rest.spanish})};
    }
  }
}

Text clause_words() {
  Text words = {
      "i you he she we they do does did will can cannot must want wants to not never always often am is are "
      "was were be where when why who what",
      "je j' tu il elle nous ils ne n' pas jamais toujours souvent être est-ce que qu' où quand pourquoi "
      "qui",
      "él ella ellos no nunca siempre menudo a ser estar ir ¿ dónde cuándo por qué quién cada"};
  const Auxiliaries& lean = auxiliaries();
  for (const Forms* forms :
       {&lean.avoir, &lean.etre, &lean.aller, &lean.vouloir, &lean.pouvoir, &lean.devoir, &lean.etre_past}) {
    for (const std::string& form : *forms) words += {"", form, ""};
  }
  for (const Forms* forms :
       {&lean.ir, &lean.querer, &lean.poder, &lean.deber, &lean.ser, &lean.estar, &lean.ser_past, &lean.estar_past}) {
    for (const std::string& form : *forms) words += {"", "", form};
  }
  return words;
}

}  // namespace figment::data::bilingual
