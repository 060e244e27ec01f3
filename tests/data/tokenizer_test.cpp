#include "data/tokenizer.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/error.h"
#include "core/files.h"
#include "core/random.h"
#include "data/stories.h"

namespace figment::data {
namespace {

TEST(Tokenizer, RoundTripsStoriesWithoutBytes) {
  const Tokenizer tokenizer = Tokenizer::for_stories();
  core::Random random(1);
  for (int i = 0; i < 5000; ++i) {
    const Story story = make_story(random);
    const std::vector<std::int32_t> tokens = tokenizer.encode(story.text);
    EXPECT_EQ(tokenizer.decode(tokens), story.text);
    for (const std::int32_t token : tokens)
      ASSERT_FALSE(tokenizer.is_byte(token)) << tokenizer.text_of(token) << " in: " << story.text;
  }
}

TEST(Tokenizer, RoundTripsAnything) {
  const Tokenizer tokenizer = Tokenizer::for_stories();
  const std::vector<std::string> texts = {"",
                                          " ",
                                          "   three  spaces\n\tand a tab ",
                                          "Once upon a time, there was a xylophone.",
                                          "\xF0\x9F\xA6\x8A a fox \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80",
                                          "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D \xD8\xB3\xD9\x84\xD8\xA7\xD9\x85",
                                          std::string("\xFF\xC0\x80 \xED\xA0\x80\x00 end", 12),
                                          "<|eos|> <|bos|>",
                                          "!!! \"\"  \" ?"};
  for (const std::string& text : texts) EXPECT_EQ(tokenizer.decode(tokenizer.encode(text)), text);
  core::Random random(2);
  for (int i = 0; i < 300; ++i) {
    std::string text(random.below(60), ' ');
    for (char& byte : text) byte = static_cast<char>(random.chance(0.3f) ? ' ' : random.below(256));
    EXPECT_EQ(tokenizer.decode(tokenizer.encode(text)), text);
  }
}

TEST(Tokenizer, SpecialTokensGiveNoTextAndTextNoSpecialTokens) {
  const Tokenizer tokenizer = Tokenizer::for_stories();
  const std::vector<std::int32_t> specials = {Tokenizer::bos, Tokenizer::eos, Tokenizer::pad};
  EXPECT_EQ(tokenizer.decode(specials), "");
  EXPECT_EQ(tokenizer.text_of(Tokenizer::eos), "<|eos|>");
  for (const std::int32_t token : tokenizer.encode("<|eos|>")) EXPECT_GE(token, Tokenizer::first_byte);
  EXPECT_THROW(tokenizer.text_of(-1), core::Error);
  EXPECT_THROW(tokenizer.text_of(tokenizer.vocabulary_size()), core::Error);
}

TEST(Tokenizer, VocabularyIsSortedAndSmall) {
  const Tokenizer tokenizer = Tokenizer::for_stories();
  EXPECT_LT(tokenizer.vocabulary_size(), 1400);
  for (std::int32_t token = Tokenizer::first_piece + 1; token < tokenizer.vocabulary_size(); ++token)
    EXPECT_LT(tokenizer.text_of(token - 1), tokenizer.text_of(token));
  EXPECT_EQ(tokenizer, Tokenizer::for_stories());
}

TEST(Tokenizer, SavesAndLoads) {
  const std::filesystem::path path = std::filesystem::temp_directory_path() / "figment_tokenizer_test.json";
  const Tokenizer tokenizer = Tokenizer::for_stories();
  tokenizer.save(path);
  EXPECT_EQ(Tokenizer::load(path), tokenizer);
  for (const std::string_view damaged : {"", "{", "[]", "{\"type\":\"figment-words\",\"version\":1}",
                                         "{\"type\":\"figment-words\",\"version\":1,\"pieces\":[1]}",
                                         "{\"type\":\"figment-words\",\"version\":1,\"pieces\":[\"\"]}",
                                         "{\"type\":\"figment-words\",\"version\":1,\"pieces\":[\"two words\"]}"}) {
    core::write_atomically(path, damaged);
    EXPECT_THROW(Tokenizer::load(path), core::Error) << damaged;
  }
  std::filesystem::remove(path);
  EXPECT_THROW(Tokenizer::load(path), core::Error);
}

}  // namespace
}  // namespace figment::data
