#include "data/bilingual/noun_phrase.h"

#include <map>
#include <utility>

#include "core/error.h"

namespace figment::data::bilingual {
namespace {

enum class Determiner : std::uint8_t {
  the,
  a,
  this_,
  that,
  my,
  your,
  his,
  her,
  our,
  their,
  number,
  many,
  several,
  every,
  all
};

constexpr std::array<std::string_view, 9> english_numbers = {"two",   "three", "four", "five", "six",
                                                             "seven", "eight", "nine", "ten"};
constexpr std::array<std::string_view, 9> french_numbers = {"deux", "trois", "quatre", "cinq", "six",
                                                            "sept", "huit",  "neuf",   "dix"};
constexpr std::array<std::string_view, 9> spanish_numbers = {"dos",   "tres", "cuatro", "cinco", "seis",
                                                             "siete", "ocho", "nueve",  "diez"};

/// Each with [gender][plural].
using Agreeing = std::array<std::array<std::string_view, 2>, 2>;

std::string append(std::string a, std::string_view b) {
  if (!a.empty() && !b.empty()) a += ' ';
  a += b;
  return a;
}

template <typename... Parts>
std::string join(const Parts&... parts) {
  std::string all;
  ((all = append(std::move(all), parts)), ...);
  return all;
}

/// The head of a phrase: adjectives and noun in their order, without determiner.
struct Head {
  Text text;
  bool french_has_adjective_before = false;
  bool spanish_noun_is_first = true;
};

Head make_head(const Noun& noun, bool is_plural, const Adjective* first, const Adjective* second) {
  const std::size_t number = is_plural ? 1 : 0;
  const auto french_gender = static_cast<std::size_t>(noun.french_gender);
  const auto spanish_gender = static_cast<std::size_t>(noun.spanish_gender);
  Head head;
  head.text = {noun.english[number], noun.french[number], noun.spanish[number]};
  // The adjective that stands nearer to the English noun comes first in Spanish and French, behind it.
  for (const Adjective* adjective : {second, first}) {
    if (adjective == nullptr) continue;
    head.text.english = join(adjective->english, head.text.english);
    const std::string& french = adjective->french[french_gender][number];
    if (adjective->french_goes_before) {
      const bool is_special =
          !is_plural && noun.french_gender == Gender::masculine && starts_with_vowel(head.text.french);
      head.text.french = join(is_special ? adjective->french_before_vowel : french, head.text.french);
      head.french_has_adjective_before = true;
    } else {
      head.text.french = join(head.text.french, french);
    }
    const std::string& spanish = adjective->spanish[spanish_gender][number];
    if (adjective->spanish_before.empty()) {
      head.text.spanish = join(head.text.spanish, spanish);
    } else {
      const bool is_short = !is_plural && noun.spanish_gender == Gender::masculine;
      head.text.spanish = join(is_short ? adjective->spanish_before : spanish, head.text.spanish);
      head.spanish_noun_is_first = false;
    }
  }
  return head;
}

std::string french_determiner(Determiner kind, std::size_t gender, bool is_plural, bool vowel, bool is_mass,
                              const NounPhraseOptions& options, const Head& head) {
  const bool feminine = gender == 1;
  const auto of = [&](std::string_view singular_m, std::string_view singular_f, std::string_view plural) {
    return std::string(is_plural ? plural : feminine ? singular_f : singular_m);
  };
  const std::string de = vowel ? "d'" : "de";
  switch (kind) {
    case Determiner::the:
      return !is_plural && vowel ? "l'" : of("le", "la", "les");
    case Determiner::a:
      if (options.is_negated) return de;
      if (is_mass) return vowel ? "de l'" : feminine ? "de la" : "du";
      if (is_plural && head.french_has_adjective_before) return de;
      return of("un", "une", "des");
    case Determiner::this_:
    case Determiner::that:
      return !is_plural && !feminine && vowel ? "cet" : of("ce", "cette", "ces");
    case Determiner::my:
      return vowel && !is_plural ? "mon" : of("mon", "ma", "mes");
    case Determiner::your:
      return vowel && !is_plural ? "ton" : of("ton", "ta", "tes");
    case Determiner::his:
    case Determiner::her:
      return vowel && !is_plural ? "son" : of("son", "sa", "ses");
    case Determiner::our:
      return is_plural ? "nos" : "notre";
    case Determiner::their:
      return is_plural ? "leurs" : "leur";
    case Determiner::many:
      return "beaucoup " + de;
    case Determiner::several:
      return "plusieurs";
    case Determiner::every:
      return "chaque";
    case Determiner::all:
      return feminine ? "toutes les" : "tous les";
    case Determiner::number:
      break;
  }
  return {};
}

std::string spanish_determiner(Determiner kind, std::size_t gender, bool is_plural, bool takes_el, bool is_mass,
                               const NounPhraseOptions& options) {
  const std::size_t number = is_plural ? 1 : 0;
  const auto of = [&](const Agreeing& forms) { return std::string(forms[gender][number]); };
  switch (kind) {
    case Determiner::the:
      return takes_el ? "el" : of({{{"el", "los"}, {"la", "las"}}});
    case Determiner::a:
      if (is_mass || (is_plural && options.is_negated)) return {};
      return takes_el ? "un" : of({{{"un", "unos"}, {"una", "unas"}}});
    case Determiner::this_:
      return of({{{"este", "estos"}, {"esta", "estas"}}});
    case Determiner::that:
      return of({{{"ese", "esos"}, {"esa", "esas"}}});
    case Determiner::my:
      return is_plural ? "mis" : "mi";
    case Determiner::your:
      return is_plural ? "tus" : "tu";
    case Determiner::his:
    case Determiner::her:
    case Determiner::their:
      return is_plural ? "sus" : "su";
    case Determiner::our:
      return of({{{"nuestro", "nuestros"}, {"nuestra", "nuestras"}}});
    case Determiner::many:
      return of({{{"", "muchos"}, {"", "muchas"}}});
    case Determiner::several:
      return of({{{"", "varios"}, {"", "varias"}}});
    case Determiner::every:
      return "cada";
    case Determiner::all:
      return of({{{"", "todos los"}, {"", "todas las"}}});
    case Determiner::number:
      break;
  }
  return {};
}

std::string english_determiner(Determiner kind, bool is_plural, bool is_mass, const NounPhraseOptions& options,
                               const std::string& next) {
  const bool vowel = std::string_view("aeiou").find(next.front()) != std::string_view::npos;
  switch (kind) {
    case Determiner::the:
      return "the";
    case Determiner::a:
      if (is_plural || is_mass) return options.is_negated ? "any" : "some";
      return vowel ? "an" : "a";
    case Determiner::this_:
      return is_plural ? "these" : "this";
    case Determiner::that:
      return is_plural ? "those" : "that";
    case Determiner::my:
      return "my";
    case Determiner::your:
      return "your";
    case Determiner::his:
      return "his";
    case Determiner::her:
      return "her";
    case Determiner::our:
      return "our";
    case Determiner::their:
      return "their";
    case Determiner::many:
      return "many";
    case Determiner::several:
      return "several";
    case Determiner::every:
      return "every";
    case Determiner::all:
      return "all the";
    case Determiner::number:
      break;
  }
  return {};
}

Determiner pick_determiner(Draft& draft, const Noun& noun, const NounPhraseOptions& options) {
  using enum Determiner;
  static constexpr std::array definite = {the, the, the, the, this_, that, my, your, his, her, our, their};
  static constexpr std::array mass = {the, the, a, a, a, this_, my, your, his, her, our, their};
  static constexpr std::array all_kinds = {the,  the, the, the, a,     a,      a,      a,    this_,   that,  my,
                                           your, his, her, our, their, number, number, many, several, every, all};
  static constexpr std::array plain = {the, the, my, your, his, her, our};
  static constexpr std::array place = {the, the, the, the, this_, that, our};
  if (options.is_place) return draft.pick(place);
  if (options.is_plain) return draft.pick(plain);
  if (options.is_negated && !options.is_definite) return draft.chance(0.4F) ? a : draft.pick(definite);
  if (options.is_definite || noun.is_single) return draft.pick(definite);
  return noun.is_mass ? draft.pick(mass) : draft.pick(all_kinds);
}

bool is_always_plural(Determiner kind) {
  return kind == Determiner::number || kind == Determiner::many || kind == Determiner::several ||
         kind == Determiner::all;
}

constexpr std::string_view owned = "tcwva";  // tags of what people own

/// "the girl 's" before the head; French and Spanish say it behind.
void add_owner(Draft& draft, NounPhrase& phrase, const Head& head, std::size_t gender, bool vowel) {
  const NounPhrase owner = make_noun_phrase(draft, pick_noun(draft, "p"), {.is_plain = true});
  const bool feminine = gender == 1;
  const std::string article = !phrase.is_plural && vowel ? "l'" : phrase.is_plural ? "les" : feminine ? "la" : "le";
  const auto spanish_gender = static_cast<std::size_t>(phrase.noun->spanish_gender);
  const bool takes_el = phrase.noun->has_stress_a && !phrase.is_plural && head.spanish_noun_is_first;
  phrase.text = {join(owner.text.english, "'s", head.text.english),
                 join(article, head.text.french, french_with("de", owner.text.french)),
                 join(spanish_determiner(Determiner::the, spanish_gender, phrase.is_plural, takes_el, false, {}),
                      head.text.spanish, spanish_with("de", owner.text.spanish))};
}

std::uint32_t hash_of(std::string_view text) {
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619U;
  return hash ^ (hash >> 15U);
}

}  // namespace

Text& Text::operator+=(const Text& other) {
  english = append(std::move(english), other.english);
  french = append(std::move(french), other.french);
  spanish = append(std::move(spanish), other.spanish);
  return *this;
}

Text operator+(Text a, const Text& b) { return a += b; }

bool is_held_out_pair(const Adjective& adjective, const Noun& noun) {
  return hash_of(adjective.english + " " + noun.english[0]) % 12 == 0;
}

const Adjective* Draft::adjective_for(const Noun& noun) {
  static const std::map<const Noun*, std::vector<const Adjective*>> fitting = [] {
    std::map<const Noun*, std::vector<const Adjective*>> all;
    for (const Noun& each : nouns()) {
      for (const Adjective& adjective : adjectives())
        if (each.is_any(adjective.tags)) all[&each].push_back(&adjective);
    }
    return all;
  }();
  const auto found = fitting.find(&noun);
  if (found == fitting.end()) return nullptr;
  for (int tries = 0; tries < 20; ++tries) {
    const Adjective* adjective = pick(found->second);
    const bool is_new = is_held_out_pair(*adjective, noun);
    if (is_new && pairs == PairPolicy::known) continue;
    has_held_out_pair = has_held_out_pair || is_new;
    return adjective;
  }
  return nullptr;
}

const Noun& pick_noun(Draft& draft, std::string_view tags) {
  thread_local std::map<std::string, std::vector<const Noun*>, std::less<>> by_tags;
  auto found = by_tags.find(tags);
  if (found == by_tags.end()) {
    std::vector<const Noun*> fitting;
    for (const Noun& noun : nouns())
      if (noun.is_any(tags)) fitting.push_back(&noun);
    core::require(!fitting.empty(), "No noun has one of the tags {}.", tags);
    found = by_tags.emplace(std::string(tags), std::move(fitting)).first;
  }
  return *draft.pick(found->second);
}

NounPhrase make_noun_phrase(Draft& draft, const Noun& noun, NounPhraseOptions options) {
  const Determiner kind = pick_determiner(draft, noun, options);
  const bool may_be_plural = !noun.is_mass && !noun.is_single && !options.is_plain && kind != Determiner::every;
  NounPhrase phrase;
  phrase.noun = &noun;
  phrase.is_plural = may_be_plural && (is_always_plural(kind) || draft.chance(options.is_place ? 0.1F : 0.35F));
  const Adjective* first = nullptr;
  const Adjective* second = nullptr;
  if (!options.is_plain && draft.chance(options.is_place ? 0.25F : 0.5F)) {
    second = draft.adjective_for(noun);
    if (second != nullptr && !second->french_goes_before && !second->is_state && draft.chance(0.2F)) {
      first = draft.adjective_for(noun);
      const bool fits = first != nullptr && first->french_goes_before && first->spanish_before.empty();
      if (!fits) first = nullptr;
    }
  }
  const Head head = make_head(noun, phrase.is_plural, first, second);
  const auto french_gender = static_cast<std::size_t>(noun.french_gender);
  const auto spanish_gender = static_cast<std::size_t>(noun.spanish_gender);
  const bool vowel = starts_with_vowel(head.text.french);
  if (kind == Determiner::the && !options.is_plain && !options.is_place && noun.is_any(owned) && draft.chance(0.25F)) {
    add_owner(draft, phrase, head, french_gender, vowel);
    return phrase;
  }
  const bool takes_el = noun.has_stress_a && !phrase.is_plural && head.spanish_noun_is_first;
  Text determiner;
  if (kind == Determiner::number) {
    const std::uint32_t count = draft.random.below(english_numbers.size());
    determiner = {std::string(english_numbers[count]), std::string(french_numbers[count]),
                  std::string(spanish_numbers[count])};
  } else {
    determiner = {english_determiner(kind, phrase.is_plural, noun.is_mass, options, head.text.english),
                  french_determiner(kind, french_gender, phrase.is_plural, vowel, noun.is_mass, options, head),
                  spanish_determiner(kind, spanish_gender, phrase.is_plural, takes_el, noun.is_mass, options)};
  }
  phrase.text = determiner + head.text;
  return phrase;
}

std::string french_with(const std::string& preposition, const std::string& phrase) {
  if (preposition.empty()) return phrase;
  // "près de" and "à côté de" end in de; "à" stands alone.
  const bool is_de = preposition == "de" || preposition.ends_with(" de");
  const std::string before = is_de ? preposition.substr(0, preposition.size() - 2) : "";
  if (is_de && phrase.starts_with("le ")) return before + "du " + phrase.substr(3);
  if (is_de && phrase.starts_with("les ")) return before + "des " + phrase.substr(4);
  if (is_de && starts_with_vowel(phrase)) return before + "d' " + phrase;
  if (preposition == "à" && phrase.starts_with("le ")) return "au " + phrase.substr(3);
  if (preposition == "à" && phrase.starts_with("les ")) return "aux " + phrase.substr(4);
  return join(preposition, phrase);
}

std::string spanish_with(const std::string& preposition, const std::string& phrase) {
  const bool merges = preposition == "a" || preposition == "de" || preposition.ends_with(" de");
  if (merges && phrase.starts_with("el ")) return preposition + "l " + phrase.substr(3);
  return join(preposition, phrase);
}

Text noun_phrase_words() {
  Text words = {
      "the a an some any this these that those my your his her our their many several every all 's",
      "le la les l' un une des du de d' ce cet cette ces mon ma mes ton ta tes son sa ses notre nos leur leurs "
      "beaucoup plusieurs chaque tous toutes à au aux",
      "el la los las un una unos unas este estos esta estas ese esos esa esas mi mis tu tus su sus nuestro "
      "nuestros nuestra nuestras muchos muchas varios varias cada todos todas a al de del"};
  for (std::size_t i = 0; i < english_numbers.size(); ++i) {
    words += {std::string(english_numbers[i]), std::string(french_numbers[i]), std::string(spanish_numbers[i])};
  }
  return words;
}

}  // namespace figment::data::bilingual
