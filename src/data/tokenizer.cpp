#include "data/tokenizer.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/files.h"
#include "core/quote.h"
#include "data/byte_pair.h"
#include "data/stories.h"

namespace figment::data {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_mark(char c) { return c > ' ' && c < 127 && !is_letter(c); }

std::string_view special_text(std::int32_t token) {
  static constexpr std::string_view names[] = {"<|pad|>", "<|bos|>", "<|eos|>"};
  return names[token];
}

/// As files name the cuts.
constexpr std::array<std::string_view, 3> cut_names = {"figment-words", "figment-characters", "figment-byte-pairs"};

bool is_piece(Tokenizer::Cut cut, std::string_view text) {
  if (cut == Tokenizer::Cut::byte_pairs) return text.size() > 1;
  if (cut == Tokenizer::Cut::characters) return text.size() > 1 && split_characters(text).size() == 1;
  const std::vector<std::string_view> pieces = split_pieces(text);
  return pieces.size() == 1 && (is_letter(text.back()) || is_mark(text.back()));
}

}  // namespace

std::vector<std::string_view> split_pieces(std::string_view text) {
  std::vector<std::string_view> pieces;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = at;
    if (text[end] == ' ' && end + 1 < text.size() && (is_letter(text[end + 1]) || is_mark(text[end + 1]))) ++end;
    if (is_letter(text[end]))
      while (end < text.size() && is_letter(text[end])) ++end;
    else
      ++end;
    pieces.push_back(text.substr(at, end - at));
    at = end;
  }
  return pieces;
}

Tokenizer::Tokenizer(Cut cut, std::vector<std::string> pieces) : cut_(cut) {
  if (cut != Cut::byte_pairs) {
    std::sort(pieces.begin(), pieces.end());
    pieces.erase(std::unique(pieces.begin(), pieces.end()), pieces.end());
  }
  for (std::int32_t token = 0; token < first_byte; ++token) texts_.emplace_back(special_text(token));
  for (int byte = 0; byte < 256; ++byte) texts_.emplace_back(1, static_cast<char>(byte));
  for (std::string& piece : pieces) {
    const bool is_new =
        !piece.empty() && is_piece(cut, piece) && ids_.emplace(piece, static_cast<std::int32_t>(texts_.size())).second;
    core::require(is_new, "'{}' is no piece that the tokenizer can cut, or comes twice; leave it out.",
                  core::quotable(piece));
    texts_.push_back(std::move(piece));
  }
}

Tokenizer Tokenizer::for_stories() {
  static const Tokenizer tokenizer = [] {
    std::vector<std::string> pieces;
    for (const std::string& sentence : grammar_sentences())
      for (const std::string_view piece : split_pieces(sentence)) pieces.emplace_back(piece);
    return Tokenizer(std::move(pieces));
  }();
  return tokenizer;
}

/// A piece as one token if the vocabulary has it, else as bytes.
void Tokenizer::add_known(std::string_view piece, std::vector<std::int32_t>& tokens) const {
  if (const auto found = ids_.find(std::string(piece)); found != ids_.end()) {
    tokens.push_back(found->second);
    return;
  }
  for (const char byte : piece) tokens.push_back(first_byte + static_cast<std::uint8_t>(byte));
}

std::vector<std::int32_t> Tokenizer::encode(std::string_view text) const {
  std::vector<std::int32_t> tokens;
  tokens.reserve(text.size() / 4 + 1);
  switch (cut_) {
    case Cut::words:
      for (const std::string_view piece : split_pieces(text)) add_known(piece, tokens);
      break;
    case Cut::characters:
      for (const std::string_view piece : split_characters(text)) add_known(piece, tokens);
      break;
    case Cut::byte_pairs:
      join_byte_pairs(text, ids_, tokens);
      break;
  }
  return tokens;
}

std::string Tokenizer::decode(std::span<const std::int32_t> tokens) const {
  std::string text;
  for (const std::int32_t token : tokens) {
    const std::string_view part = text_of(token);
    if (token >= first_byte) text += part;
  }
  return text;
}

std::string_view Tokenizer::text_of(std::int32_t token) const {
  core::require(token >= 0 && token < vocabulary_size(), "Token {} is outside the vocabulary of {}.", token,
                vocabulary_size());
  return texts_[static_cast<std::size_t>(token)];
}

std::string Tokenizer::to_json() const {
  const std::vector<std::string> pieces(texts_.begin() + first_piece, texts_.end());
  const std::string_view name = cut_names[static_cast<std::size_t>(cut_)];
  return nlohmann::json{{"type", name}, {"version", 1}, {"pieces", pieces}}.dump(1);
}

Tokenizer Tokenizer::from_json(std::string_view json, std::string_view name) {
  const nlohmann::json root = nlohmann::json::parse(json, nullptr, false);
  const bool is_whole = root.is_object() && root.contains("type") && root["type"].is_string() &&
                        root.contains("version") && root["version"] == 1 && root.contains("pieces") &&
                        root["pieces"].is_array();
  const auto cut = std::find(cut_names.begin(), cut_names.end(), is_whole ? root["type"].get<std::string>() : "");
  core::require(cut != cut_names.end(), "{} is no tokenizer of figment, or is damaged; write it again.", name);
  std::vector<std::string> pieces;
  for (const nlohmann::json& piece : root["pieces"]) {
    core::require(piece.is_string(), "{} holds a piece that is no text; write it again.", name);
    pieces.push_back(piece.get<std::string>());
  }
  return {static_cast<Cut>(cut - cut_names.begin()), std::move(pieces)};
}

void Tokenizer::save(const std::filesystem::path& path) const { core::write_atomically(path, to_json()); }

Tokenizer Tokenizer::load(const std::filesystem::path& path) { return from_json(core::read_text(path), path.string()); }

}  // namespace figment::data
