#include "data/bilingual/inflection.h"

#include "core/error.h"

namespace figment::data::bilingual {
namespace {

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

std::string without(const std::string& word, std::size_t bytes) { return word.substr(0, word.size() - bytes); }

/// Replaces the last `from` in the word by `to`; the stem's vowel, for instance.
std::string replace_last(std::string word, std::string_view from, std::string_view to) {
  const std::size_t at = word.rfind(from);
  if (at != std::string::npos) word.replace(at, from.size(), to);
  return word;
}

Forms forms_of(const std::string& list) {
  const std::vector<std::string> words = split(list, ',');
  core::require(words.size() == person_count, "'{}' does not list {} forms.", list, person_count);
  Forms forms;
  for (std::size_t i = 0; i < person_count; ++i) forms[i] = words[i];
  return forms;
}

Forms with_endings(const std::string& stem, const std::array<std::string_view, person_count>& endings) {
  Forms forms;
  for (std::size_t i = 0; i < person_count; ++i) forms[i] = stem + std::string(endings[i]);
  return forms;
}

/// Spanish spelling before é: buscar, busqué; llegar, llegué.
std::string before_e(const std::string& stem) {
  if (stem.ends_with('c')) return without(stem, 1) + "qu";
  if (stem.ends_with('g')) return stem + "u";
  if (stem.ends_with('z')) return without(stem, 1) + "c";
  return stem;
}

}  // namespace

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end = 0; end != std::string_view::npos; begin = end + 1) {
    end = text.find(at, begin);
    parts.emplace_back(text.substr(begin, end - begin));
  }
  return parts;
}

std::string english_plural(const std::string& noun) {
  const bool is_hissing = noun.ends_with("s") || noun.ends_with("x") || noun.ends_with("ch") || noun.ends_with("sh");
  if (is_hissing) return noun + "es";
  const bool is_y = noun.ends_with("y") && !is_one_of(noun[noun.size() - 2], "aeou");
  return is_y ? without(noun, 1) + "ies" : noun + "s";
}

std::string english_third(const std::string& verb) { return verb.ends_with("o") ? verb + "es" : english_plural(verb); }

std::string french_plural(const std::string& noun) {
  if (is_one_of(noun.back(), "sxz")) return noun;
  if (noun.ends_with("eau")) return noun + "x";
  if (noun.ends_with("al")) return without(noun, 1) + "ux";
  return noun + "s";
}

std::string spanish_plural(const std::string& noun) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> stressed = {
      {{"á", "a"}, {"é", "e"}, {"í", "i"}, {"ó", "o"}, {"ú", "u"}}};
  for (const auto& [accent, plain] : stressed) {
    for (const std::string_view last : {"n", "s"}) {
      if (noun.ends_with(std::string(accent) + std::string(last))) {
        return without(noun, accent.size() + 1) + std::string(plain) + std::string(last) + "es";
      }
    }
    if (noun.ends_with(accent)) return noun + "s";
  }
  if (noun.ends_with("z")) return without(noun, 1) + "ces";
  if (noun.ends_with("s")) return noun;
  return noun + (is_one_of(noun.back(), "aeiou") ? "s" : "es");
}

std::array<std::array<std::string, 2>, 2> french_forms(const std::string& masculine, const std::string& feminine) {
  return {{{masculine, french_plural(masculine)}, {feminine, feminine + "s"}}};
}

std::array<std::array<std::string, 2>, 2> spanish_forms(const std::string& masculine, const std::string& plural) {
  const std::string plain = plural.empty() ? spanish_plural(masculine) : plural;
  if (!masculine.ends_with("o")) return {{{masculine, plain}, {masculine, plain}}};
  const std::string feminine = without(masculine, 1) + "a";
  return {{{masculine, plain}, {feminine, feminine + "s"}}};
}

void conjugate_french(const std::string& entry, Verb& verb) {
  const std::vector<std::string> parts = split(entry, '=');
  verb.french = parts[0];
  if (parts.size() > 1) {
    const std::vector<std::string> lists = split(parts[1], ';');
    verb.french_present = forms_of(lists[0]);
    verb.french_participle = lists[1];
    return;
  }
  const std::string stem = without(verb.french, 2);
  if (verb.french.ends_with("er")) {
    verb.french_present = with_endings(stem, {"e", "es", "e", "ons", "ent"});
    if (stem.ends_with("g")) verb.french_present[3] = stem + "eons";
    verb.french_participle = stem + "é";
  } else if (verb.french.ends_with("ir")) {
    verb.french_present = with_endings(stem, {"is", "is", "it", "issons", "issent"});
    verb.french_participle = stem + "i";
  } else {
    verb.french_present = with_endings(stem, {"s", "s", "", "ons", "ent"});
    verb.french_participle = stem + "u";
  }
}

void conjugate_spanish(const std::string& entry, Verb& verb) {
  const std::vector<std::string> parts = split(entry, '=');
  const std::vector<std::string> head = split(parts[0], ':');
  verb.spanish = head[0];
  const std::string stem = without(verb.spanish, verb.spanish.ends_with("ír") ? 3 : 2);
  const bool is_ar = verb.spanish.ends_with("ar");
  if (is_ar) {
    verb.spanish_present = with_endings(stem, {"o", "as", "a", "amos", "an"});
    verb.spanish_past = with_endings(stem, {"é", "aste", "ó", "amos", "aron"});
    verb.spanish_past[0] = before_e(stem) + "é";
  } else {
    verb.spanish_present = with_endings(stem, {"o", "es", "e", verb.spanish.ends_with("er") ? "emos" : "imos", "en"});
    verb.spanish_past = with_endings(stem, {"í", "iste", "ió", "imos", "ieron"});
  }
  if (head.size() > 1) {
    const std::string changed = replace_last(stem, head[1] == "ie" ? "e" : "o", head[1]);
    for (const std::size_t person : {0, 1, 2, 4}) {
      verb.spanish_present[person] = changed + verb.spanish_present[person].substr(stem.size());
    }
  }
  if (parts.size() == 1) return;
  const std::vector<std::string> lists = split(parts[1], ';');
  verb.spanish_present = forms_of(lists[0]);
  if (lists.size() > 1) verb.spanish_past = forms_of(lists[1]);
}

bool starts_with_vowel(std::string_view french) {
  static constexpr std::array<std::string_view, 8> accented = {"é", "è", "ê", "â", "à", "î", "ô", "œ"};
  if (french.empty()) return false;
  if (french.starts_with("huit") || french.starts_with("onze")) return false;
  if (is_one_of(french.front(), "aeiouh")) return true;
  for (const std::string_view letter : accented) {
    if (french.starts_with(letter)) return true;
  }
  return false;
}

}  // namespace figment::data::bilingual
