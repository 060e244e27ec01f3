#include "data/bilingual/sentence.h"

#include <span>

#include "data/bilingual/adjuncts.h"

namespace figment::data::bilingual {
namespace {

Subject make_subject(Draft& draft, std::string_view tags, float pronouns = 0.45F, bool is_definite = false) {
  struct Pronoun {
    Text text;
    std::size_t person;
    bool is_plural;
    Gender gender;
  };
  using enum Gender;
  static const std::array<Pronoun, 6> pronouns_list = {{{{"i", "je", ""}, 0, false, masculine},
                                                        {{"you", "tu", ""}, 1, false, masculine},
                                                        {{"he", "il", "él"}, 2, false, masculine},
                                                        {{"she", "elle", "ella"}, 2, false, feminine},
                                                        {{"we", "nous", ""}, 3, true, masculine},
                                                        {{"they", "ils", "ellos"}, 4, true, masculine}}};
  if (tags.find('p') != std::string_view::npos && draft.chance(pronouns)) {
    const Pronoun& pronoun = draft.pick(pronouns_list);
    return {pronoun.text, pronoun.person, true, pronoun.is_plural, false, pronoun.gender, pronoun.gender};
  }
  const NounPhrase phrase = make_noun_phrase(draft, pick_noun(draft, tags), {.is_definite = is_definite});
  return {phrase.text,
          phrase.is_plural ? 4U : 2U,
          false,
          phrase.is_plural,
          phrase.noun->is('a'),
          phrase.noun->french_gender,
          phrase.noun->spanish_gender};
}

Subject asked_for() { return {{}, 2, false, false, false, Gender::masculine, Gender::masculine}; }

Question pick_question(Draft& draft) {
  using enum Question;
  static constexpr std::array asked = {whether, whether, whether, whether, where, when, why, why, who, what, what};
  return draft.chance(0.28F) ? draft.pick(asked) : none;
}

Manner pick_manner(Draft& draft, bool takes_modals) {
  using enum Tense;
  static constexpr std::array all = {present, present, present, present, past, past,
                                     past,    future,  future,  want,    can,  must};
  static constexpr std::array simple = {present, present, present, past, past, future};
  Manner manner;
  manner.tense = takes_modals ? draft.pick(all) : draft.pick(simple);
  manner.question = pick_question(draft);
  const bool may_deny = manner.question == Question::none || manner.question == Question::why;
  if (may_deny && draft.chance(0.25F)) {
    const bool never = manner.question == Question::none && draft.chance(0.3F);
    manner.polarity = never ? Polarity::never : Polarity::no;
  }
  const bool may_repeat =
      manner.tense == present && manner.question == Question::none && manner.polarity == Polarity::yes;
  if (may_repeat && draft.chance(0.2F)) manner.frequency = draft.chance(0.5F) ? Frequency::always : Frequency::often;
  return manner;
}

/// What the verb is done to, with its prepositions.
Text make_object(Draft& draft, const Verb& verb, const Subject& subject, const Manner& manner) {
  const Noun& noun = pick_noun(draft, subject.is_animal ? verb.animal_objects : verb.objects);
  const bool is_person = noun.is('p');
  const bool is_direct = verb.english_after.empty() || verb.french_after.empty();
  NounPhraseOptions options;
  options.is_negated = manner.polarity != Polarity::yes;
  options.is_definite = !is_direct || (is_person && options.is_negated);
  Text object = make_noun_phrase(draft, noun, options).text;
  if (!verb.english_after.empty()) object.english = verb.english_after + " " + object.english;
  object.french = french_with(verb.french_after, object.french);
  object.spanish = spanish_with(verb.spanish_after.empty() && is_person ? "a" : verb.spanish_after, object.spanish);
  return object;
}

/// Adds a place or time now and then, and puts the words together. `Question::where` and `when` leave out their own.
Text finish(Draft& draft, const Subject& subject, const VerbWords& verb, Text rest, const Manner& manner, float places,
            float times) {
  if (manner.question != Question::where && draft.chance(places)) rest += make_place(draft);
  Text front;
  if (manner.question != Question::when && manner.frequency == Frequency::none && draft.chance(times)) {
    const Text time = pick_time(draft, manner.tense);
    if (manner.question == Question::none && draft.chance(0.3F)) {
      front = time + Text{",", ",", ","};
    } else {
      rest += time;
    }
  }
  return front + assemble(subject, verb, rest, manner);
}

Text make_doing(Draft& draft) {
  const Verb& verb = draft.pick(verbs());
  Manner manner = pick_manner(draft, true);
  const bool has_object = !verb.objects.empty();
  const bool takes_what = has_object && verb.english_after.empty() && verb.objects.find('p') == std::string::npos;
  if (manner.question == Question::what && !takes_what) manner.question = Question::whether;
  if (verb.english == "want" && manner.tense == Tense::want) manner.tense = Tense::present;
  // "I read" would be both.
  const bool shows_past = manner.polarity == Polarity::no || manner.question != Question::none;
  if (verb.english == verb.english_past && manner.tense == Tense::past && !shows_past) manner.tense = Tense::present;
  const Subject subject = manner.question == Question::who ? asked_for() : make_subject(draft, verb.subjects);
  const VerbWords words = say_verb(verb, subject, manner);
  Text rest;
  if (has_object && manner.question != Question::what) rest = make_object(draft, verb, subject, manner);
  return finish(draft, subject, words, rest, manner, has_object ? 0.15F : 0.6F, 0.25F);
}

Text make_motion(Draft& draft) {
  const Verb& verb = draft.pick(motion_verbs());
  Manner manner = pick_manner(draft, true);
  if (manner.question == Question::what || manner.question == Question::where) manner.question = Question::whether;
  const Subject subject = manner.question == Question::who ? asked_for() : make_subject(draft, verb.subjects);
  Text place = make_noun_phrase(draft, pick_noun(draft, verb.objects), {.is_place = true}).text;
  if (!verb.english_after.empty()) place.english = verb.english_after + " " + place.english;
  place.french = french_with(verb.french_after, place.french);
  place.spanish = spanish_with(verb.spanish_after, place.spanish);
  return finish(draft, subject, say_verb(verb, subject, manner), place, manner, 0, 0.35F);
}

Text make_giving(Draft& draft) {
  const Verb& verb = draft.pick(giving_verbs());
  Manner manner = pick_manner(draft, true);
  const Subject subject = manner.question == Question::who ? asked_for() : make_subject(draft, verb.subjects);
  Text rest;
  if (manner.question != Question::what) rest = make_object(draft, verb, subject, manner);
  const NounPhrase to = make_noun_phrase(draft, pick_noun(draft, "p"), {.is_definite = true});
  rest += {"to " + to.text.english, french_with("à", to.text.french), spanish_with("a", to.text.spanish)};
  return finish(draft, subject, say_verb(verb, subject, manner), rest, manner, 0, 0.2F);
}

const Adjective& pick_adjective_of_people(Draft& draft) {
  static const std::vector<const Adjective*> list = [] {
    std::vector<const Adjective*> all;
    for (const Adjective& adjective : adjectives())
      if (adjective.tags.find('p') != std::string::npos) all.push_back(&adjective);
    return all;
  }();
  return *draft.pick(list);
}

Text say_adjective(Draft& draft, const Adjective& adjective, const Subject& subject) {
  const std::size_t number = subject.is_plural ? 1 : 0;
  const Text said{adjective.english, adjective.french[static_cast<std::size_t>(subject.french)][number],
                  adjective.spanish[static_cast<std::size_t>(subject.spanish)][number]};
  const bool is_whole = adjective.is_state && adjective.tags.find_first_of("OKX") != std::string::npos;
  const bool is_color = adjective.tags.find('q') != std::string::npos || adjective.tags == "a";
  const bool has_degrees = !is_whole && !is_color;
  if (!has_degrees || !draft.chance(0.35F)) return said;
  return (draft.chance(0.6F) ? Text{"very", "très", "muy"} : Text{"too", "trop", "demasiado"}) + said;
}

Text make_being(Draft& draft) {
  Manner manner = pick_manner(draft, false);
  const bool is_odd = manner.question != Question::none && manner.question != Question::whether &&
                      manner.question != Question::who && manner.question != Question::why;
  if (is_odd) manner.question = Question::whether;
  if (manner.question == Question::who) {
    const Adjective& adjective = pick_adjective_of_people(draft);
    const Subject who = asked_for();
    return finish(draft, who, say_be(adjective.is_state, who, manner), say_adjective(draft, adjective, who), manner, 0,
                  0.15F);
  }
  if (draft.chance(0.35F)) {
    const Subject subject = make_subject(draft, "p", 1);
    const Adjective& adjective = pick_adjective_of_people(draft);
    return finish(draft, subject, say_be(adjective.is_state, subject, manner), say_adjective(draft, adjective, subject),
                  manner, 0, 0.15F);
  }
  const NounPhrase phrase = make_noun_phrase(draft, draft.pick(nouns()), {.is_definite = true});
  const Adjective* adjective = draft.adjective_for(*phrase.noun);
  if (adjective == nullptr) return {};
  const Subject subject{phrase.text,
                        phrase.is_plural ? 4U : 2U,
                        false,
                        phrase.is_plural,
                        false,
                        phrase.noun->french_gender,
                        phrase.noun->spanish_gender};
  return finish(draft, subject, say_be(adjective->is_state, subject, manner), say_adjective(draft, *adjective, subject),
                manner, 0, manner.tense == Tense::present ? 0 : 0.15F);
}

Text make_lying(Draft& draft) {
  Manner manner = pick_manner(draft, false);
  if (manner.question != Question::none) manner.question = draft.chance(0.4F) ? Question::where : Question::whether;
  const bool lives = draft.chance(0.4F);
  Subject subject = make_subject(draft, lives ? "pa" : "tcwf", 0.3F, true);
  Text place;
  if (manner.question != Question::where) place = lives ? make_place(draft) : make_spot(draft);
  return finish(draft, subject, say_be(true, subject, manner), place, manner, 0, 0.12F);
}

Text make_clause(Draft& draft) {
  static constexpr std::array<float, 5> weights = {0.52F, 0.11F, 0.1F, 0.16F, 0.11F};
  switch (draft.random.weighted(weights)) {
    case 0:
      return make_doing(draft);
    case 1:
      return make_motion(draft);
    case 2:
      return make_giving(draft);
    case 3:
      return make_being(draft);
    default:
      return make_lying(draft);
  }
}

/// A short clause that tells: "she is tired", "they sleep".
Text make_short(Draft& draft) {
  Manner manner;
  manner.tense = draft.chance(0.5F) ? Tense::present : Tense::past;
  if (draft.chance(0.3F)) manner.polarity = Polarity::no;
  const Subject subject = make_subject(draft, "p", 0.85F);
  if (draft.chance(0.5F)) {
    const Adjective& adjective = pick_adjective_of_people(draft);
    if (subject.is_pronoun) {
      return assemble(subject, say_be(adjective.is_state, subject, manner), say_adjective(draft, adjective, subject),
                      manner);
    }
  }
  static const std::vector<const Verb*> plain = [] {
    std::vector<const Verb*> all;
    for (const Verb& verb : verbs())
      if (verb.objects.empty()) all.push_back(&verb);
    return all;
  }();
  return assemble(subject, say_verb(*draft.pick(plain), subject, manner), {}, manner);
}

std::string after_que(const std::string& before, const std::string& clause) {
  return before + (starts_with_vowel(clause) ? " qu' " : " que ") + clause;
}

Text join_clauses(Draft& draft, Text first, const Text& second) {
  switch (draft.random.below(3)) {
    case 0:
      return first + Text{"and", "et", "y"} + second;
    case 1:
      return first + Text{"but", "mais", "pero"} + second;
    default:
      return first + Text{"because " + second.english, after_que("parce", second.french), "porque " + second.spanish};
  }
}

Text say_thought(Draft& draft, const Text& clause) {
  static const std::array<Text, 6> thoughts = {{{"i think that", "je pense", "creo que"},
                                                {"you know that", "tu sais", "sabes que"},
                                                {"he thinks that", "il pense", "él cree que"},
                                                {"she says that", "elle dit", "ella dice que"},
                                                {"we know that", "nous savons", "sabemos que"},
                                                {"they say that", "ils disent", "ellos dicen que"}}};
  const Text& thought = draft.pick(thoughts);
  return {thought.english + " " + clause.english, after_que(thought.french, clause.french),
          thought.spanish + " " + clause.spanish};
}

}  // namespace

Text make_text(Draft& draft) {
  Text text = make_clause(draft);
  if (text.english.empty()) return text;
  const bool asks = text.spanish.starts_with("¿");
  if (!asks && text.french.find(" , ") == std::string::npos) {
    if (draft.chance(0.1F)) {
      text = join_clauses(draft, text, make_short(draft));
    } else if (draft.chance(0.06F)) {
      text = say_thought(draft, text);
    }
  }
  const std::string mark = asks ? "?" : ".";
  return text + Text{mark, mark, mark};
}

Text sentence_words() {
  return Text{"to and but because that think thinks know say says very too , . ?",
              "et mais parce que qu' pense sais dit savons disent très trop , . ?",
              "y pero porque que creo sabes cree dice sabemos dicen muy demasiado , . ?"} +
         adjunct_words();
}

}  // namespace figment::data::bilingual
