#include "data/stories2.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "data/stories/questions.h"
#include "data/stories/teller.h"

namespace figment::data {
namespace {

using stories::Beat;
using stories::Plot;
using stories::Question;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Where a whole part of a sentence stands first from `from` on, its first letter capital or not; npos: nowhere.
std::size_t find_words(std::string_view text, const std::string& words, std::size_t from) {
  std::string capital = words;
  capital[0] = stories::upper_case(capital[0]);
  for (std::size_t at = from; at + words.size() <= text.size(); ++at) {
    const std::string_view here = text.substr(at, words.size());
    if (here != words && here != capital) continue;
    const bool begins = at == 0 || !is_letter(text[at - 1]);
    const bool ends = at + words.size() == text.size() || !is_letter(text[at + words.size()]);
    if (begins && ends) return at;
  }
  return std::string_view::npos;
}

struct Range {
  std::size_t begin = 0, length = 0;
};

/// Where the story says what the question asks for.
Range evidence_of(std::string_view text, const Question& question, const std::string& words,
                  const std::vector<Range>& beats) {
  const Range beat = question.beat >= 0 ? beats[static_cast<std::size_t>(question.beat)] : Range{0, text.size()};
  // In the sentences that tell it, else anywhere in the story, else those sentences as a whole.
  const std::size_t here = find_words(text, words, beat.begin);
  if (here != std::string_view::npos && here < beat.begin + beat.length) return {here, words.size()};
  const std::size_t anywhere = find_words(text, words, 0);
  return question.beat >= 0 || anywhere == std::string_view::npos ? beat : Range{anywhere, words.size()};
}

template <typename Teller>
std::vector<StoryFact> facts_of(Teller& teller, const Plot& plot, std::string_view text,
                                const std::vector<Range>& beats) {
  std::vector<StoryFact> facts;
  for (const auto* list : {&stories::common_questions(), &stories::plot_questions(plot.name)}) {
    for (const Question& question : *list) {
      StoryFact fact;
      if (!teller.knows(question.answer)) continue;
      for (const std::string_view form : question.forms)
        if (teller.knows(form)) fact.questions.push_back(teller.fill(form));
      if (fact.questions.empty()) continue;
      fact.kind = question.kind;
      fact.answer = teller.phrase(question.answer);
      const std::string_view evidence = question.evidence.empty() ? question.answer : question.evidence;
      const Range range = evidence_of(text, question, teller.phrase(evidence), beats);
      fact.begin = range.begin;
      fact.length = range.length;
      facts.push_back(std::move(fact));
    }
  }
  return facts;
}

}  // namespace

QuestionedStory make_questioned_story(core::Random& random) {
  const stories::Grammar grammar = stories::second_grammar();
  QuestionedStory result;
  Story& story = result.story;
  const auto draw = [&](std::string_view, int count) {
    story.choice_nats += std::log(static_cast<double>(count));
    return static_cast<int>(random.below(static_cast<std::uint32_t>(count)));
  };
  const Plot& plot = grammar.plots[static_cast<std::size_t>(draw("plot", static_cast<int>(grammar.plots.size())))];
  stories::Teller teller(grammar, plot, draw);
  std::vector<Range> beats;  // of the whole story, the opening's included
  for_each_beat(grammar, plot, [&](const Beat& beat) {
    if (!beat.unless.empty() && teller.has(beat.unless)) return;
    const std::string told = teller.tell(beat);
    if (!story.text.empty() && !told.empty()) story.text += ' ';
    const std::size_t begin = story.text.size();
    story.text += told;
    beats.push_back({begin, story.text.size() - begin});
  });
  const double shown = story.choice_nats;
  story.summary = teller.fill(plot.summary);
  beats.erase(beats.begin(), beats.begin() + static_cast<std::ptrdiff_t>(grammar.opening.size()));
  result.facts = facts_of(teller, plot, story.text, beats);
  core::require(story.choice_nats == shown,
                "What is said about the plot '{}' names what the story may not; correct it.", plot.name);
  story.choices = teller.choices();
  return result;
}

std::vector<std::string_view> second_story_plots() {
  std::vector<std::string_view> names;
  for (const Plot& plot : stories::second_grammar().plots) names.push_back(plot.name);
  return names;
}

Tokenizer second_story_tokenizer() {
  static const Tokenizer tokenizer = [] {
    std::vector<std::string> pieces = {std::string(question_mark), std::string(answer_mark)};
    const auto take = [&](const std::string& text) {
      for (const std::string_view piece : split_pieces(text)) pieces.emplace_back(piece);
    };
    const stories::Grammar grammar = stories::second_grammar();
    for (const Plot& plot : grammar.plots) {
      const auto take_wordings = [&](const stories::Words& wordings, std::string_view before, bool is_sentence) {
        for (const std::string_view wording : wordings) {
          if (wording.empty()) continue;
          for_each_filling(grammar, plot, wording, [&](auto& teller, std::string_view text) {
            take(std::string(before) + (is_sentence ? teller.fill(text) : teller.phrase(text)));
          });
        }
      };
      for (const Beat& beat : grammar.opening) {
        take_wordings(beat.wordings, "", true);
        take_wordings(beat.wordings, " ", true);
      }
      for (const Beat& beat : plot.beats) take_wordings(beat.wordings, " ", true);
      for (const Beat& beat : grammar.closing) take_wordings(beat.wordings, " ", true);
      take_wordings({plot.summary}, " ", true);
      for (const auto* list : {&stories::common_questions(), &stories::plot_questions(plot.name)})
        for (const Question& question : *list) {
          take_wordings(question.forms, " ", true);
          take_wordings({question.answer}, " ", false);
        }
    }
    take(" " + std::string(unknown_answer));
    return Tokenizer(std::move(pieces));
  }();
  return tokenizer;
}

}  // namespace figment::data
