#include "formats/text.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

#include "core/error.h"

namespace figment::formats {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view ellipsis = "\xE2\x80\xA6";     // U+2026

struct Step {
  utf8proc_int32_t code_point = -1;  // -1 for an invalid byte
  std::size_t size = 1;              // bytes
};

Step next_code_point(std::string_view text) {
  Step step;
  const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &step.code_point);
  if (size <= 0) return {};
  step.size = static_cast<std::size_t>(size);
  return step;
}

bool is_control(utf8proc_int32_t code_point) {
  const utf8proc_category_t category = utf8proc_category(code_point);
  return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP ||
         (code_point >= 0x202A && code_point <= 0x202E) || (code_point >= 0x2066 && code_point <= 0x2069);
}

}  // namespace

std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Step step = next_code_point(text.substr(at));
    if (step.code_point < 0) return at;
    at += step.size;
  }
  return std::nullopt;
}

bool is_valid_utf8(std::string_view text) { return !first_invalid_utf8(text).has_value(); }

std::size_t code_point_count(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) at += next_code_point(text.substr(at)).size;
  return count;
}

/// A letter with this many marks can still be read; more, and what has no width would go on for ever.
constexpr std::size_t points_per_column_max = 4;

std::string display_text(std::string_view text, std::size_t columns) {
  std::string result;
  std::size_t width = 0;
  std::size_t points = 0;
  std::size_t cut = 0;  // bytes of `result` that leave a column for the ellipsis
  utf8proc_int32_t before = 0;
  utf8proc_int32_t state = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Step step = next_code_point(text.substr(at));
    utf8proc_int32_t shown = step.code_point < 0 ? 0xFFFD : step.code_point;
    if (is_control(shown)) shown = ' ';
    const auto shown_width = static_cast<std::size_t>(utf8proc_charwidth(shown));
    const bool starts_cluster = at == 0 || utf8proc_grapheme_break_stateful(before, shown, &state);
    if (starts_cluster && width < columns) cut = result.size();
    if (width + shown_width > columns || ++points > points_per_column_max * columns) {
      if (columns == 0) return {};
      return result.substr(0, cut).append(ellipsis);
    }
    utf8proc_uint8_t encoded[4];
    const auto size = static_cast<std::size_t>(utf8proc_encode_char(shown, encoded));
    result.append(reinterpret_cast<const char*>(encoded), size);
    width += shown_width;
    before = shown;
    at += step.size;
  }
  return result;
}

std::size_t complete_utf8_prefix(std::string_view text) {
  // Only the last three bytes can be the start of something longer.
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte < 0x80) break;
    if (byte < 0xC0) continue;  // a continuation byte
    const std::size_t needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
    return byte <= 0xF4 && needed > back ? text.size() - back : text.size();
  }
  return text.size();
}

std::string repair_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Step step = next_code_point(text.substr(at));
    result.append(step.code_point < 0 ? replacement : text.substr(at, step.size));
    at += step.size;
  }
  return result;
}

std::string normalise_nfc(std::string_view text) {
  const auto bad = first_invalid_utf8(text);
  core::require(!bad, "the text is not valid UTF-8 at byte {}; save it as UTF-8", bad.value_or(0));
  if (text.empty()) return {};
  utf8proc_uint8_t* mapped = nullptr;
  const auto size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &mapped, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, std::free);
  core::require(size >= 0, "the text cannot be normalised: {}", utf8proc_errmsg(size));
  return std::string(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
}

}  // namespace figment::formats
