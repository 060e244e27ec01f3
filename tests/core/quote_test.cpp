#include "core/quote.h"

#include <gtest/gtest.h>

namespace figment::core {
namespace {

TEST(Quote, IsOneLineOfValidText) {
  EXPECT_EQ(quotable("heun"), "heun");
  EXPECT_EQ(quotable("caf\xC3\xA9 \xF0\x9F\x99\x82"), "caf\xC3\xA9 \xF0\x9F\x99\x82");
  EXPECT_EQ(quotable("two\nlines\x1b[31m"), "two lines [31m");
  EXPECT_EQ(quotable("\xFF\xC3 \xED\xA0\x80"), "?? ???");
}

TEST(Quote, IsCutBetweenCharacters) {
  EXPECT_EQ(quotable("abcdef", 6), "abcdef");
  EXPECT_EQ(quotable("abcdef", 5), "abcde...");
  EXPECT_EQ(quotable("a\xC3\xA9\xC3\xA9", 4), "a\xC3\xA9...");
}

}  // namespace
}  // namespace figment::core
