#include "data/bilingual_words.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/error.h"
#include "data/bilingual/inflection.h"
#include "formats/text.h"

namespace figment::data {
namespace {

constexpr std::size_t shown_letters_max = 40;  // of an unknown word in a message

bool is_capital_word(std::string_view word) {
  static constexpr std::array<std::string_view, 6> names = {"i", "monday", "tuesday", "friday", "saturday", "sunday"};
  return std::find(names.begin(), names.end(), word) != names.end();
}

/// With a capital in front: ASCII, and é, è, ê, à, î, ó, ú ... whose second byte differs by 32; œ is a pair apart.
std::string capital(std::string word) {
  if (word.empty()) return word;
  const auto first = static_cast<unsigned char>(word[0]);
  if (first >= 'a' && first <= 'z') {
    word[0] = static_cast<char>(first - 32);
  } else if (first == 0xC3 && word.size() > 1 && static_cast<unsigned char>(word[1]) >= 0xA0) {
    word[1] = static_cast<char>(static_cast<unsigned char>(word[1]) - 32);
  } else if (word.starts_with("œ")) {
    word.replace(0, std::string_view("œ").size(), "Œ");
  }
  return word;
}

/// How many letters must be changed, added or left out to make one word of the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

std::vector<std::string> similar_words(std::string_view word) {
  constexpr std::size_t wanted = 4;
  std::vector<std::pair<std::size_t, std::string>> scored;
  for (const std::string& known : bilingual_english_words()) {
    if (known.size() > 1 || word.size() < 2) scored.emplace_back(distance(word, known), known);
  }
  std::stable_sort(scored.begin(), scored.end());
  std::vector<std::string> words;
  for (std::size_t i = 0; i < wanted && i < scored.size(); ++i) words.push_back(scored[i].second);
  return words;
}

/// Small ASCII letters, typographic apostrophes as plain ones, marks as words of their own.
std::string spaced_out(std::string_view typed) {
  std::string text;
  for (std::size_t i = 0; i < typed.size(); ++i) {
    const char c = typed[i];
    if (c >= 'A' && c <= 'Z') {
      text += static_cast<char>(c + 32);
    } else if (typed.substr(i).starts_with("’")) {
      text += '\'';
      i += std::string_view("’").size() - 1;
    } else if (c == '.' || c == '?' || c == ',' || c == '!') {
      text += ' ';
      text += c == '!' ? '.' : c;
      text += ' ';
    } else {
      text += c == '\t' || c == '\n' || c == '\r' ? ' ' : c;
    }
  }
  return text;
}

/// Words that people write otherwise.
std::string respelt(const std::string& word) {
  static const std::unordered_map<std::string, std::string> spellings = {
      {"don't", "do not"},         {"doesn't", "does not"},  {"didn't", "did not"},    {"won't", "will not"},
      {"can't", "cannot"},         {"isn't", "is not"},      {"aren't", "are not"},    {"wasn't", "was not"},
      {"weren't", "were not"},     {"mustn't", "must not"},  {"i'm", "i am"},          {"you're", "you are"},
      {"he's", "he is"},           {"she's", "she is"},      {"we're", "we are"},      {"they're", "they are"},
      {"i'll", "i will"},          {"you'll", "you will"},   {"he'll", "he will"},     {"she'll", "she will"},
      {"we'll", "we will"},        {"they'll", "they will"}, {"grey", "gray"},         {"neighbour", "neighbor"},
      {"neighbours", "neighbors"}, {"theatre", "theater"},   {"theatres", "theaters"}, {"travelled", "traveled"}};
  if (const auto found = spellings.find(word); found != spellings.end()) return found->second;
  if (word.ends_with("'s")) return word.substr(0, word.size() - 2) + " 's";
  return word;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (std::string& word : bilingual::split(text, ' '))
    if (!word.empty()) words.push_back(std::move(word));
  return words;
}

bool asks(const std::string& word) {
  static constexpr std::array<std::string_view, 15> first = {"do",  "does", "did",  "will", "can",   "must", "am", "is",
                                                             "are", "was",  "were", "who",  "where", "when", "why"};
  return word == "what" || std::find(first.begin(), first.end(), word) != first.end();
}

}  // namespace

BilingualWords::BilingualWords() : texts_{"<|pad|>", "<|begin|>", "<|end|>", "<|french|>", "<|spanish|>"} {
  for (std::string& word : bilingual_words()) {
    ids_.emplace(word, static_cast<std::int32_t>(texts_.size()));
    texts_.push_back(std::move(word));
  }
}

std::int32_t BilingualWords::id(std::string_view word) const {
  const auto found = ids_.find(std::string(word));
  return found == ids_.end() ? -1 : found->second;
}

const std::string& BilingualWords::text(std::int32_t token) const {
  core::require(token >= 0 && token < size(), "Token {} is outside the vocabulary of {}.", token, size());
  return texts_[static_cast<std::size_t>(token)];
}

std::vector<std::int32_t> BilingualWords::encode(std::string_view text) const {
  std::vector<std::int32_t> tokens;
  for (const std::string& word : words_of(std::string(text))) {
    tokens.push_back(id(word));
    core::require(tokens.back() >= 0, "'{}' is no word of the grammar.", word);
  }
  return tokens;
}

std::vector<std::int32_t> BilingualWords::source(Language language, std::string_view english) const {
  std::vector<std::int32_t> tokens = {first_language + static_cast<std::int32_t>(language)};
  for (const std::int32_t token : encode(english)) tokens.push_back(token);
  return tokens;
}

std::string BilingualWords::decode(std::span<const std::int32_t> tokens) const {
  std::string all;
  for (const std::int32_t token : tokens) {
    if (token < first_word) continue;
    if (!all.empty()) all += ' ';
    all += text(token);
  }
  return all;
}

std::vector<std::string> written_words(std::span<const std::string> words, bool is_english) {
  std::vector<std::string> shown;
  bool begins = true;
  bool is_joined = true;
  for (const std::string& word : words) {
    const bool is_mark = word == "." || word == "," || (word == "?" && is_english) || word == "'s";
    // Spanish closes "?" up; French leaves a blank before it.
    const bool is_spanish = !shown.empty() && (words.front() == "¿" || shown.front().starts_with("¿"));
    const bool closes = is_mark || (word == "?" && is_spanish);
    const bool is_name = is_english && is_capital_word(word);
    const bool counts = word != "¿";
    std::string text = (begins && counts) || is_name ? capital(word) : word;
    if (!is_joined && !closes) text = " " + text;
    shown.push_back(std::move(text));
    if (counts) begins = false;
    is_joined = word == "¿" || word.ends_with("'");
  }
  return shown;
}

std::string written(std::string_view text, bool is_english) {
  const std::vector<std::string> words = words_of(std::string(text));
  std::string all;
  for (const std::string& word : written_words(words, is_english)) all += word;
  return all;
}

std::string read_english(std::string_view typed) {
  std::string respelled;
  for (const std::string& word : words_of(spaced_out(typed))) respelled += respelt(word) + ' ';
  std::vector<std::string> words = words_of(respelled);
  const bool is_empty = words.empty() || words.front() == "." || words.front() == "?" || words.front() == ",";
  core::require(!is_empty, "Type an English sentence, for instance: The old king reads a letter.");
  const std::vector<std::string>& known = bilingual_english_words();
  for (const std::string& word : words) {
    if (std::binary_search(known.begin(), known.end(), word)) continue;
    const std::string shown = formats::display_text(word, shown_letters_max);
    core::fail("The grammar has no word '{}'; like it are {}.", shown, fmt::join(similar_words(shown), ", "));
  }
  if (words.back() == ",") words.pop_back();
  if (words.back() != "." && words.back() != "?") words.push_back(asks(words.front()) ? "?" : ".");
  core::require(words.size() <= english_words_max,
                "The sentence has {} words, marks included; at most {} can be read: say it in two.", words.size(),
                english_words_max);
  return fmt::format("{}", fmt::join(words, " "));
}

}  // namespace figment::data
