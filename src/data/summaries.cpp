#include "data/summaries.h"

#include <algorithm>

#include "core/error.h"

namespace figment::data {
namespace {

constexpr std::size_t words_given = 3;  // of a stretch to be copied

/// As many tokens as a summary has room for, from anywhere in the story.
std::vector<std::int32_t> stretch_of(const std::vector<std::int32_t>& story, core::Random& random) {
  const std::size_t length = std::min(story.size(), static_cast<std::size_t>(SummaryStream::target_length) - 1);
  const auto places = static_cast<std::uint32_t>(story.size() - length + 1);
  const auto begin = story.begin() + static_cast<std::ptrdiff_t>(random.below(places));
  return {begin, begin + static_cast<std::ptrdiff_t>(length)};
}

}  // namespace

QuestionedStory SummaryStream::sample(core::Random& random) const {
  for (;;) {
    QuestionedStory story = make_questioned_story(random);
    if (static_cast<std::int64_t>(tokenizer_.encode(story.story.text).size()) <= source_length) return story;
  }
}

std::vector<std::int32_t> SummaryStream::summary_tokens(const Story& story) const {
  return tokenizer_.encode(" " + story.summary);
}

std::int64_t SummaryStream::sample_batch(core::Random& random, std::int64_t batch, std::span<std::int32_t> source,
                                         std::span<std::int32_t> target, std::span<std::int32_t> targets,
                                         std::int64_t copies) const {
  const auto rows = static_cast<std::size_t>(std::max<std::int64_t>(batch, 0));
  constexpr auto wide = static_cast<std::size_t>(source_length);
  constexpr auto narrow = static_cast<std::size_t>(target_length);
  core::require(
      rows > 0 && source.size() == rows * wide && target.size() == rows * narrow && targets.size() == rows * narrow,
      "A batch of {} summaries needs buffers of {} and {} tokens a row.", batch, wide, narrow);
  std::fill(source.begin(), source.end(), Tokenizer::pad);
  std::fill(target.begin(), target.end(), Tokenizer::pad);
  std::fill(targets.begin(), targets.end(), -1);
  std::int64_t counted = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const Story story = sample(random).story;
    const std::vector<std::int32_t> read = tokenizer_.encode(story.text);
    const bool is_copy = static_cast<std::int64_t>(row) >= batch - copies;
    const std::vector<std::int32_t> written = is_copy ? stretch_of(read, random) : summary_tokens(story);
    core::require(written.size() < narrow, "The summary \"{}\" is too long; shorten it.", story.summary);
    std::copy(read.begin(), read.end(), source.begin() + static_cast<std::ptrdiff_t>(row * wide));
    const auto at = static_cast<std::ptrdiff_t>(row * narrow);
    target[row * narrow] = is_copy ? Tokenizer::eos : Tokenizer::bos;
    std::copy(written.begin(), written.end(), target.begin() + at + 1);
    const std::size_t first = is_copy ? words_given : 0;
    std::copy(written.begin() + static_cast<std::ptrdiff_t>(first), written.end(),
              targets.begin() + at + static_cast<std::ptrdiff_t>(first));
    if (!is_copy) targets[row * narrow + written.size()] = Tokenizer::eos;
    counted += static_cast<std::int64_t>(written.size() - first) + (is_copy ? 0 : 1);
  }
  return counted;
}

}  // namespace figment::data
