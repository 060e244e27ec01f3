#include <fmt/format.h>

#include <algorithm>

#include "studio/lstm_activity.h"

/// What the view of the character networks shows.
namespace figment::studio {
namespace {

using ops::Cell;

constexpr int shown_characters = 30;      // columns of the heat maps
constexpr std::size_t text_limit = 1600;  // characters of the text that are shown

std::string_view name_of(Cell cell) {
  constexpr std::array<std::string_view, 3> names = {"RNN", "GRU", "LSTM"};
  return names[static_cast<std::size_t>(cell)];
}

/// One heat map: what it is of, and where its numbers are.
struct Map {
  std::string name;
  std::string title;
  int gate = -1;  ///< of the four of each unit; -1: the state
};

std::vector<Map> maps_of(Cell cell) {
  switch (cell) {
    case Cell::rnn:
      return {{"state", "Hidden state"}};
    case Cell::gru:
      return {{"reset", "Reset gate", 0}, {"update", "Update gate", 1}, {"state", "Hidden state"}};
    case Cell::lstm:
      break;
  }
  return {{"input", "Input gate", 0}, {"forget", "Forget gate", 1}, {"output", "Output gate", 3}, {"state", "Cell"}};
}

std::string visible(std::int32_t id, const std::string& shown) {
  return id == 0 ? "\xE2\x86\xB5" : shown.empty() ? "\xC2\xB7" : shown == " " ? "\xC2\xB7" : shown;  // an arrow, dots
}

}  // namespace

void LstmActivity::say_what() {
  const models::CharacterNetConfig& config = network().config();
  view().subtitle = fmt::format("{} by {} {} of {} units{}", setting_.writes_names ? "names" : "stories",
                                config.cell == Cell::lstm  ? "an"
                                : config.cell == Cell::rnn ? "an"
                                                           : "a",
                                name_of(config.cell), config.units,
                                config.layers > 1 ? fmt::format(", {} layers", config.layers) : "");
  view().sentence =
      config.cell == Cell::lstm
          ? "It reads one character after the other and keeps what it needs in its cells: the forget gate says what "
            "stays, the input gate what is new, the output gate what shows. The text is coloured by one cell."
      : config.cell == Cell::gru
          ? "The update gate says how much of the state stays, the reset gate how much of it is seen for what is new. "
            "The text is coloured by one unit."
          : "A plain recurrent network writes its whole state anew at every character, so that gradients soon vanish. "
            "The text is coloured by one unit.";
  view().progress = fmt::format("{} characters", text_.size());
}

void LstmActivity::show_text() {
  TextView& text = view().text;
  for (; published_ < text_.size(); ++published_) {
    const Read& read = text_[published_];
    if (read.id == 0 && text.tokens.empty()) continue;
    const std::string piece = read.id == 0 ? "\n" : read.shown;
    if (!piece.empty()) text.tokens.push_back({piece, read.probability, read.is_given});
  }
  text.version += 1;
  text.is_complete = has_ended_;
}

ViewPart LstmActivity::text_part() const {
  WordsView words;
  const std::size_t begin = text_.size() > text_limit ? text_.size() - text_limit : 0;
  bool after_blank = false;
  for (std::size_t i = begin; i < text_.size(); ++i) {
    const Read& read = text_[i];
    if (read.id == 0 || read.shown == " ") {
      after_blank = !words.words.empty();
      if (read.id == 0 && after_blank) words.words.push_back({" /", 0, WordsView::Look::dim});
      continue;
    }
    if (read.shown.empty()) continue;
    WordsView::Word word;
    word.text = after_blank ? " " + read.shown : read.shown;
    word.weight = std::max(0.0F, read.state[static_cast<std::size_t>(std::min(setting_.unit, units() - 1))]);
    word.look = read.is_wrong                             ? WordsView::Look::wrong
                : read.is_given && !setting_.writes_names ? WordsView::Look::given
                                                          : WordsView::Look::plain;
    words.words.push_back(std::move(word));
    after_blank = false;
  }
  ViewPart part;
  part.name = "text";
  part.title = fmt::format("What it writes, coloured by unit {}", std::min(setting_.unit, units() - 1));
  part.content = std::move(words);
  part.height = 0.9F;
  return part;
}

void LstmActivity::add_heat_maps(std::vector<ViewPart>& parts) const {
  const std::size_t rows = std::min<std::size_t>(shown_units, static_cast<std::size_t>(units()));
  const std::size_t columns = shown_characters;
  const std::size_t begin = text_.size() > columns ? text_.size() - columns : 0;
  const auto first = static_cast<std::size_t>(first_unit());
  const auto chosen = static_cast<std::size_t>(std::min(setting_.unit, units() - 1));
  for (const Map& map : maps_of(network().config().cell)) {
    HeatMapView heat;
    heat.rows = static_cast<int>(rows);
    heat.columns = static_cast<int>(columns);
    heat.minimum = map.gate < 0 ? -1.0F : 0.0F;
    heat.values.assign(rows * columns, heat.minimum);
    heat.column_labels.assign(columns, "");
    for (std::size_t i = begin; i < text_.size(); ++i) {
      const Read& read = text_[i];
      heat.column_labels[i - begin] = visible(read.id, read.shown);
      for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t unit = std::min(first + row, static_cast<std::size_t>(units()) - 1);
        heat.values[row * columns + i - begin] =
            map.gate < 0 ? read.state[unit] : read.gates[4 * unit + static_cast<std::size_t>(map.gate)];
      }
    }
    ViewPart part;
    part.name = map.name;
    part.title = map.title;
    if (map.gate < 0) {
      part.note =
          fmt::format("units {} to {}; press one to colour the text by it (now {})", first, first + rows - 1, chosen);
    }
    part.content = std::move(heat);
    part.row = 1;
    part.height = 1.25F;
    part.takes_pointer = true;
    parts.push_back(std::move(part));
  }
}

ViewPart LstmActivity::reach_part() const {
  CurvesView curves;
  curves.is_logarithmic = true;
  const auto add = [&](std::string label, std::vector<float> values) {
    for (float& value : values) value = std::max(value, 1e-8F);  // a logarithm needs something
    if (!values.empty()) curves.lines.push_back({std::move(label), std::move(values)});
  };
  for (const Cell cell : {Cell::rnn, Cell::gru, Cell::lstm}) {
    add(fmt::format("{}, names", name_of(cell)), reach_[static_cast<std::size_t>(cell)]->of_hidden());
  }
  add("LSTM, stories", reach_.back()->of_hidden());
  add("its cells", reach_.back()->of_cell());
  ViewPart part;
  part.name = "reach";
  part.title = "How far gradients reach";
  part.note = "norm of dh[T] / dh[T-k] over k characters, by the networks' own backward pass";
  if (curves.lines.empty()) {
    part.content = WordsView{{{"being measured", 0, WordsView::Look::dim}}};
  } else {
    part.content = std::move(curves);
  }
  part.row = 2;
  part.height = 1;
  return part;
}

ViewPart LstmActivity::names_part() const {
  WordsView words;
  int ended = 0, right = 0, fresh = 0;
  const NameWriter& writer = *bench_->names;
  const auto& names = writer.names();
  for (std::size_t kind = 0; kind < data::name_kinds; ++kind) {
    words.words.push_back({fmt::format("{}{}:", kind > 0 ? "\n" : "", data::name_of(static_cast<data::NameKind>(kind))),
                           0, WordsView::Look::dim});
    for (std::size_t row = kind; row < names.size(); row += data::name_kinds) {
      const bool is_right = writer.is_well_formed(row);
      const bool has_ended = writer.is_finished() || is_right;
      ended += has_ended ? 1 : 0;
      right += is_right ? 1 : 0;
      fresh += is_right && writer.is_new(row) ? 1 : 0;
      const bool is_last = row + data::name_kinds >= names.size();
      words.words.push_back({" " + names[row].text + (is_last ? "" : ","), 0,
                             writer.is_finished() && !is_right ? WordsView::Look::wrong : WordsView::Look::plain});
    }
  }
  ViewPart part;
  part.name = "names";
  part.title = fmt::format("Fresh names by the {}", name_of(setting_.cell));
  if (writer.is_finished() && ended > 0) {
    part.note = fmt::format("{} of {} follow the grammar, {} of these were not in its lessons", right, ended, fresh);
  }
  part.content = std::move(words);
  part.row = 2;
  part.height = 1;
  return part;
}

}  // namespace figment::studio
