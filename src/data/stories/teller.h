#pragma once
#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "core/error.h"
#include "data/stories.h"
#include "data/stories/grammar.h"

/// How the wordings of a story grammar become text.
namespace figment::data::stories {

constexpr char article_mark = '\x01';

constexpr char upper_case(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// Puts "a" or "an" for each article mark, by the first sound of what follows it, and capitalises the first letter of
/// the text and of each sentence in it that begins outside quotes.
std::string finish_sentences(std::string_view text);
/// Only the articles.
std::string resolve_articles(std::string_view text);

/// Tells one story. `Draw` is the source of choices: int(string_view what, int count).
template <typename Draw>
class Teller {
 public:
  Teller(const Grammar& grammar, const Plot& plot, Draw draw) : grammar_(grammar), plot_(plot), draw_(draw) {}

  std::string tell(const Beat& beat) {
    const int index = beat.wordings.size() > 1 ? draw_("wording", static_cast<int>(beat.wordings.size())) : 0;
    return fill(beat.wordings[static_cast<std::size_t>(index)]);
  }

  /// As sentences.
  std::string fill(std::string_view wording) { return finish_sentences(replace_slots(wording)); }
  /// As a part of a sentence.
  std::string phrase(std::string_view wording) { return resolve_articles(replace_slots(wording)); }

  bool has(std::string_view slot) const { return values_.contains(slot); }
  /// Whether every slot of a wording has its value already.
  bool knows(std::string_view wording) const {
    for (std::size_t i = wording.find('{'); i != std::string_view::npos; i = wording.find('{', i + 1)) {
      const std::string_view slot = wording.substr(i + 1, wording.find('}', i) - i - 1);
      const bool is_known =
          slot == "a" || (is_personal(slot)                               ? hero_.has_value()
                          : slot[0] == 'b' && is_personal(slot.substr(1)) ? friend_.has_value()
                                                                          : has(slot.substr(0, slot.find('.'))));
      if (!is_known) return false;
    }
    return true;
  }
  const std::vector<StoryChoice>& choices() const { return choices_; }

 private:
  std::string replace_slots(std::string_view wording) {
    std::string text;
    for (std::size_t i = 0; i < wording.size(); ++i) {
      if (wording[i] != '{') {
        text += wording[i];
        continue;
      }
      const std::size_t close = wording.find('}', i);
      const std::string_view slot = wording.substr(i + 1, close - i - 1);
      text += value_of(slot);
      i = close;
    }
    return text;
  }

  struct Value {
    std::string_view text;
    bool plural = false;
  };
  struct Person {
    std::string_view kind, name;
    bool female = false;
  };

  std::string value_of(std::string_view slot) {
    if (slot == "a") return std::string(1, article_mark);
    std::string lowered(slot);
    lowered[0] = slot[0] >= 'A' && slot[0] <= 'Z' ? static_cast<char>(slot[0] - 'A' + 'a') : slot[0];
    std::string text(lower_value(lowered));
    if (lowered != slot) text[0] = upper_case(text[0]);
    return text;
  }

  std::string_view lower_value(std::string_view slot) {
    const bool friends = slot[0] == 'b' && is_personal(slot.substr(1));
    if (friends || is_personal(slot)) return about(person(friends), friends ? slot.substr(1) : slot);
    const std::size_t dot = slot.find('.');
    const std::string_view name = slot.substr(0, dot);
    const Value& value = list_value(name);
    if (dot == std::string_view::npos) return value.text;
    const std::string_view form = slot.substr(dot + 1);
    if (form == "it") return value.plural ? "them" : "it";
    if (form == "they") return value.plural ? "they" : "it";
    return value.plural ? "were" : "was";
  }

  static bool is_human(std::string_view kind) { return kind == "boy" || kind == "girl"; }

  static bool is_personal(std::string_view slot) {
    static constexpr std::string_view personal[] = {"n", "k", "he", "him", "his", "self"};
    return std::count(std::begin(personal), std::end(personal), slot) > 0;
  }

  static std::string_view about(const Person& who, std::string_view what) {
    if (what == "n") return who.name;
    if (what == "k") return who.kind;
    if (what == "he") return who.female ? "she" : "he";
    if (what == "self") return who.female ? "herself" : "himself";
    if (what == "him") return who.female ? "her" : "him";
    return who.female ? "her" : "his";
  }

  const Words& list_of(std::string_view name) const {
    for (const auto& [key, words] : plot_.lists)
      if (key == name) return words;
    const Words* words = nullptr;
    // Some lists are other ones for people than for animals.
    if (hero_) words = grammar_.common_list(std::string(name) + (is_human(hero_->kind) ? "_people" : "_animals"));
    if (words == nullptr) words = grammar_.common_list(name);
    core::require(words != nullptr, "The story grammar has no list called '{}'; correct the plot '{}'.", name,
                  plot_.name);
    return *words;
  }

  // Draws from a list, never `except` (which may be empty).
  std::string_view pick(std::string_view slot, const Words& words, std::string_view except = "") {
    const auto taken = static_cast<std::size_t>(std::find(words.begin(), words.end(), except) - words.begin());
    const std::size_t count = words.size() - (taken < words.size() ? 1 : 0);
    auto index = static_cast<std::size_t>(draw_(slot, static_cast<int>(count)));
    if (index >= taken) ++index;
    choices_.push_back({std::string(slot), std::string(words[index])});
    return words[index];
  }

  const Value& list_value(std::string_view name) {
    if (const auto found = values_.find(name); found != values_.end()) return found->second;
    std::string_view text;
    if (name == "badj")
      text = pick("badj", list_of("adj"), has("adj") ? values_.find("adj")->second.text : "");
    else
      text = pick(name, list_of(name));
    const bool plural = text.ends_with('+');
    if (plural) {
      text.remove_suffix(1);
      choices_.back().value.pop_back();
    }
    return values_.emplace(name, Value{text, plural}).first->second;
  }

  const Person& person(bool friends) {
    std::optional<Person>& who = friends ? friend_ : hero_;
    if (who) return *who;
    const std::string_view other_kind = friends ? person(false).kind : "", other_name = friends ? hero_->name : "";
    const bool own_list = friends && std::any_of(plot_.lists.begin(), plot_.lists.end(),
                                                 [](const auto& entry) { return entry.first == "kind_b"; });
    Person drawn;
    drawn.kind = pick(friends ? "bk" : "k", list_of(own_list ? "kind_b" : "kind"), other_kind);
    drawn.female = drawn.kind == "girl" || (drawn.kind != "boy" && draw_("gender", 2) == 1);
    drawn.name = pick(friends ? "bn" : "n", list_of(drawn.female ? "name_f" : "name_m"), other_name);
    who = drawn;
    return *who;
  }

  const Grammar& grammar_;
  const Plot& plot_;
  Draw draw_;
  std::map<std::string, Value, std::less<>> values_;
  std::optional<Person> hero_, friend_;
  std::vector<StoryChoice> choices_;
};

/// The beats of a story in their order, those before and after the plot's included.
template <typename Visit>
void for_each_beat(const Grammar& grammar, const Plot& plot, Visit visit) {
  for (const Beat& beat : grammar.opening) visit(beat);
  for (const Beat& beat : plot.beats) visit(beat);
  for (const Beat& beat : grammar.closing) visit(beat);
}

/// Every wording with every word that it can hold, in every form: each choice of the wording in turn takes all its
/// values, twice, with all others first, and with genders turned (what follows an article or a name never depends on
/// two of them at once). `take(sentence)` gets them all.
template <typename Take>
void for_each_filling(const Grammar& grammar, const Plot& plot, std::string_view wording, Take take) {
  for (const int gender : {0, 1}) {
    int varied = 0;
    for (bool more = true; more; ++varied) {
      int values = 1;
      more = false;
      for (int value = 0; value < values; ++value) {
        int step = 0;
        Teller teller(grammar, plot, [&](std::string_view what, int count) {
          if (what == "gender") return gender;
          if (step++ != varied) return count - 1;  // the last kind of a list can have either gender
          values = count;
          more = true;
          return value;
        });
        take(teller, wording);
      }
    }
  }
}

}  // namespace figment::data::stories
