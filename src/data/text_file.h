#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "core/random.h"
#include "data/tokenizer.h"

namespace figment::data {

/// The whole of a UTF-8 text file, without a byte order mark. Throws core::Error with one sentence, which ends with
/// `advice` ("give --text a UTF-8 text file"), if there is no such file, or it is a folder, empty, binary or broken.
std::string read_text_file(const std::filesystem::path& path, const std::string& advice);

/// Windows of a text file of the user's own, to be learned from. The last twentieth is kept apart, to be measured on.
class TextWindows {
 public:
  enum class Vocabulary { characters, byte_pairs };
  static constexpr int pair_vocabulary = 1024;  ///< entries
  static constexpr std::int64_t least_bytes = 2000;
  static constexpr std::int64_t most_bytes = 64 << 20;

  /// Reads the file and learns a vocabulary from it. Throws core::Error with one sentence as read_text_file, or if it
  /// is too short or too long.
  TextWindows(const std::filesystem::path& path, Vocabulary vocabulary);
  /// With a vocabulary that was learned before.
  TextWindows(const std::filesystem::path& path, Tokenizer tokenizer);

  /// Fills `batch` rows of `length` tokens, [B, L] each: places of the text at random, one row in eight with <|bos|> at
  /// its beginning. targets[b, i] is the token that follows tokens[b, i].
  void sample_batch(core::Random& random, int batch, int length, std::span<std::int32_t> tokens,
                    std::span<std::int32_t> targets) const;
  /// The same from what is kept apart.
  void sample_held_out(core::Random& random, int batch, int length, std::span<std::int32_t> tokens,
                       std::span<std::int32_t> targets) const;

  const Tokenizer& tokenizer() const { return tokenizer_; }
  const std::filesystem::path& path() const { return path_; }
  std::int64_t bytes() const { return bytes_; }
  std::int64_t tokens() const { return static_cast<std::int64_t>(tokens_.size() + held_out_.size()); }

 private:
  TextWindows(const std::filesystem::path& path, const std::string& text, Tokenizer tokenizer);

  std::filesystem::path path_;
  std::int64_t bytes_ = 0;
  Tokenizer tokenizer_;
  std::vector<std::int32_t> tokens_;
  std::vector<std::int32_t> held_out_;
};

}  // namespace figment::data
