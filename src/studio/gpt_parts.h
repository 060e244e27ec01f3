#pragma once
#include <vector>

#include "studio/text_generator.h"
#include "studio/view.h"

/// What the GPT's view shows beside its text.
namespace figment::studio {

/// What a person has picked in them.
struct GptLook {
  int query = -1;  ///< index of the token whose attention is shown; -1: the one read last
  int lane = -1;   ///< layer * heads + head; -1: the mean of all
};

/// A token's text as a label: without its blank, line ends and lone bytes by name.
std::string label_of(const TextGenerator& generator, int id);

/// The texts of the tokens from `first` on, valid UTF-8: the bytes of a character come together in the first of its
/// tokens, those of none become U+FFFD.
std::vector<std::string> pieces_of(const TextGenerator& generator, int story, std::size_t first = 0);

/// The token whose attention is shown; -1 if none was read.
int query_of(const TextGenerator& generator, const GptLook& look);

/// The parts "looks" (the text, coloured by where the query looked), "map" (who looked at whom) and "heads" (what every
/// head of the query looks at), in this row of the stage. `first_word` becomes the index of the first token in them.
std::vector<ViewPart> attention_parts(const TextGenerator& generator, const GptLook& look, int row, int& first_word);

/// The parts "choice 0", "choice 1" ...: the likeliest tokens before the sampler and after each stage of it.
std::vector<ViewPart> choice_parts(TextGenerator& generator, int row);

/// The other stories that are written at once, as "story 1", "story 2" ...
std::vector<ViewPart> story_parts(const TextGenerator& generator, int first_row);

}  // namespace figment::studio
