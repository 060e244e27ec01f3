#include "core/hash.h"

#include <gtest/gtest.h>

#include <vector>

namespace figment::core {
namespace {

// The test vectors of the FNV authors.
TEST(Hash, GivesTheKnownAnswers) {
  EXPECT_EQ(hash_text(""), 0xcbf29ce484222325ULL);
  EXPECT_EQ(hash_text("a"), 0xaf63dc4c8601ec8cULL);
  EXPECT_EQ(hash_text("foobar"), 0x85944171f73967e8ULL);
}

TEST(Hash, GoesOnWhereItStopped) {
  EXPECT_EQ(hash_text("bar", hash_text("foo")), hash_text("foobar"));
  const std::vector<std::uint8_t> bytes = {'f', 'o', 'o', 'b', 'a', 'r'};
  EXPECT_EQ(hash_bytes(bytes), hash_text("foobar"));
}

TEST(Hash, HexHasSixteenDigits) {
  EXPECT_EQ(to_hex(0), "0000000000000000");
  EXPECT_EQ(to_hex(0xcbf29ce484222325ULL), "cbf29ce484222325");
}

}  // namespace
}  // namespace figment::core
