#include "data/stories/teller.h"

namespace figment::data::stories {
namespace {

// Capitalises the first letter of the text and of each sentence in it that begins outside quotes.
void capitalize_sentences(std::string& text) {
  bool at_start = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (at_start && text[i] != ' ' && text[i] != '"') text[i] = upper_case(text[i]);
    const bool stop = text[i] == '.' || text[i] == '!' || text[i] == '?';
    if (stop && i + 1 < text.size() && text[i + 1] == ' ')
      at_start = true;
    else if (text[i] != ' ' && text[i] != '"')
      at_start = false;
  }
}

}  // namespace

std::string resolve_articles(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != article_mark) {
      out += text[i];
      continue;
    }
    const std::size_t next = text.find_first_not_of(' ', i + 1);
    const std::string_view word = next == std::string_view::npos ? "" : text.substr(next);
    const bool has_vowel_sound = word.find_first_of("aeiou") == 0 || word.starts_with("honest");
    out += has_vowel_sound ? "an" : "a";
  }
  return out;
}

std::string finish_sentences(std::string_view text) {
  std::string finished = resolve_articles(text);
  capitalize_sentences(finished);
  return finished;
}

}  // namespace figment::data::stories
