#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace figment::data {

/// Text to token ids and back, without loss: decode(encode(text)) == text for any bytes.
///
/// What a piece is depends on the cut. Pieces of the vocabulary are one token; everything else (unknown words, further
/// spaces, other scripts, broken UTF-8) is spelt as bytes. Ids: 0 <|pad|>, 1 <|bos|>, 2 <|eos|>, 3 to 258 the bytes,
/// from 259 the pieces.
class Tokenizer {
 public:
  static constexpr std::int32_t pad = 0, bos = 1, eos = 2;
  static constexpr std::int32_t first_byte = 3, first_piece = first_byte + 256;

  enum class Cut : std::uint8_t {
    words,       ///< a run of ASCII letters or one ASCII punctuation mark or digit, with the single space before it if
                 ///< there is one (" house", "house", ",", " \""); in byte order
    characters,  ///< a character of several bytes (those of one byte are bytes); in byte order
    byte_pairs   ///< what data/byte_pair.h has learned: joined step by step, the lower id first
  };

  /// Of words; pieces are sorted and made unique.
  explicit Tokenizer(std::vector<std::string> pieces) : Tokenizer(Cut::words, std::move(pieces)) {}
  /// Pieces of byte pairs keep their order. Throws core::Error for pieces that the cut cannot give.
  Tokenizer(Cut cut, std::vector<std::string> pieces);

  /// The closed vocabulary of the story grammar; the same for all time while stories_version stays.
  static Tokenizer for_stories();

  std::vector<std::int32_t> encode(std::string_view text) const;
  /// Special tokens give no text. Throws core::Error for an id outside the vocabulary.
  std::string decode(std::span<const std::int32_t> tokens) const;
  /// The text of one token, "<|eos|>" and so on for special tokens, a lone byte for a byte token.
  std::string_view text_of(std::int32_t token) const;

  int vocabulary_size() const { return static_cast<int>(texts_.size()); }
  bool is_byte(std::int32_t token) const { return token >= first_byte && token < first_piece; }
  Cut cut() const { return cut_; }

  /// JSON with the pieces, written atomically.
  void save(const std::filesystem::path& path) const;
  /// Throws core::Error with one clear sentence if the file is damaged or no tokenizer.
  static Tokenizer load(const std::filesystem::path& path);

  /// The same as JSON text, to embed in other files' metadata.
  std::string to_json() const;
  static Tokenizer from_json(std::string_view json, std::string_view name);

  bool operator==(const Tokenizer& other) const { return cut_ == other.cut_ && texts_ == other.texts_; }

 private:
  void add_known(std::string_view piece, std::vector<std::int32_t>& tokens) const;

  Cut cut_ = Cut::words;
  std::vector<std::string> texts_;                     // by id
  std::unordered_map<std::string, std::int32_t> ids_;  // of pieces
};

/// The pieces of a text, in order, as Tokenizer cuts them; together they are the text.
std::vector<std::string_view> split_pieces(std::string_view text);

}  // namespace figment::data
