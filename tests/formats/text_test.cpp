#include "formats/text.h"

#include <gtest/gtest.h>

#include "formats/damage.h"

namespace figment::formats {
namespace {

TEST(Text, FindsTheFirstBadByte) {
  EXPECT_FALSE(first_invalid_utf8(""));
  EXPECT_FALSE(first_invalid_utf8("plain \xC3\xA9 \xF0\x9F\x8C\x84"));
  EXPECT_FALSE(first_invalid_utf8(std::string_view("a\0b", 3)));
  EXPECT_EQ(first_invalid_utf8("ab\xFF"), 2U);
  EXPECT_EQ(first_invalid_utf8("\xC3"), 0U);
  EXPECT_EQ(first_invalid_utf8("x\xC0\xAF"), 1U);         // overlong
  EXPECT_EQ(first_invalid_utf8("\xED\xA0\x80"), 0U);      // a surrogate
  EXPECT_EQ(first_invalid_utf8("\xF4\x90\x80\x80"), 0U);  // beyond U+10FFFF
  EXPECT_EQ(first_invalid_utf8("\xF0\x9F\x8C"
                               "a"),
            0U);
  EXPECT_TRUE(is_valid_utf8("fine"));
}

TEST(Text, CountsCodePoints) {
  EXPECT_EQ(code_point_count(""), 0U);
  EXPECT_EQ(code_point_count("a\xC3\xA9\xF0\x9F\x8C\x84"), 3U);
  EXPECT_EQ(code_point_count("a\xFF\xFE"), 3U);
}

TEST(Text, CutsForDisplay) {
  EXPECT_EQ(display_text("short", 10), "short");
  EXPECT_EQ(display_text("exactly", 7), "exactly");
  EXPECT_EQ(display_text("too long", 4), "too\xE2\x80\xA6");
  EXPECT_EQ(display_text("x", 0), "");
  EXPECT_EQ(display_text("a\tb\nc\x1B[31m", 20), "a b c [31m");
  EXPECT_EQ(display_text("a\xFF", 5), "a\xEF\xBF\xBD");
  EXPECT_EQ(display_text("\xE2\x80\xAEx", 5), " x");  // a right-to-left override
  // Two columns each: only one, and the ellipsis, fit in four.
  EXPECT_EQ(display_text("\xE6\xBC\xA2\xE6\xBC\xA2\xE6\xBC\xA2", 4), "\xE6\xBC\xA2\xE2\x80\xA6");
  // A combining accent stays with its letter.
  EXPECT_EQ(display_text("e\xCC\x81zz", 2), "e\xCC\x81\xE2\x80\xA6");
  std::string endless = "e";  // what has no width is cut as well
  for (int i = 0; i < 10000; ++i) endless += "\xCC\x81";
  EXPECT_LT(display_text(endless, 10).size(), 100U);
}

TEST(Text, HoldsBackHalfACodePoint) {
  EXPECT_EQ(complete_utf8_prefix(""), 0U);
  EXPECT_EQ(complete_utf8_prefix("abc"), 3U);
  EXPECT_EQ(complete_utf8_prefix("a\xC3"), 1U);
  EXPECT_EQ(complete_utf8_prefix("a\xC3\xA9"), 3U);
  EXPECT_EQ(complete_utf8_prefix("a\xF0\x9F\x8C"), 1U);
  EXPECT_EQ(complete_utf8_prefix("a\xF0\x9F\x8C\x84"), 5U);
  EXPECT_EQ(complete_utf8_prefix("a\x84\x84\x84\x84"), 5U);
  EXPECT_EQ(complete_utf8_prefix("a\xFF"), 2U);
}

TEST(Text, RepairsAndNormalises) {
  EXPECT_EQ(repair_utf8("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(repair_utf8("fine \xC3\xA9"), "fine \xC3\xA9");
  EXPECT_EQ(normalise_nfc("e\xCC\x81"), "\xC3\xA9");
  EXPECT_EQ(normalise_nfc(""), "");
  EXPECT_EQ(normalise_nfc(std::string("a\0b", 3)), std::string("a\0b", 3));
  EXPECT_NE(error_of([] { normalise_nfc("abc\xFF"); }).find("byte 3"), std::string::npos);
}

TEST(Text, AnyBytesAreSafe) {
  core::Random random(9);
  for (int i = 0; i < 3000; ++i) {
    std::string text(random.below(24), ' ');
    for (char& character : text) character = static_cast<char>(random.bits() | (random.chance(0.5F) ? 0x80 : 0));
    const std::string shown = display_text(text, random.below(12));
    EXPECT_TRUE(is_valid_utf8(shown));
    const std::string repaired = repair_utf8(text);
    EXPECT_TRUE(is_valid_utf8(repaired));
    EXPECT_EQ(code_point_count(text), code_point_count(repaired));
    normalise_nfc(repaired);
    EXPECT_LE(complete_utf8_prefix(text), text.size());
    EXPECT_EQ(is_valid_utf8(text), repaired == text);
  }
}

}  // namespace
}  // namespace figment::formats
