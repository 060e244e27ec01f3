#include "data/masked_stories.h"

#include <algorithm>
#include <optional>

#include "core/error.h"
#include "data/stories.h"

namespace figment::data {
namespace {

constexpr std::string_view mask_mark = "[MASK]";
constexpr float usual_share = 0.15F;
constexpr float short_rows = 0.15F;  // of all, those with a few sentences only

/// Where the next blank begins, and how long it is written.
struct Blank {
  std::size_t begin = std::string_view::npos;
  std::size_t size = 0;
};

Blank next_blank(std::string_view text) {
  const std::size_t line = text.find('_');
  const std::size_t mark = text.find(mask_mark);
  if (mark < line) return {mark, mask_mark.size()};
  if (line == std::string_view::npos) return {};
  return {line, std::min(text.find_first_not_of('_', line), text.size()) - line};
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// The token of a piece, or else of one that differs in the blank before it or in the size of its first letter only.
std::optional<std::int32_t> known_token(const Tokenizer& words, std::string_view piece) {
  const bool has_blank = piece.starts_with(' ');
  std::string word(has_blank ? piece.substr(1) : piece);
  for (const bool is_other_size : {false, true}) {
    if (is_other_size && (word.empty() || !is_letter(word[0]))) continue;
    if (is_other_size) word[0] = static_cast<char>(word[0] ^ 0x20);
    for (const bool is_other_blank : {false, true}) {
      const std::vector<std::int32_t> tokens = words.encode(has_blank != is_other_blank ? " " + word : word);
      if (tokens.size() == 1 && !words.is_byte(tokens[0])) return tokens[0];
    }
  }
  return {};
}

bool ends_sentence(std::string_view text) { return text == "." || text == "!" || text == "?"; }

}  // namespace

std::string MaskTokenizer::text_of(std::int32_t token) const {
  return token == mask() ? " _" : std::string(words_.text_of(token));
}

MaskTokenizer::Encoded MaskTokenizer::encode(std::string_view text) const {
  Encoded encoded;
  const auto add = [&](std::int32_t token, std::string_view piece) {
    encoded.tokens.push_back(token);
    encoded.texts.emplace_back(piece);
  };
  const auto add_words = [&](std::string_view part) {
    std::string unknown;
    const auto close = [&] {
      if (unknown.empty()) return;
      encoded.unknown_places.push_back(static_cast<int>(encoded.tokens.size()));
      add(mask(), unknown);
      encoded.unknown.push_back(unknown.substr(unknown.starts_with(' ') ? 1 : 0));
      unknown.clear();
    };
    for (const std::string_view piece : split_pieces(part)) {
      const std::optional<std::int32_t> token = known_token(words_, piece);
      if (piece.find_first_not_of(" \n\t\r") == std::string_view::npos) {
        close();  // the network knows single spaces only
      } else if (token) {
        close();
        add(*token, piece);
      } else {
        // Bytes of another script come one by one: together they are one word.
        if (piece.starts_with(' ') || is_letter(piece[0]) || (!unknown.empty() && is_letter(unknown.back()))) close();
        unknown += piece;
      }
    }
    close();
  };
  add(Tokenizer::bos, "");
  while (!text.empty()) {
    const Blank blank = next_blank(text);
    std::string_view before = text.substr(0, blank.begin);
    const bool is_last = blank.begin == std::string_view::npos;
    if (!is_last && before.ends_with(' ')) before.remove_suffix(1);  // belongs to the blank
    add_words(before);
    if (is_last) break;
    encoded.blanks.push_back(static_cast<int>(encoded.tokens.size()));
    add(mask(), blank.begin > 0 && text[blank.begin - 1] == ' ' ? " _" : "_");
    text.remove_prefix(blank.begin + blank.size);
  }
  add(Tokenizer::eos, "");
  return encoded;
}

std::vector<std::int32_t> MaskedStories::draw_story(core::Random& random, std::int64_t length) const {
  constexpr int longest_wait = 1000;
  for (int i = 0; i < longest_wait; ++i) {
    std::vector<std::int32_t> tokens = tokenizer_.words().encode(make_story(random).text);
    if (static_cast<std::int64_t>(tokens.size()) + 2 > length) continue;
    tokens.insert(tokens.begin(), Tokenizer::bos);
    tokens.push_back(Tokenizer::eos);
    return tokens;
  }
  core::fail("No story fits into {} tokens; use rows of at least 160.", length);
}

std::vector<std::int32_t> MaskedStories::draw_sentences(core::Random& random, std::int64_t length) const {
  const std::vector<std::int32_t> story = draw_story(random, length);
  std::vector<std::size_t> begins = {1};
  for (std::size_t i = 1; i + 2 < story.size(); ++i) {
    // A quotation mark behind the full stop still belongs to the sentence.
    if (ends_sentence(tokenizer_.words().text_of(story[i])) && tokenizer_.words().text_of(story[i + 1]) != "\"")
      begins.push_back(i + 1);
  }
  begins.push_back(story.size() - 1);
  const auto sentences = static_cast<std::uint32_t>(begins.size() - 1);
  const std::uint32_t count = 1 + random.below(std::min(3U, sentences));
  const std::uint32_t first = random.below(sentences - count + 1);
  std::vector<std::int32_t> tokens = {Tokenizer::bos};
  tokens.insert(tokens.end(), story.begin() + static_cast<std::ptrdiff_t>(begins[first]),
                story.begin() + static_cast<std::ptrdiff_t>(begins[first + count]));
  tokens.push_back(Tokenizer::eos);
  return tokens;
}

MaskedRows MaskedStories::sample(core::Random& random, std::int64_t batch, std::int64_t length) const {
  const auto cells = static_cast<std::size_t>(batch * length);
  const auto slots = static_cast<std::size_t>(slots_of(batch, length));
  MaskedRows rows{std::vector<std::int32_t>(cells, Tokenizer::pad), std::vector<float>(cells), {}, {}};
  const auto pieces = static_cast<std::uint32_t>(tokenizer_.words().vocabulary_size() - Tokenizer::first_piece);
  for (std::int64_t row = 0; row < batch; ++row) {
    const std::vector<std::int32_t> text =
        random.chance(short_rows) ? draw_sentences(random, length) : draw_story(random, length);
    const auto begin = static_cast<std::size_t>(row * length);
    std::copy(text.begin(), text.end(), rows.tokens.begin() + static_cast<std::ptrdiff_t>(begin));
    std::fill_n(rows.mask.begin() + static_cast<std::ptrdiff_t>(begin), text.size(), 1.0F);
    const bool is_usual = random.chance(0.5F);
    const float more = random.uniform();
    const float share = is_usual ? usual_share : usual_share + (1.0F - usual_share) * more * more;
    for (const int place : draw_places(random, static_cast<int>(text.size()), share)) {
      const auto at = begin + static_cast<std::size_t>(place);
      const float kind = is_usual ? random.uniform() : 0.0F;
      if (rows.places.size() < slots) {
        rows.places.push_back(static_cast<std::int32_t>(at));
        rows.targets.push_back(rows.tokens[at]);
      }
      if (kind < 0.8F) {
        rows.tokens[at] = tokenizer_.mask();
      } else if (kind < 0.9F) {
        rows.tokens[at] = Tokenizer::first_piece + static_cast<std::int32_t>(random.below(pieces));
      }
    }
  }
  rows.places.resize(slots, 0);
  rows.targets.resize(slots, -1);
  return rows;
}

std::vector<int> draw_places(core::Random& random, int length, float share) {
  std::vector<int> places;
  for (int place = 1; place + 1 < length; ++place) {
    if (random.chance(share)) places.push_back(place);
  }
  if (places.empty() && length > 2)
    places.push_back(1 + static_cast<int>(random.below(static_cast<std::uint32_t>(length - 2))));
  return places;
}

}  // namespace figment::data
