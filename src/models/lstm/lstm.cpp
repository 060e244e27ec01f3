#include "models/lstm/lstm.h"

namespace figment::models {

using ops::Cell;

namespace {

constexpr float story_memory = 400;  // characters: most of a story

}  // namespace

LstmConfig LstmConfig::large(std::int64_t vocabulary) { return {vocabulary, 1024, 2, 256}; }

Lstm::Lstm(const LstmConfig& config, std::uint64_t seed)
    : Network(config, seed),
      stories(root() / "stories",
              {Cell::lstm, config.vocabulary, config.story_units, config.story_layers, story_memory}),
      names_lstm(root() / "names_lstm", {Cell::lstm, config.vocabulary, config.name_units, 1}),
      names_gru(root() / "names_gru", {Cell::gru, config.vocabulary, config.name_units, 1}),
      names_rnn(root() / "names_rnn", {Cell::rnn, config.vocabulary, config.name_units, 1}) {
  parameters().pack();
}

const CharacterNet& Lstm::names(Cell cell) const {
  return cell == Cell::rnn ? names_rnn : cell == Cell::gru ? names_gru : names_lstm;
}

}  // namespace figment::models
