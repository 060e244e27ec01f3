#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"

namespace figment::data {

/// One draw of the grammar that shows in the text, such as {"obj", "blue kite"}.
struct StoryChoice {
  std::string slot;
  std::string value;
};

/// A short story for children and how surprising it is.
struct Story {
  std::string text;
  std::string summary;               ///< one sentence; holds no choice that the text does not show
  double choice_nats = 0;            ///< -log of the probability with which the grammar writes this text
  std::vector<StoryChoice> choices;  ///< the words drawn, in the order of first use (not the wordings of sentences)
};

/// Writes one story from a probabilistic grammar with bound slots: a plot is a sequence of beats, each beat one of
/// a few wordings, and a slot (a name, a thing, a place) is drawn when a wording first mentions it and keeps its
/// value from then on. So every draw shows in the text, and choice_nats is exact.
Story make_story(core::Random& random);

/// Names of the plots, in the order of the grammar.
std::vector<std::string_view> story_plots();

/// Sentences that hold, between them, every word of the grammar in every form in which a story can hold it:
/// with and without a space before it, capital or not. Deterministic; the source of the tokenizer's vocabulary.
std::vector<std::string> grammar_sentences();

/// What the grammar itself costs, estimated over fresh stories: no model can score below it.
struct GrammarEntropy {
  double nats_per_token = 0;  ///< tokens as Tokenizer::for_stories() counts them, with one <|eos|> for each story
  double nats_per_story = 0;
  double tokens_per_story = 0;  ///< with the <|eos|>
};
GrammarEntropy grammar_entropy(int count, std::uint64_t seed);

/// Changes whenever make_story() gives another text for a seed, or the vocabulary changes.
inline constexpr std::string_view stories_version = "stories-1";

}  // namespace figment::data
