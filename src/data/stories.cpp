#include "data/stories.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "core/error.h"
#include "data/stories/grammar.h"
#include "data/tokenizer.h"

namespace figment::data {
namespace {

using stories::Beat;
using stories::Plot;
using stories::Words;

constexpr char article_mark = '\x01';

char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// Puts "a" or "an" for each mark, by the first sound of what follows it.
std::string resolve_articles(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != article_mark) {
      out += text[i];
      continue;
    }
    const std::size_t next = text.find_first_not_of(' ', i + 1);
    const std::string_view word = next == std::string_view::npos ? "" : text.substr(next);
    const bool has_vowel_sound = word.find_first_of("aeiou") == 0 || word.starts_with("honest");
    out += has_vowel_sound ? "an" : "a";
  }
  return out;
}

// Capitalises the first letter of the text and of each sentence in it that begins outside quotes.
void capitalize_sentences(std::string& text) {
  bool at_start = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (at_start && text[i] != ' ' && text[i] != '"') text[i] = to_upper(text[i]);
    const bool stop = text[i] == '.' || text[i] == '!' || text[i] == '?';
    if (stop && i + 1 < text.size() && text[i + 1] == ' ')
      at_start = true;
    else if (text[i] != ' ' && text[i] != '"')
      at_start = false;
  }
}

/// Tells one story. `Draw` is the source of choices: int(string_view what, int count).
template <typename Draw>
class Teller {
 public:
  Teller(const Plot& plot, Draw draw) : plot_(plot), draw_(draw) {}

  std::string tell(const Beat& beat) {
    const int index = beat.wordings.size() > 1 ? draw_("wording", static_cast<int>(beat.wordings.size())) : 0;
    return fill(beat.wordings[static_cast<std::size_t>(index)]);
  }

  std::string fill(std::string_view wording) {
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
    text = resolve_articles(text);
    capitalize_sentences(text);
    return text;
  }

  bool has(std::string_view slot) const { return values_.contains(slot); }
  const std::vector<StoryChoice>& choices() const { return choices_; }

 private:
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
    if (lowered != slot) text[0] = to_upper(text[0]);
    return text;
  }

  std::string_view lower_value(std::string_view slot) {
    static constexpr std::string_view personal[] = {"n", "k", "he", "him", "his", "self"};
    const bool friends =
        slot.size() > 1 && slot[0] == 'b' && std::count(std::begin(personal), std::end(personal), slot.substr(1));
    if (friends || std::count(std::begin(personal), std::end(personal), slot))
      return about(person(friends), friends ? slot.substr(1) : slot);
    const std::size_t dot = slot.find('.');
    const std::string_view name = slot.substr(0, dot);
    const Value& value = list_value(name);
    if (dot == std::string_view::npos) return value.text;
    const std::string_view form = slot.substr(dot + 1);
    if (form == "it") return value.plural ? "them" : "it";
    if (form == "they") return value.plural ? "they" : "it";
    return value.plural ? "were" : "was";
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
    const Words* words = stories::common_list(name);
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

  const Plot& plot_;
  Draw draw_;
  std::map<std::string, Value, std::less<>> values_;
  std::optional<Person> hero_, friend_;
  std::vector<StoryChoice> choices_;
};

template <typename Visit>
void for_each_beat(const Plot& plot, Visit visit) {
  for (const Beat& beat : stories::opening_beats()) visit(beat);
  for (const Beat& beat : plot.beats) visit(beat);
  for (const Beat& beat : stories::closing_beats()) visit(beat);
}

}  // namespace

Story make_story(core::Random& random) {
  const std::vector<Plot>& plots = stories::plots();
  Story story;
  const auto draw = [&](std::string_view, int count) {
    story.choice_nats += std::log(static_cast<double>(count));
    return static_cast<int>(random.below(static_cast<std::uint32_t>(count)));
  };
  const Plot& plot = plots[static_cast<std::size_t>(draw("plot", static_cast<int>(plots.size())))];
  Teller teller(plot, draw);
  for_each_beat(plot, [&](const Beat& beat) {
    if (!beat.unless.empty() && teller.has(beat.unless)) return;
    if (!story.text.empty()) story.text += ' ';
    story.text += teller.tell(beat);
  });
  const double shown = story.choice_nats;
  story.summary = teller.fill(plot.summary);
  core::require(story.choice_nats == shown, "The summary of the plot '{}' names what the story may not; correct it.",
                plot.name);
  story.choices = teller.choices();
  return story;
}

std::vector<std::string_view> story_plots() {
  std::vector<std::string_view> names;
  for (const Plot& plot : stories::plots()) names.push_back(plot.name);
  return names;
}

std::vector<std::string> grammar_sentences() {
  std::vector<std::string> sentences;
  for (const Plot& plot : stories::plots()) {
    bool is_first = true;
    for_each_beat(plot, [&](const Beat& beat) {
      for (const std::string_view wording : beat.wordings) {
        // Each choice of the wording in turn takes all its values, twice: with all others first, and with genders
        // turned (what follows an article or a name never depends on two of them at once).
        for (const int gender : {0, 1}) {
          int varied = 0;
          for (bool more = true; more; ++varied) {
            int values = 1;
            more = false;
            for (int value = 0; value < values; ++value) {
              int step = 0;
              Teller teller(plot, [&](std::string_view what, int count) {
                if (what == "gender") return gender;
                if (step++ != varied) return count - 1;  // the last kind of a list can have either gender
                values = count;
                more = true;
                return value;
              });
              std::string& sentence = sentences.emplace_back(is_first ? "" : " ");
              sentence += teller.fill(wording);
            }
          }
        }
      }
      is_first = false;
    });
  }
  return sentences;
}

GrammarEntropy grammar_entropy(int count, std::uint64_t seed) {
  core::require(count > 0, "The entropy of the grammar needs at least one story, not {}.", count);
  const Tokenizer tokenizer = Tokenizer::for_stories();
  core::Random random(seed);
  double nats = 0, tokens = 0;
  for (int i = 0; i < count; ++i) {
    const Story story = make_story(random);
    nats += story.choice_nats;
    tokens += static_cast<double>(tokenizer.encode(story.text).size() + 1);
  }
  return {nats / tokens, nats / count, tokens / count};
}

}  // namespace figment::data
