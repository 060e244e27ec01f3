#pragma once
#include "models/lstm/character_net.h"
#include "models/network.h"

namespace figment::models {

struct LstmConfig {
  std::int64_t vocabulary = 0;
  std::int64_t story_units = 256;
  std::int64_t story_layers = 1;
  std::int64_t name_units = 128;

  static LstmConfig large(std::int64_t vocabulary);  ///< for a GPU
};

/// The character networks of the family: an LSTM that writes stories, and an LSTM, a GRU and a plain RNN of one size
/// that write names, to be compared.
class Lstm : public Network<LstmConfig> {
 public:
  Lstm(const LstmConfig& config, std::uint64_t seed);
  CharacterNet stories;
  CharacterNet names_lstm;
  CharacterNet names_gru;
  CharacterNet names_rnn;

  const CharacterNet& names(ops::Cell cell) const;
};

}  // namespace figment::models
