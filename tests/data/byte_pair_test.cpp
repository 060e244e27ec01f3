#include "data/byte_pair.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/random.h"
#include "data/stories.h"
#include "formats/text.h"

namespace figment::data {
namespace {

std::string some_text() {
  core::Random random(3);
  std::string text;
  for (int i = 0; i < 200; ++i) text += make_story(random).text + (i % 3 == 0 ? "\n\n" : " ");
  return text +
         "na\xC3\xAFve caf\xC3\xA9 caf\xC3\xA9 \xF0\x9F\xA6\x8A\xF0\x9F\xA6\x8A \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D";
}

std::vector<std::string> awkward_texts() {
  return {"",
          " ",
          "   three  spaces\n\tand a tab ",
          "a\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80 rocket",
          "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D \xD8\xB3\xD9\x84\xD8\xA7\xD9\x85",
          std::string("\xFF\xC0\x80 \xED\xA0\x80\x00 end", 12),
          std::string(500, '-') + std::string(500, 'x'),
          "<|eos|>"};
}

TEST(BytePair, EncodesAndDecodesAnythingExactly) {
  for (const Tokenizer& tokenizer : {learn_byte_pairs(some_text(), 700), learn_characters(some_text())}) {
    for (const std::string& text : awkward_texts()) EXPECT_EQ(tokenizer.decode(tokenizer.encode(text)), text);
    EXPECT_EQ(tokenizer.decode(tokenizer.encode(some_text())), some_text());
    core::Random random(2);
    for (int i = 0; i < 200; ++i) {
      std::string text(random.below(60), ' ');
      for (char& byte : text) byte = static_cast<char>(random.chance(0.3F) ? ' ' : random.below(256));
      EXPECT_EQ(tokenizer.decode(tokenizer.encode(text)), text);
    }
  }
}

TEST(BytePair, LearnsTheCommonestPairFirst) {
  const Tokenizer tokenizer = learn_byte_pairs("abab abab abab cd", Tokenizer::first_piece + 3);
  EXPECT_EQ(tokenizer.text_of(Tokenizer::first_piece), "ab");
  EXPECT_EQ(tokenizer.text_of(Tokenizer::first_piece + 1), "abab");
  EXPECT_EQ(tokenizer.encode("abab"), (std::vector<std::int32_t>{Tokenizer::first_piece + 1}));
  EXPECT_EQ(tokenizer.vocabulary_size(), Tokenizer::first_piece + 3);  // " abab"
}

TEST(BytePair, IsShorterThanCharactersAndOfValidPieces) {
  const std::string text = some_text();
  const Tokenizer pairs = learn_byte_pairs(text, 1024);
  EXPECT_LE(pairs.vocabulary_size(), 1024);
  EXPECT_LT(pairs.encode(text).size() * 2, learn_characters(text).encode(text).size());
  for (std::int32_t id = Tokenizer::first_piece; id < pairs.vocabulary_size(); ++id)
    EXPECT_TRUE(formats::is_valid_utf8(pairs.text_of(id))) << id;
  EXPECT_EQ(learn_byte_pairs(text, 1024), pairs);
}

TEST(BytePair, RareCharactersStayBytes) {
  std::string text;  // more characters than the vocabulary has room for
  for (int i = 0; i < 3000; ++i) {
    const int code = 0x4E00 + i;
    text += {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 63)),
             static_cast<char>(0x80 | (code & 63))};
  }
  const Tokenizer tokenizer = learn_byte_pairs(text + text, 400);
  EXPECT_EQ(tokenizer.decode(tokenizer.encode(text)), text);
  EXPECT_EQ(Tokenizer::from_json(tokenizer.to_json(), "test"), tokenizer);
}

TEST(BytePair, TravelsAsJson) {
  for (const Tokenizer& tokenizer : {learn_byte_pairs(some_text(), 700), learn_characters(some_text())}) {
    const Tokenizer again = Tokenizer::from_json(tokenizer.to_json(), "test");
    EXPECT_EQ(again, tokenizer);
    EXPECT_EQ(again.encode(some_text()), tokenizer.encode(some_text()));
  }
  for (const char* damaged : {R"({"type":"figment-byte-pairs","version":1,"pieces":["ab","ab"]})",
                              R"({"type":"figment-characters","version":1,"pieces":["ab"]})",
                              R"({"type":"figment-syllables","version":1,"pieces":[]})", R"({"type":7})"}) {
    EXPECT_THROW(Tokenizer::from_json(damaged, "test"), core::Error) << damaged;
  }
}

}  // namespace
}  // namespace figment::data
