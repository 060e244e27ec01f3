#include "data/stories.h"

#include <cmath>

#include "core/error.h"
#include "data/stories/grammar.h"
#include "data/stories/teller.h"
#include "data/tokenizer.h"

namespace figment::data {

using stories::Beat;
using stories::Plot;

Story make_story(core::Random& random) {
  const stories::Grammar grammar = stories::first_grammar();
  const std::vector<Plot>& plots = grammar.plots;
  Story story;
  const auto draw = [&](std::string_view, int count) {
    story.choice_nats += std::log(static_cast<double>(count));
    return static_cast<int>(random.below(static_cast<std::uint32_t>(count)));
  };
  const Plot& plot = plots[static_cast<std::size_t>(draw("plot", static_cast<int>(plots.size())))];
  stories::Teller teller(grammar, plot, draw);
  for_each_beat(grammar, plot, [&](const Beat& beat) {
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
  const stories::Grammar grammar = stories::first_grammar();
  for (const Plot& plot : grammar.plots) {
    bool is_first = true;
    for_each_beat(grammar, plot, [&](const Beat& beat) {
      for (const std::string_view wording : beat.wordings)
        for_each_filling(grammar, plot, wording, [&](auto& teller, std::string_view text) {
          std::string& sentence = sentences.emplace_back(is_first ? "" : " ");
          sentence += teller.fill(text);
        });
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
