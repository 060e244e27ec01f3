#include "data/names.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "data/character_stream.h"

namespace figment::data {
namespace {

TEST(Names, AreWellFormedByTheirOwnGrammar) {
  core::Random random(3);
  for (int i = 0; i < 2000; ++i) {
    const Name name = make_name(random);
    ASSERT_TRUE(is_well_formed(name.text, name.kind)) << name_of(name.kind) << " " << name.text;
    for (const char c : name.text) ASSERT_NE(character_of(character_id(c)), '\n');
  }
}

TEST(Names, OthersAreNot) {
  for (const NameKind kind : {NameKind::girl, NameKind::boy, NameKind::place, NameKind::dragon}) {
    for (const char* wrong :
         {"", " ", "A", "xqzt", "ELIANNA", "elianna", "Bbbb", "Old ", "Vorgathrax the", "\xC3\xA9lia"}) {
      EXPECT_FALSE(is_well_formed(wrong, kind)) << wrong;
    }
  }
  core::Random random(4);
  int broken = 0;
  for (int i = 0; i < 500; ++i) {
    Name name = make_name(random);
    std::swap(name.text[name.text.size() / 2], name.text[name.text.size() / 2 + 1]);
    broken += is_well_formed(name.text, name.kind) ? 0 : 1;
  }
  EXPECT_GT(broken, 300);
}

TEST(Names, KnowTheirPartsApart) {
  core::Random random(5);
  int taken_for_boys = 0;
  for (int i = 0; i < 500; ++i)
    taken_for_boys += is_well_formed(make_name(random, NameKind::place).text, NameKind::boy) ? 1 : 0;
  EXPECT_LT(taken_for_boys, 25);
}

TEST(Names, TheTrainingListIsFixedAndLeavesMostNamesOut) {
  EXPECT_EQ(training_names().size(), 24000U);
  EXPECT_GT(training_name_set().size(), 12000U);
  core::Random random(6);
  int fresh = 0;
  for (int i = 0; i < 1000; ++i) fresh += training_name_set().contains(make_name(random).text) ? 0 : 1;
  EXPECT_GT(fresh, 300);
}

TEST(CharacterStream, TargetsFollowAndRowsGoOn) {
  constexpr std::int64_t batch = 5, length = 40;
  CharacterStream stream = CharacterStream::stories();
  core::Random random(1);
  std::vector<std::int32_t> tokens(batch * length), targets(batch * length), last(batch, -1);
  std::vector<float> keep(batch);
  int begun = 0;
  for (int window = 0; window < 60; ++window) {
    stream.next(random, batch, length, tokens, targets, keep);
    for (std::size_t b = 0; b < batch; ++b) {
      for (std::size_t t = 0; t + 1 < length; ++t) ASSERT_EQ(targets[t * batch + b], tokens[(t + 1) * batch + b]);
      if (keep[b] > 0) {
        ASSERT_EQ(tokens[b], last[b]);
      }
      if (keep[b] == 0) {
        ASSERT_EQ(tokens[b], line_end);
        ++begun;
      }
      last[b] = targets[(length - 1) * batch + b];
    }
  }
  EXPECT_GE(begun, 5);
  EXPECT_LT(begun, 60);
}

TEST(CharacterStream, NamesComeAfterTheirMarks) {
  CharacterStream stream = CharacterStream::names();
  core::Random random(2);
  std::vector<std::int32_t> tokens(256), targets(256);
  std::vector<float> keep(1);
  stream.next(random, 1, 256, tokens, targets, keep);
  const std::set<char> marks = {'g', 'b', 'p', 'd'};
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    if (tokens[i] != line_end) continue;
    EXPECT_TRUE(marks.contains(character_of(tokens[i + 1])));
    EXPECT_EQ(character_of(tokens[i + 2]), ' ');
  }
}

}  // namespace
}  // namespace figment::data
