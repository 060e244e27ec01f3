#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "studio/bert_activity.h"
#include "studio/family.h"

/// What the filling in of blanks shows.
namespace figment::studio {
namespace {

using Look = WordsView::Look;

constexpr std::size_t bars_at_once = 4;
constexpr std::size_t labels_most = 40;  // rows and columns of a heat map that can still be read

std::string trimmed(std::string text) {
  if (text.starts_with(' ')) text.erase(0, 1);
  return text;
}

/// "3rd", as one counts blanks.
std::string ordinal(std::size_t number) {
  const char* ending = number == 1 ? "st" : number == 2 ? "nd" : number == 3 ? "rd" : "th";
  return std::to_string(number) + ending;
}

}  // namespace

ViewPart& BertActivity::add_part(const char* name, std::string title, int row) {
  ViewPart part;
  part.name = name;
  part.title = std::move(title);
  part.row = row;
  view().parts.push_back(std::move(part));
  return view().parts.back();
}

void BertActivity::publish() {
  view().parts.clear();
  publish_text();
  publish_bars();
  if (reader_->tokens() == static_cast<int>(places_.size())) publish_attention();  // else it is still being read
  const std::size_t blanks = open_.size() + filled_.size();
  view().progress = fmt::format("{} of {} blanks", filled_.size(), blanks);
  view().fraction = blanks > 0 ? static_cast<float>(filled_.size()) / static_cast<float>(blanks) : 1.0F;
}

/// The text, its blanks filled in so far; and for the command line the same with the guesses below.
void BertActivity::publish_text() {
  ViewPart& part = add_part("text", tells_story() ? "A story with blanks, filled in word by word" : "Your text", 0);
  WordsView words;
  words.size = places_.size() > 60 ? 1.0F : 1.5F;
  view().text.tokens.clear();
  int agreed = 0;
  for (std::size_t i = 1; i + 1 < places_.size(); ++i) {
    const Place& place = places_[i];
    WordsView::Word word;
    word.text = place.is_open && !place.text.starts_with('_') ? " ___" : place.is_open ? "___" : place.text;
    word.look = place.is_open      ? Look::blank
                : place.is_unknown ? Look::wrong
                : place.is_blank   ? Look::fresh
                                   : Look::plain;
    word.weight = place.is_blank && !place.is_open ? 0.15F + 0.85F * place.probability : 0.0F;
    word.is_marked = static_cast<int>(i) == selected();
    agreed += place.is_blank && !place.is_open && place.text == place.original ? 1 : 0;
    if (is_complete()) view().text.tokens.push_back({place.text, place.probability, false});
    words.words.push_back(std::move(word));
  }
  part.note = note_;
  if (tells_story()) {
    part.note = fmt::format("The brighter, the surer. {} of {} are the words of the story as it was told.", agreed,
                            filled_.size());
  } else if (note_.empty()) {
    part.note = "The brighter, the surer. Press a word to see what it looks at.";
  }
  part.height = tells_story() ? 1.1F : 0.8F;
  part.takes_pointer = true;
  part.content = std::move(words);
  view().text.version += 1;
  view().text.is_complete = is_resting();
  view().text.note = note_;
  if (!is_complete() || tells_story()) return;
  for (const int at : filled_) {
    std::string line = "\n ";
    for (const auto& guess : places_[static_cast<std::size_t>(at)].guesses)
      line += fmt::format("  {} {:.0f} %", trimmed(stories_.tokenizer().text_of(guess.token)),
                          100 * static_cast<double>(guess.probability));
    view().text.tokens.push_back({line, 1, false});
  }
}

BarsView BertActivity::bars_of(const Place& place) const {
  BarsView bars;
  for (const MaskReader::Guess& guess : place.guesses) {
    bars.bars.push_back({trimmed(stories_.tokenizer().text_of(guess.token)), guess.probability,
                         !place.is_open && stories_.tokenizer().text_of(guess.token) != place.text, guess.token});
  }
  return bars;
}

/// The guesses for the first blanks of a typed text, or for the last one of a story.
void BertActivity::publish_bars() {
  if (tells_story()) return;  // beside the attention
  std::vector<int> blanks = filled_;
  blanks.insert(blanks.end(), open_.begin(), open_.end());
  std::sort(blanks.begin(), blanks.end());
  const auto chosen = std::find(blanks.begin(), blanks.end(), selected());
  // With more blanks than there is room for, those around the chosen one.
  std::size_t first = 0;
  if (blanks.size() > bars_at_once && chosen != blanks.end()) {
    first = std::min(static_cast<std::size_t>(chosen - blanks.begin()), blanks.size() - bars_at_once);
  }
  for (std::size_t i = first; i < std::min(blanks.size(), first + bars_at_once); ++i) {
    ViewPart& part = add_part(fmt::format("blank{}", i + 1).c_str(), ordinal(i + 1) + " blank", 1);
    part.content = bars_of(places_[static_cast<std::size_t>(blanks[i])]);
    part.height = 0.75F;
  }
}

void BertActivity::publish_attention() {
  const models::BertConfig& config = network_->config();
  const int layer = std::min(static_cast<int>(std::lround(setting("layer"))), static_cast<int>(config.layers)) - 1;
  const int head = std::min(static_cast<int>(std::lround(setting("head"))), static_cast<int>(config.heads)) - 1;
  const int count = reader_->tokens();
  const int from = std::min(selected(), count - 1);

  HeatMapView map;
  map.rows = map.columns = count;
  for (int row = 0; row < count; ++row) {
    for (int column = 0; column < count; ++column)
      map.values.push_back(std::sqrt(reader_->look(layer, head, row, column)));
  }
  if (static_cast<std::size_t>(count) <= labels_most) {
    for (int i = 0; i < count; ++i) {
      const std::string label = i == 0           ? "|"
                                : i + 1 == count ? "|"
                                                 : trimmed(places_[static_cast<std::size_t>(i)].text);
      map.row_labels.push_back(label);
      map.column_labels.push_back(label);
    }
  }
  const int row = tells_story() ? 1 : 2;
  ViewPart& heat = add_part("attention", fmt::format("Attention of layer {}, head {}", layer + 1, head + 1), row);
  heat.note = "each row: where that word looks";
  heat.content = std::move(map);
  heat.height = 1.5F;

  WordsView words;
  words.size = places_.size() > 60 ? 0.7F : 1.1F;
  float most = 1e-6F;
  for (int i = 1; i + 1 < count; ++i) most = std::max(most, reader_->look(layer, head, from, i));
  for (int i = 1; i + 1 < count; ++i) {
    const Place& place = places_[static_cast<std::size_t>(i)];
    WordsView::Word word;
    word.text = place.is_open ? " ___" : place.text;
    word.weight = reader_->look(layer, head, from, i) / most;
    word.look = word.weight < 0.1F ? Look::dim : Look::plain;
    word.is_marked = i == from;
    words.words.push_back(std::move(word));
  }
  ViewPart& looks = add_part("looks", "What the framed word looks at", row);
  looks.content = std::move(words);
  looks.takes_pointer = true;
  looks.height = 1.5F;
  if (!tells_story()) return;
  const Place& place = places_[static_cast<std::size_t>(from)];
  if (place.guesses.empty()) return;
  ViewPart& bars = add_part("guesses", "What was thought of for it", row);
  bars.content = bars_of(place);
  bars.width = 0.6F;
  bars.height = 1.5F;
}

}  // namespace figment::studio
