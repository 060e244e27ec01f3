#pragma once
#include <string>

#include "data/tokenizer.h"

namespace figment::training {

/// The text of a token for Task::word; empty for what is none.
inline std::string token_word(const data::Tokenizer& tokenizer, std::int32_t token) {
  return token >= 0 && token < tokenizer.vocabulary_size() ? std::string(tokenizer.text_of(token)) : std::string();
}

}  // namespace figment::training
