#include "data/bilingual.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "data/bilingual/inflection.h"
#include "data/bilingual/sentence.h"

namespace figment::data {
namespace {

using bilingual::Draft;
using bilingual::Text;

std::size_t count_words(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), ' ')) + 1;
}

bool is_held_out_text(const std::string& english) {
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (const char c : english) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619U;
  return (hash ^ (hash >> 13U)) % 40 == 0;
}

bool fits(const Text& text) {
  return !text.english.empty() && count_words(text.english) <= english_words_max &&
         count_words(text.french) <= translated_words_max && count_words(text.spanish) <= translated_words_max;
}

void add_words(std::set<std::string>& words, const std::string& text) {
  for (const std::string& word : bilingual::split(text, ' '))
    if (!word.empty()) words.insert(word);
}

void add_words(Text& all, const bilingual::Verb& verb) {
  all +=
      {verb.english + " " + verb.english_third + " " + verb.english_past + " " + verb.english_after,
       verb.french + " " + verb.french_participle + " " + verb.french_after, verb.spanish + " " + verb.spanish_after};
  if (verb.french_is_with_etre) {
    for (const char* ending : {"e", "s", "es"}) all += {"", verb.french_participle + ending, ""};
  }
  for (std::size_t person = 0; person < bilingual::person_count; ++person) {
    all += {"", verb.french_present[person], verb.spanish_present[person] + " " + verb.spanish_past[person]};
  }
}

/// Every word of the lexicon and the grammar.
const Text& all_words() {
  static const Text words = [] {
    Text all = bilingual::noun_phrase_words() + bilingual::clause_words() + bilingual::sentence_words();
    for (const bilingual::Noun& noun : bilingual::nouns()) {
      all += {noun.english[0], noun.french[0], noun.spanish[0]};
      if (!noun.is_mass && !noun.is_single) all += {noun.english[1], noun.french[1], noun.spanish[1]};
    }
    for (const bilingual::Adjective& adjective : bilingual::adjectives()) {
      all += {adjective.english, adjective.french_before_vowel, adjective.spanish_before};
      for (std::size_t gender = 0; gender < 2; ++gender) {
        for (std::size_t number = 0; number < 2; ++number)
          all += {"", adjective.french[gender][number], adjective.spanish[gender][number]};
      }
    }
    for (const auto* list : {&bilingual::verbs(), &bilingual::motion_verbs(), &bilingual::giving_verbs()}) {
      for (const bilingual::Verb& verb : *list) add_words(all, verb);
    }
    return all;
  }();
  return words;
}

}  // namespace

Sentence make_sentence(core::Random& random, Pairs pairs) {
  constexpr int longest_wait = 100000;
  for (int tries = 0; tries < longest_wait; ++tries) {
    Draft draft{random, pairs == Pairs::known ? bilingual::PairPolicy::known : bilingual::PairPolicy::any};
    Text text = bilingual::make_text(draft);
    if (!fits(text) || (pairs == Pairs::held_out && !draft.has_held_out_pair)) continue;
    const bool is_held_out = is_held_out_text(text.english);
    return {std::move(text.english), std::move(text.french), std::move(text.spanish), draft.has_held_out_pair,
            is_held_out};
  }
  core::fail("The grammar writes no such sentence.");
}

Sentence make_training_sentence(core::Random& random) {
  for (;;) {
    Sentence sentence = make_sentence(random, Pairs::known);
    if (!sentence.is_held_out) return sentence;
  }
}

Sentence make_unseen_sentence(core::Random& random, Pairs pairs) {
  for (;;) {
    Sentence sentence = make_sentence(random, pairs);
    if (sentence.is_held_out || sentence.has_held_out_pair) return sentence;
  }
}

std::vector<std::string> bilingual_words() {
  std::set<std::string> words;
  for (const std::string* text : {&all_words().english, &all_words().french, &all_words().spanish})
    add_words(words, *text);
  return {words.begin(), words.end()};
}

const std::vector<std::string>& bilingual_english_words() {
  static const std::vector<std::string> list = [] {
    std::set<std::string> words;
    add_words(words, all_words().english);
    return std::vector<std::string>(words.begin(), words.end());
  }();
  return list;
}

}  // namespace figment::data
