#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "data/stories.h"
#include "data/tokenizer.h"

/// The second set of stories: more plots, talk at the end of each, and questions about them. The first set (stories.h)
/// stays as it is.
namespace figment::data {

enum class QuestionKind : std::uint8_t { who, where, what, why, unknown };
inline constexpr std::array<std::string_view, 5> question_kind_names = {"who", "where", "what", "why", "unknown"};

/// Something that a story says.
struct StoryFact {
  QuestionKind kind = QuestionKind::what;
  std::vector<std::string> questions;  ///< ways of asking for it
  std::string answer;                  ///< a few words, without a full stop: "under an old oak tree"
  std::size_t begin = 0;               ///< where the text says so: bytes [begin, begin + length)
  std::size_t length = 0;
};

/// A story with what can be asked about it.
struct QuestionedStory {
  Story story;  ///< choice_nats counts the wordings too, as in stories-1
  std::vector<StoryFact> facts;
};

/// One story of the second grammar.
QuestionedStory make_questioned_story(core::Random& random);
std::vector<std::string_view> second_story_plots();

/// What is answered to a question whose answer the story does not hold.
inline constexpr std::string_view unknown_answer = "the story does not say";

/// Marks of a conversation, each one token: "<|bos|> story | question = answer <|eos|> | question = ...".
inline constexpr std::string_view question_mark = " |";
inline constexpr std::string_view answer_mark = " =";

/// The closed vocabulary of the second grammar: stories, summaries, questions, answers and the two marks.
Tokenizer second_story_tokenizer();

/// Changes whenever make_questioned_story() gives something else for a seed, or the vocabulary changes.
inline constexpr std::string_view stories2_version = "stories-2";

}  // namespace figment::data
