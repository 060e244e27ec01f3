#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace figment::formats {

/// Offset in bytes of the first byte that is not valid UTF-8; nothing if the whole text is valid.
std::optional<std::size_t> first_invalid_utf8(std::string_view text);
bool is_valid_utf8(std::string_view text);

/// Code points; each invalid byte counts as one.
std::size_t code_point_count(std::string_view text);

/// At most `columns` terminal columns of text, of 4 code points each, cut between grapheme clusters and ended by an
/// ellipsis if anything was. Control characters become spaces and invalid bytes U+FFFD, so that the result is safe to
/// show.
std::string display_text(std::string_view text, std::size_t columns);

/// Bytes that form whole code points at the start of `text`: what a stream of bytes may show already, while the
/// rest waits for more. Invalid bytes count as whole.
std::size_t complete_utf8_prefix(std::string_view text);

/// Every invalid byte replaced by U+FFFD.
std::string repair_utf8(std::string_view text);

/// Unicode normalisation form C. Throws Error, with the offset, for invalid UTF-8.
std::string normalise_nfc(std::string_view text);

}  // namespace figment::formats
