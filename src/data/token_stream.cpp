#include "data/token_stream.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/error.h"
#include "data/stories.h"

namespace figment::data {
namespace {

constexpr std::uint64_t training_stream = 0x7374'6f72'7900ULL, held_out_stream = 0x7374'6f72'7901ULL;

void require_sizes(int batch, int length, std::size_t tokens, std::size_t targets) {
  const auto wanted = static_cast<std::size_t>(std::max(batch, 0)) * static_cast<std::size_t>(std::max(length, 0));
  core::require(batch > 0 && length > 0 && tokens == wanted && targets == wanted,
                "A batch of {} rows of {} tokens needs two buffers of that size, not {} and {}.", batch, length, tokens,
                targets);
}

}  // namespace

core::Random training_random(std::uint64_t seed) { return core::Random(seed, training_stream); }
core::Random held_out_random(std::uint64_t seed) { return core::Random(seed, held_out_stream); }

TokenStream::TokenStream(Tokenizer tokenizer, RowStart start) : tokenizer_(std::move(tokenizer)), start_(start) {}

void TokenStream::sample_batch(core::Random& random, int batch, int length, std::span<std::int32_t> tokens,
                               std::span<std::int32_t> targets) const {
  require_sizes(batch, length, tokens.size(), targets.size());
  const auto width = static_cast<std::size_t>(length);
  std::vector<std::int32_t> row;
  for (std::size_t b = 0; b < static_cast<std::size_t>(batch); ++b) {
    row.assign(1, Tokenizer::bos);
    std::size_t skip = 0;
    while (row.size() < skip + width + 1) {
      const std::vector<std::int32_t> story = tokenizer_.encode(make_story(random).text);
      const bool is_first = row.size() == 1;
      row.insert(row.end(), story.begin(), story.end());
      row.push_back(Tokenizer::eos);
      if (is_first && start_ == RowStart::anywhere && random.chance(0.5f))
        skip = 1 + random.below(static_cast<std::uint32_t>(story.size()));
    }
    std::copy_n(row.begin() + static_cast<std::ptrdiff_t>(skip), width,
                tokens.begin() + static_cast<std::ptrdiff_t>(b * width));
    std::copy_n(row.begin() + static_cast<std::ptrdiff_t>(skip + 1), width,
                targets.begin() + static_cast<std::ptrdiff_t>(b * width));
  }
}

int TokenStream::sample_single_stories(core::Random& random, int batch, int length, std::span<std::int32_t> tokens,
                                       std::span<std::int32_t> targets) const {
  require_sizes(batch, length, tokens.size(), targets.size());
  constexpr int longest_wait = 1000;
  std::fill(tokens.begin(), tokens.end(), Tokenizer::pad);
  std::fill(targets.begin(), targets.end(), Tokenizer::pad);
  int counted = 0;
  for (int b = 0; b < batch; ++b) {
    std::vector<std::int32_t> story;
    int tries = 0;
    do {
      core::require(++tries < longest_wait, "No story fits into {} tokens; use rows of at least 200.", length);
      story = tokenizer_.encode(make_story(random).text);
    } while (story.size() + 1 > static_cast<std::size_t>(length));
    const std::ptrdiff_t begin = static_cast<std::ptrdiff_t>(b) * length;
    tokens[static_cast<std::size_t>(begin)] = Tokenizer::bos;
    std::copy(story.begin(), story.end(), tokens.begin() + begin + 1);
    std::copy(story.begin(), story.end(), targets.begin() + begin);
    targets[static_cast<std::size_t>(begin) + story.size()] = Tokenizer::eos;
    counted += static_cast<int>(story.size()) + 1;
  }
  return counted;
}

}  // namespace figment::data
