#include "data/byte_pair.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "formats/text.h"

namespace figment::data {
namespace {

enum class Kind : std::uint8_t { letter, digit, space, mark };

Kind kind_of(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return Kind::letter;
  if (c >= '0' && c <= '9') return Kind::digit;
  return c == ' ' || c == '\n' || c == '\t' || c == '\r' ? Kind::space : Kind::mark;
}

/// How many bytes the character at the beginning has; 1 for a byte of broken UTF-8.
std::size_t character_size(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text[0]);
  const std::size_t size = byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
  return size <= text.size() && formats::is_valid_utf8(text.substr(0, size)) ? size : 1;
}

/// Characters of several bytes, the most common first.
std::vector<std::string> common_characters(std::string_view text, std::size_t most) {
  std::map<std::string_view, std::int64_t> counts;
  for (const std::string_view character : split_characters(text)) {
    if (character.size() > 1) ++counts[character];
  }
  std::vector<std::pair<std::int64_t, std::string>> order;
  for (const auto& [character, count] : counts) order.emplace_back(-count, character);
  std::sort(order.begin(), order.end());
  std::vector<std::string> characters;
  for (std::size_t i = 0; i < std::min(most, order.size()); ++i) characters.push_back(order[i].second);
  return characters;
}

/// A word of the text as it is joined, and how often it comes.
struct Word {
  std::vector<std::int32_t> parts;
  std::int64_t count = 0;
};

using Pair = std::pair<std::int32_t, std::int32_t>;

/// Joins the commonest neighbours of all words again and again, keeping count of what each joining changes.
class PairLearner {
 public:
  PairLearner(std::string_view text, std::vector<std::string> pieces) : pieces_(std::move(pieces)) {
    std::unordered_map<std::string, std::int32_t> ids;
    for (std::size_t i = 0; i < pieces_.size(); ++i)
      ids.emplace(pieces_[i], Tokenizer::first_piece + static_cast<std::int32_t>(i));
    std::unordered_map<std::string_view, std::int64_t> counts;
    for (const std::string_view word : split_words(text)) ++counts[word];
    std::vector<std::string_view> order;
    for (const auto& [word, count] : counts) order.push_back(word);
    std::sort(order.begin(), order.end());  // the same on every machine
    for (const std::string_view word : order) {
      Word made{{}, counts[word]};
      join_byte_pairs(word, ids, made.parts);
      words_.push_back(std::move(made));
      count(words_.size() - 1, 1);
    }
    for (const std::string& piece : pieces_) known_.insert(piece);
  }

  /// Makes one more piece. False once no two neighbours come twice.
  bool join() {
    const std::optional<Pair> best = commonest();
    if (!best) return false;
    const std::string piece = text_of(best->first) + text_of(best->second);
    // The same text may come of other parts: then it is the piece that is there.
    const bool is_new = known_.insert(piece).second;
    if (is_new) pieces_.push_back(piece);
    const auto at = is_new ? pieces_.end() - 1 : std::find(pieces_.begin(), pieces_.end(), piece);
    const auto id = Tokenizer::first_piece + static_cast<std::int32_t>(at - pieces_.begin());
    const std::set<std::size_t> places = std::move(places_[*best]);
    for (const std::size_t word : places) {
      count(word, -1);
      replace(words_[word].parts, *best, id);
      count(word, 1);
    }
    counts_.erase(*best);
    places_.erase(*best);
    return true;
  }

  std::vector<std::string> take_pieces() { return std::move(pieces_); }
  std::size_t size() const { return pieces_.size(); }

 private:
  std::string text_of(std::int32_t id) const {
    if (id < Tokenizer::first_piece) return std::string(1, static_cast<char>(id - Tokenizer::first_byte));
    return pieces_[static_cast<std::size_t>(id - Tokenizer::first_piece)];
  }
  /// A byte of a character that is too rare for a token of its own: stays alone, so that every piece is valid UTF-8.
  static bool is_fragment(std::int32_t id) { return id >= Tokenizer::first_byte + 0x80 && id < Tokenizer::first_piece; }
  void count(std::size_t word, std::int64_t sign) {
    const Word& counted = words_[word];
    for (std::size_t i = 0; i + 1 < counted.parts.size(); ++i) {
      const Pair pair{counted.parts[i], counted.parts[i + 1]};
      if (is_fragment(pair.first) || is_fragment(pair.second)) continue;
      counts_[pair] += sign * counted.count;
      if (sign > 0) places_[pair].insert(word);
    }
  }
  std::optional<Pair> commonest() const {
    std::optional<Pair> best;
    std::int64_t most = 1;
    for (const auto& [pair, count] : counts_) {
      if (count <= most) continue;
      most = count;
      best = pair;
    }
    return best;
  }
  static void replace(std::vector<std::int32_t>& parts, const Pair& pair, std::int32_t id) {
    std::size_t to = 0;
    for (std::size_t from = 0; from < parts.size(); ++to) {
      const bool is_pair = from + 1 < parts.size() && parts[from] == pair.first && parts[from + 1] == pair.second;
      parts[to] = is_pair ? id : parts[from];
      from += is_pair ? 2 : 1;
    }
    parts.resize(to);
  }

  std::vector<std::string> pieces_;
  std::set<std::string> known_;
  std::vector<Word> words_;
  std::map<Pair, std::int64_t> counts_;
  std::map<Pair, std::set<std::size_t>> places_;  // words in which the pair is, or was
};

}  // namespace

std::vector<std::string_view> split_characters(std::string_view text) {
  std::vector<std::string_view> characters;
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    characters.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return characters;
}

std::vector<std::string_view> split_words(std::string_view text) {
  constexpr std::size_t longest = 32;  // runs without end (of dashes, of a script without blanks) are cut
  std::vector<std::string_view> words;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = at;
    if (text[at] == ' ' && at + 1 < text.size() && kind_of(text[at + 1]) != Kind::space) ++end;
    const Kind kind = kind_of(text[end]);
    while (end < text.size() && kind_of(text[end]) == kind && end - at < longest) {
      // The last blank of several belongs to the word behind them.
      const bool is_last_blank = kind == Kind::space && end > at && text[end] == ' ' && end + 1 < text.size() &&
                                 kind_of(text[end + 1]) != Kind::space;
      if (is_last_blank) break;
      end += character_size(text.substr(end));
    }
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

void join_byte_pairs(std::string_view text, const std::unordered_map<std::string, std::int32_t>& ids,
                     std::vector<std::int32_t>& tokens) {
  struct Part {
    std::size_t begin, end;
    std::int32_t id;
  };
  std::vector<Part> parts;
  std::string key;
  for (const std::string_view word : split_words(text)) {
    parts.clear();
    std::size_t at = 0;
    for (const std::string_view character : split_characters(word)) {
      key.assign(character);
      if (const auto found = ids.find(key); found != ids.end()) {
        parts.push_back({at, at + character.size(), found->second});
      } else {
        for (std::size_t i = 0; i < character.size(); ++i) {
          const auto byte = static_cast<std::uint8_t>(character[i]);
          parts.push_back({at + i, at + i + 1, Tokenizer::first_byte + byte});
        }
      }
      at += character.size();
    }
    while (parts.size() > 1) {
      std::size_t best = parts.size();
      std::int32_t lowest = 0;
      for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        key.assign(word.substr(parts[i].begin, parts[i + 1].end - parts[i].begin));
        const auto found = ids.find(key);
        if (found == ids.end() || (best < parts.size() && found->second >= lowest)) continue;
        best = i;
        lowest = found->second;
      }
      if (best == parts.size()) break;
      parts[best] = {parts[best].begin, parts[best + 1].end, lowest};
      parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    }
    for (const Part& part : parts) tokens.push_back(part.id);
  }
}

Tokenizer learn_byte_pairs(std::string_view text, int size) {
  const auto room = static_cast<std::size_t>(std::max(size - Tokenizer::first_piece, 0));
  PairLearner learner(text, common_characters(text, room / 2));
  while (learner.size() < room && learner.join()) {
  }
  return {Tokenizer::Cut::byte_pairs, learner.take_pieces()};
}

Tokenizer learn_characters(std::string_view text, int most) {
  return {Tokenizer::Cut::characters, common_characters(text, static_cast<std::size_t>(std::max(most, 0)))};
}

}  // namespace figment::data
