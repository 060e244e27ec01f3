#include "data/names.h"

#include <algorithm>
#include <array>
#include <set>

namespace figment::data {
namespace {

using Words = std::vector<std::string_view>;

constexpr std::uint64_t names_stream = 0x6e61'6d65'7300ULL;
constexpr std::size_t training_count = 24000;

/// A place in a name: one of the options, or nothing.
struct Slot {
  Words options;
  float probability = 1;  ///< that it is filled
};
using Pattern = std::vector<Slot>;

const Words soft_onsets = {"b", "br", "c",  "d", "el", "f",  "fl", "g",  "h", "k", "l", "m",
                           "n", "p",  "ph", "r", "s",  "sh", "t",  "th", "v", "w", "z"};
const Words bright_vowels = {"a", "e", "i", "o", "ae", "ai", "ea", "ia", "ie", "y"};
const Words soft_middles = {"l", "ll", "n", "nn", "r", "ri", "s", "ss", "m", "d", "v", "th", "br", "nd", "li"};
const Words girl_endings = {"a", "ia", "elle", "ina", "ora", "anna", "isse", "wen", "lia", "eth", "ynn", "ira"};

const Words firm_onsets = {"b", "br", "c", "d", "dr", "g",  "gr", "h",  "j",  "k", "l",
                           "m", "n",  "p", "r", "s",  "st", "t",  "tr", "th", "v", "w"};
const Words plain_vowels = {"a", "e", "i", "o", "u", "ae", "au", "eo", "ei", "io"};
const Words firm_middles = {"l", "ld", "n", "nd", "r", "rr", "rn", "s", "st", "m", "g", "d", "v", "rt", "lb"};
const Words boy_endings = {"an", "en", "ric", "ron", "dor", "mir", "las", "ton", "ius", "or", "win", "o", "bert", "ek"};

const Words place_prefixes = {"old ", "new ", "upper ", "lower ", "north ", "south ", "little "};
const Words place_onsets = {"b", "br", "c", "ch", "cl", "d",  "f",  "gl", "gr", "h",  "k", "l",
                            "m", "n",  "p", "r",  "s",  "sh", "st", "t",  "th", "tr", "w", "wh"};
const Words place_vowels = {"a", "e", "i", "o", "u", "ea", "oo", "ow", "ay", "ee"};
const Words place_codas = {"l", "ll", "m", "n", "nd", "r", "rn", "rth", "s", "sk", "t", "ck", "lm"};
const Words place_links = {"en", "er", "ing", "le", "y"};
const Words place_endings = {"ford",  "haven", "wick", "mere", "dale",  "holm",  "bridge",
                             "field", "stead", "ton",  "bury", "worth", "cliff", "water"};

const Words dark_onsets = {"dr", "g",  "gh", "gr",  "kr", "m",  "n", "qu", "r",
                           "sk", "sm", "th", "thr", "v",  "vr", "x", "z"};
const Words dark_vowels = {"a", "o", "u", "au", "oo", "y", "aa"};
const Words dark_codas = {"g", "gg", "k", "l", "lg", "m", "n", "r", "rg", "rk", "rm", "th", "z", "x"};
const Words dragon_endings = {"ax", "oth", "gor", "rax", "zar", "ur", "ion", "athrax", "ezzar", "unn", "yx"};
const Words dragon_titles = {" the ashen", " the old", " the sleepless", " the green", " the hungry",
                             " the wise",  " the red", " the silent",    " the vast",  " the unseen"};

const std::array<Pattern, name_kinds>& patterns() {
  static const std::array<Pattern, name_kinds> all = {
      Pattern{{soft_onsets, 0.85F},
              {bright_vowels},
              {soft_middles},
              {bright_vowels, 0.45F},
              {{"l", "n", "r", "v"}},
              {girl_endings}},
      Pattern{{firm_onsets, 0.9F},
              {plain_vowels},
              {firm_middles},
              {plain_vowels, 0.5F},
              {{"d", "k", "l", "n", "r"}},
              {boy_endings}},
      Pattern{
          {place_prefixes, 0.15F}, {place_onsets}, {place_vowels}, {place_codas}, {place_links, 0.4F}, {place_endings}},
      Pattern{{dark_onsets},
              {dark_vowels},
              {dark_codas},
              {dark_vowels, 0.6F},
              {{"'"}, 0.15F},
              {{"d", "g", "k", "n", "r"}},
              {dragon_endings},
              {dragon_titles, 0.3F}},
  };
  return all;
}

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

/// Each word with a capital, apart from "the".
std::string capitalised(std::string text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = i == 0 || text[i - 1] == ' ';
    if (begins && is_lower(text[i]) && text.compare(i, 4, "the ") != 0)
      text[i] = static_cast<char>(text[i] - 'a' + 'A');
  }
  return text;
}

std::string lowered(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

}  // namespace

std::string_view name_of(NameKind kind) {
  static constexpr std::array<std::string_view, name_kinds> names = {"girl", "boy", "place", "dragon"};
  return names[static_cast<std::size_t>(kind)];
}

Name make_name(core::Random& random, NameKind kind) {
  std::string text;
  for (const Slot& slot : patterns()[static_cast<std::size_t>(kind)]) {
    if (slot.probability < 1 && !random.chance(slot.probability)) continue;
    text += slot.options[random.below(static_cast<std::uint32_t>(slot.options.size()))];
  }
  return {kind, capitalised(std::move(text))};
}

Name make_name(core::Random& random) { return make_name(random, static_cast<NameKind>(random.below(name_kinds))); }

bool is_well_formed(std::string_view name, NameKind kind) {
  const std::string text = lowered(name);
  if (capitalised(text) != name) return false;
  std::set<std::size_t> reached = {0};  // how much of the name the slots so far can have made
  for (const Slot& slot : patterns()[static_cast<std::size_t>(kind)]) {
    std::set<std::size_t> next;
    if (slot.probability < 1) next = reached;
    for (const std::size_t at : reached) {
      for (const std::string_view option : slot.options) {
        if (text.compare(at, option.size(), option) == 0) next.insert(at + option.size());
      }
    }
    reached = std::move(next);
  }
  return reached.contains(text.size());
}

const std::vector<Name>& training_names() {
  static const std::vector<Name> names = [] {
    core::Random random(1, names_stream);
    std::vector<Name> made;
    made.reserve(training_count);
    for (std::size_t i = 0; i < training_count; ++i) {
      made.push_back(make_name(random, static_cast<NameKind>(i % name_kinds)));
    }
    return made;
  }();
  return names;
}

const std::unordered_set<std::string>& training_name_set() {
  static const std::unordered_set<std::string> set = [] {
    std::unordered_set<std::string> all;
    for (const Name& name : training_names()) all.insert(name.text);
    return all;
  }();
  return set;
}

}  // namespace figment::data
