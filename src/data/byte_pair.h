#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/tokenizer.h"

namespace figment::data {

/// Learns a vocabulary of about `size` entries from a text: whatever two neighbours come together most often becomes
/// one token, again and again (byte-pair encoding: Gage, 1994; Sennrich et al., 2016). It begins with characters, so
/// that every token is valid UTF-8 if the text is; never joins over the end of a word. A megabyte takes seconds.
Tokenizer learn_byte_pairs(std::string_view text, int size);

/// A vocabulary of the characters of a text: the `most` most common of those that are longer than a byte.
Tokenizer learn_characters(std::string_view text, int most = 4096);

/// The characters of a text; each byte of broken UTF-8 is one.
std::vector<std::string_view> split_characters(std::string_view text);

/// Words, each with the blank before it, runs of digits, of marks, and of white space: what byte pairs are joined in.
std::vector<std::string_view> split_words(std::string_view text);

/// Adds the tokens of a text: characters (or their bytes), joined wherever `ids` has the two together, lower ids first.
void join_byte_pairs(std::string_view text, const std::unordered_map<std::string, std::int32_t>& ids,
                     std::vector<std::int32_t>& tokens);

}  // namespace figment::data
