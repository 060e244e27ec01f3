#include "data/text_file.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/files.h"
#include "data/byte_pair.h"
#include "formats/text.h"

namespace figment::data {
namespace {

constexpr const char* advice = "name a UTF-8 text file";
constexpr float begun_rows = 0.125F;  // of all, those with <|bos|>

std::string read_own_text(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  core::require(error || size <= static_cast<std::uintmax_t>(TextWindows::most_bytes),
                "{} is longer than the {} MB that can be learned from; cut it", path.string(),
                TextWindows::most_bytes >> 20);
  std::string text = read_text_file(path, advice);
  core::require(static_cast<std::int64_t>(text.size()) >= TextWindows::least_bytes,
                "{} has {} bytes only; there is something to learn from {} on", path.string(), text.size(),
                TextWindows::least_bytes);
  return text;
}

Tokenizer learn(const std::string& text, TextWindows::Vocabulary vocabulary) {
  return vocabulary == TextWindows::Vocabulary::characters ? learn_characters(text)
                                                           : learn_byte_pairs(text, TextWindows::pair_vocabulary);
}

void sample(const std::vector<std::int32_t>& text, core::Random& random, int batch, int length,
            std::span<std::int32_t> tokens, std::span<std::int32_t> targets) {
  const auto width = static_cast<std::size_t>(std::max(length, 0));
  const std::size_t wanted = static_cast<std::size_t>(std::max(batch, 0)) * width;
  core::require(wanted > 0 && tokens.size() == wanted && targets.size() == wanted,
                "A batch of {} rows of {} tokens needs two buffers of that size, not {} and {}.", batch, length,
                tokens.size(), targets.size());
  for (std::size_t row = 0; row < wanted; row += width) {
    // Of a text shorter than a row it goes on from the beginning.
    const std::size_t places = text.size() > width ? text.size() - width : text.size();
    const std::size_t at = random.below(static_cast<std::uint32_t>(places));
    for (std::size_t i = 0; i < width; ++i) {
      tokens[row + i] = text[(at + i) % text.size()];
      targets[row + i] = text[(at + i + 1) % text.size()];
    }
    if (random.chance(begun_rows)) tokens[row] = Tokenizer::bos;
  }
}

}  // namespace

std::string read_text_file(const std::filesystem::path& path, const std::string& wanted) {
  std::error_code error;
  core::require(std::filesystem::exists(path, error), "there is no file {}; {}", path.string(), wanted);
  core::require(!std::filesystem::is_directory(path, error), "{} is a folder; {}", path.string(), wanted);
  std::string text = core::read_text(path);
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);  // byte order mark
  core::require(!text.empty(), "{} is empty; {}", path.string(), wanted);
  core::require(text.find('\0') == std::string::npos, "{} is no text but binary data; {}", path.string(), wanted);
  if (const auto invalid = formats::first_invalid_utf8(text)) {
    core::fail("{} is no UTF-8 text (byte {}); save it as UTF-8", path.string(), *invalid);
  }
  return text;
}

TextWindows::TextWindows(const std::filesystem::path& path, const std::string& text, Tokenizer tokenizer)
    : path_(path), bytes_(static_cast<std::int64_t>(text.size())), tokenizer_(std::move(tokenizer)) {
  tokens_ = tokenizer_.encode(text);
  const auto kept = tokens_.begin() + static_cast<std::ptrdiff_t>(tokens_.size() - tokens_.size() / 20);
  held_out_.assign(kept, tokens_.end());
  tokens_.erase(kept, tokens_.end());
}

TextWindows::TextWindows(const std::filesystem::path& path, Vocabulary vocabulary)
    : TextWindows([&] {
        const std::string text = read_own_text(path);
        return TextWindows(path, text, learn(text, vocabulary));
      }()) {}

TextWindows::TextWindows(const std::filesystem::path& path, Tokenizer tokenizer)
    : TextWindows(path, read_own_text(path), std::move(tokenizer)) {}

void TextWindows::sample_batch(core::Random& random, int batch, int length, std::span<std::int32_t> tokens,
                               std::span<std::int32_t> targets) const {
  sample(tokens_, random, batch, length, tokens, targets);
}

void TextWindows::sample_held_out(core::Random& random, int batch, int length, std::span<std::int32_t> tokens,
                                  std::span<std::int32_t> targets) const {
  sample(held_out_, random, batch, length, tokens, targets);
}

}  // namespace figment::data
