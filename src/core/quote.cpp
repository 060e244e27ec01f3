#include "core/quote.h"

#include <utf8proc.h>

#include <algorithm>

namespace figment::core {
namespace {

/// Bytes of the UTF-8 character at the beginning; 0 if there is none.
std::size_t character_size(std::string_view text) {
  utf8proc_int32_t character = 0;
  const utf8proc_ssize_t size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                                 static_cast<utf8proc_ssize_t>(text.size()), &character);
  return size > 0 ? static_cast<std::size_t>(size) : 0;
}

}  // namespace

std::string quotable(std::string_view text, std::size_t bytes) {
  std::string result;
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (result.size() + std::max<std::size_t>(size, 1) > bytes) return result + "...";
    if (size == 0) {
      result += '?';
    } else if (size == 1 && (text[0] < ' ' || text[0] == 0x7F)) {
      result += ' ';
    } else {
      result += text.substr(0, size);
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return result;
}

}  // namespace figment::core
