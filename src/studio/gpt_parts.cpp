#include "studio/gpt_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "formats/text.h"

namespace figment::studio {
namespace {

constexpr int words_shown = 90;  // of the text that is coloured
constexpr int map_places = 24;   // rows and columns of the map
constexpr int candidates_shown = 10;
constexpr std::size_t choices_shown = 6;  // parts side by side

using Attention = TextGenerator::Attention;

/// What the query put on token `index` (-1: the mark of the beginning), by one head or the mean of all.
float attention_at(const Attention& read, int lanes, int lane, int index) {
  const int place = index - read.first;
  if (place < 0 || place >= read.places) return 0;
  if (lane >= 0) return read.at(lane, place);
  float sum = 0;
  for (int l = 0; l < lanes; ++l) sum += read.at(l, place);
  return sum / static_cast<float>(lanes);
}

int lanes_of(const TextGenerator& generator) {
  return static_cast<int>(generator.config().layers * generator.config().heads);
}

/// Of the token with this index; null if it was not kept.
const Attention* attention_of(const TextGenerator& generator, int index) {
  const auto at = static_cast<std::size_t>(index + 1);
  if (index < -1 || at >= generator.attention().size()) return nullptr;
  const Attention& read = generator.attention()[at];
  return read.values.empty() ? nullptr : &read;
}

void scale_to_largest(std::vector<float>& values, std::size_t first) {
  float most = 0;
  for (std::size_t i = first; i < values.size(); ++i) most = std::max(most, values[i]);
  for (std::size_t i = first; i < values.size() && most > 0; ++i) values[i] /= most;
}

std::string lane_name(const TextGenerator& generator, int lane) {
  const int heads = static_cast<int>(generator.config().heads);
  return fmt::format("{}.{}", lane / heads + 1, lane % heads + 1);
}

std::vector<WordsView::Word> words_of(const TextGenerator& generator, int story, std::size_t first) {
  std::vector<WordsView::Word> words;
  for (std::string& piece : pieces_of(generator, story, first)) {
    WordsView::Word word;
    word.text = std::move(piece);
    const bool is_prompt = generator.tokens(story)[first + words.size()].is_prompt;
    word.look = is_prompt ? WordsView::Look::given : WordsView::Look::plain;
    words.push_back(std::move(word));
  }
  return words;
}

ViewPart looks_part(const TextGenerator& generator, const GptLook& look, int query, int first) {
  ViewPart part;
  part.name = "looks";
  part.title =
      fmt::format("what \"{}\" looked at", label_of(generator, generator.tokens()[static_cast<std::size_t>(query)].id));
  part.note = look.query >= 0 ? "click this word again to follow the text" : "click a word to see what it looked at";
  part.takes_pointer = true;
  part.width = 1.2F;
  WordsView words;
  words.words = words_of(generator, 0, static_cast<std::size_t>(first));
  const Attention& read = *attention_of(generator, query);
  std::vector<float> weights;
  for (std::size_t i = 0; i < words.words.size(); ++i) {
    weights.push_back(attention_at(read, lanes_of(generator), look.lane, first + static_cast<int>(i)));
  }
  scale_to_largest(weights, 0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    words.words[i].weight = weights[i] < 0.03F ? 0.0F : weights[i];
    words.words[i].is_marked = first + static_cast<int>(i) == query;
  }
  part.content = std::move(words);
  return part;
}

ViewPart map_part(const TextGenerator& generator, const GptLook& look, int last) {
  ViewPart part;
  part.name = "map";
  part.title = look.lane < 0 ? "who looked at whom, mean of all heads"
                             : "who looked at whom, head " + lane_name(generator, look.lane);
  HeatMapView map;
  const int first = std::max(0, last + 1 - map_places);
  map.rows = map.columns = last + 1 - first;
  for (int row = first; row <= last; ++row) {
    const Attention* read = attention_of(generator, row);
    const std::size_t begin = map.values.size();
    for (int column = first; column <= last; ++column) {
      map.values.push_back(read == nullptr ? 0 : attention_at(*read, lanes_of(generator), look.lane, column));
    }
    scale_to_largest(map.values, begin);
    map.row_labels.push_back(label_of(generator, generator.tokens()[static_cast<std::size_t>(row)].id));
  }
  map.column_labels = map.row_labels;
  part.content = std::move(map);
  return part;
}

ViewPart heads_part(const TextGenerator& generator, const GptLook& look, int query) {
  ViewPart part;
  part.name = "heads";
  part.title = "every layer and head";
  part.note = look.lane >= 0 ? "click it again for the mean of all" : "click one to see it alone";
  part.takes_pointer = true;
  part.width = 0.9F;
  const Attention& read = *attention_of(generator, query);
  HeatMapView map;
  const int first = std::max(0, query + 1 - map_places);
  map.rows = lanes_of(generator);
  map.columns = query + 1 - first;
  for (int lane = 0; lane < map.rows; ++lane) {
    const std::size_t begin = map.values.size();
    for (int index = first; index <= query; ++index) {
      map.values.push_back(attention_at(read, map.rows, lane, index));
    }
    scale_to_largest(map.values, begin);
    map.row_labels.push_back((lane == look.lane ? "> " : "") + lane_name(generator, lane));
  }
  for (int index = first; index <= query; ++index) {
    map.column_labels.push_back(label_of(generator, generator.tokens()[static_cast<std::size_t>(index)].id));
  }
  part.content = std::move(map);
  return part;
}

}  // namespace

std::vector<std::string> pieces_of(const TextGenerator& generator, int story, std::size_t first) {
  const auto& tokens = generator.tokens(story);
  std::vector<std::string> pieces;
  std::size_t collects = 0;  // the piece that a character's bytes go to
  for (std::size_t i = first; i < tokens.size(); ++i) {
    std::string piece = generator.piece(tokens[i].id);
    const bool goes_on = piece.size() == 1 && (static_cast<unsigned char>(piece[0]) & 0xC0U) == 0x80U &&
                         !pieces.empty() && formats::complete_utf8_prefix(pieces[collects]) < pieces[collects].size();
    if (goes_on) {
      pieces[collects] += piece;
      piece.clear();
    } else {
      collects = pieces.size();
    }
    pieces.push_back(std::move(piece));
  }
  for (std::string& piece : pieces) piece = formats::repair_utf8(piece);
  return pieces;
}

std::string label_of(const TextGenerator& generator, int id) {
  std::string piece = generator.piece(id);
  if (piece == "\n") return "line end";
  if (piece == " ") return "blank";
  if (piece.size() == 1 &&
      (static_cast<unsigned char>(piece[0]) < 0x20 || static_cast<unsigned char>(piece[0]) > 0x7E)) {
    return fmt::format("byte {:02X}", static_cast<unsigned char>(piece[0]));
  }
  if (const auto blanks = std::count(piece.begin(), piece.end(), ' ');
      piece.size() > 1 && piece.find_first_not_of(" \n") == std::string::npos) {
    return fmt::format("{}{} blanks", piece.find('\n') == std::string::npos ? "" : "line end, ", blanks);
  }
  if (piece == "<|eos|>") return "(the end)";
  if (piece.starts_with(' ')) piece.erase(0, 1);
  return piece;
}

int query_of(const TextGenerator& generator, const GptLook& look) {
  const int tokens = static_cast<int>(generator.tokens().size());
  if (look.query >= 0 && look.query < tokens && attention_of(generator, look.query) != nullptr) return look.query;
  const int newest = std::min(static_cast<int>(generator.attention().size()) - 2, tokens - 1);
  return newest >= 0 && attention_of(generator, newest) != nullptr ? newest : -1;
}

std::vector<ViewPart> attention_parts(const TextGenerator& generator, const GptLook& look, int row, int& first_word) {
  const int query = query_of(generator, look);
  if (query < 0) return {};
  const int tokens = static_cast<int>(generator.tokens().size());
  first_word = std::max(0, std::min(tokens - words_shown, query));
  const int newest = std::max(query, query_of(generator, {}));
  std::vector<ViewPart> parts = {looks_part(generator, look, query, first_word), map_part(generator, look, newest),
                                 heads_part(generator, look, query)};
  for (ViewPart& part : parts) part.row = row;
  return parts;
}

std::vector<ViewPart> choice_parts(TextGenerator& generator, int row) {
  const auto& tokens = generator.tokens();
  if (tokens.empty() || tokens.back().is_prompt) return {};
  const std::vector<TextGenerator::Candidate> candidates = generator.candidates(candidates_shown);
  const std::vector<std::string> stages = generator.stage_names();
  std::vector<ViewPart> parts;
  for (std::size_t stage = 0; stage <= stages.size(); ++stage) {
    // Where there are too many, the last ones count: they say what was left.
    if (stage > 0 && stages.size() + 1 > choices_shown && stage + choices_shown <= stages.size() + 1) continue;
    ViewPart part;
    part.name = fmt::format("choice {}", stage);
    part.title = stage == 0 ? "the network" : "after " + stages[stage - 1];
    part.row = row;
    part.height = 0.8F;
    part.takes_pointer = generator.batch() == 1;
    BarsView bars;
    for (const TextGenerator::Candidate& candidate : candidates) {
      const float value = stage == 0 ? candidate.probability : candidate.stages[stage - 1];
      if (candidate.id == tokens.back().id) part.marked = static_cast<int>(bars.bars.size());
      bars.bars.push_back({label_of(generator, candidate.id), value, stage > 0 && value <= 0, candidate.id});
    }
    if (stage == 0 && part.takes_pointer) part.note = "click to choose";
    part.content = std::move(bars);
    parts.push_back(std::move(part));
  }
  return parts;
}

std::vector<ViewPart> story_parts(const TextGenerator& generator, int first_row) {
  std::vector<ViewPart> parts;
  for (int story = 1; story < generator.batch(); ++story) {
    ViewPart part;
    part.name = fmt::format("story {}", story);
    part.row = first_row + (story - 1) / 2;
    WordsView words;
    words.speaker = fmt::format("Story {}", story + 1);
    words.words = words_of(generator, story, 0);
    words.size = 0.9F;
    part.content = std::move(words);
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace figment::studio
