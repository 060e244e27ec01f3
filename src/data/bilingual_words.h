#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/bilingual.h"

namespace figment::data {

/// The words of the three languages as token ids: 0 padding, 1 begin, 2 end, 3 "to French", 4 "to Spanish", then the
/// words in byte order, shared by all languages.
class BilingualWords {
 public:
  static constexpr std::int32_t pad = 0, bos = 1, eos = 2, first_language = 3, first_word = 5;
  static constexpr std::size_t source_tokens_max = english_words_max + 1;     ///< with the language
  static constexpr std::size_t target_tokens_max = translated_words_max + 1;  ///< with the begin, or with the end

  BilingualWords();
  int size() const { return static_cast<int>(texts_.size()); }
  /// -1 if it is no word of the grammar.
  std::int32_t id(std::string_view word) const;
  /// Of special tokens their names: "<|end|>".
  const std::string& text(std::int32_t token) const;

  /// Words divided by blanks. Throws core::Error for a word that it has not.
  std::vector<std::int32_t> encode(std::string_view text) const;
  /// Language and English words: what the network reads.
  std::vector<std::int32_t> source(Language language, std::string_view english) const;
  /// Words divided by blanks, without special tokens.
  std::string decode(std::span<const std::int32_t> tokens) const;

 private:
  std::vector<std::string> texts_;  // by id
  std::unordered_map<std::string, std::int32_t> ids_;
};

/// Each word as it stands in a written sentence, with the blank before it if there is one, and a capital where one
/// belongs: "L'", "arbre", " est", "."
std::vector<std::string> written_words(std::span<const std::string> words, bool is_english);
/// A whole sentence as it is written.
std::string written(std::string_view text, bool is_english);

/// What a person typed, as words of the grammar divided by single blanks, with an end mark: capitals, blanks, "don't"
/// and other spellings are taken care of. Throws core::Error with one sentence that names the first unknown word and
/// some that are like it, or says that it is too long or empty.
std::string read_english(std::string_view typed);

}  // namespace figment::data
