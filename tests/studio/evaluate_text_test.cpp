#include "studio/evaluate_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "core/error.h"
#include "core/files.h"
#include "runtime/test_device.h"

namespace figment::studio {
namespace {

class TextFile : public testing::Test {
 protected:
  void SetUp() override {
    path_ = std::filesystem::temp_directory_path() /
            ("figment_text_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) + ".txt");
  }
  void TearDown() override { std::filesystem::remove(path_); }

  std::vector<std::string> load(std::string_view content, std::int64_t count_max = 0) {
    core::write_atomically(path_, content);
    return load_texts(path_, count_max);
  }
  std::string message(std::string_view content) {
    try {
      load(content);
    } catch (const core::Error& error) {
      return error.what();
    }
    return {};
  }

  std::filesystem::path path_;
};

using Texts = std::vector<std::string>;

TEST_F(TextFile, LinesAreTextsWithoutEmptyLines) {
  EXPECT_EQ(load("one\ntwo\nthree"), (Texts{"one", "two", "three"}));
  EXPECT_EQ(load("\n\none\r\ntwo\r\n\r\n\n"), (Texts{"one", "two"}));
  EXPECT_EQ(load("one\ntwo\nthree", 2), (Texts{"one", "two"}));
}

TEST_F(TextFile, EmptyLinesDivideParagraphs) {
  EXPECT_EQ(load("a line\nanother\n\nnext\n  \n\nlast"), (Texts{"a line another", "next", "last"}));
}

TEST_F(TextFile, ByteOrderMarkIsNoText) { EXPECT_EQ(load("\xEF\xBB\xBFÄpfel"), (Texts{"Äpfel"})); }

TEST_F(TextFile, BadFilesGiveOneSentence) {
  EXPECT_NE(message("").find("empty"), std::string::npos);
  EXPECT_NE(message(" \n\t\n").find("empty"), std::string::npos);
  EXPECT_NE(message(std::string_view("ab\0cd", 5)).find("binary"), std::string::npos);
  EXPECT_NE(message("abc \xFF\xFE").find("UTF-8"), std::string::npos);
  EXPECT_THROW(load_texts(path_.string() + ".missing"), core::Error);
  EXPECT_THROW(load_texts(std::filesystem::temp_directory_path()), core::Error);
}

class ScoreTest : public runtime::DeviceTest {
 protected:
  ScoreTest() : tokenizer_(data::Tokenizer::for_stories()), network_(config(), 3) {}

  models::GptConfig config() const {
    models::GptConfig result;
    result.vocabulary = tokenizer_.vocabulary_size();
    result.context = 32;
    result.channels = 32;
    result.layers = 1;
    result.heads = 2;
    return result;
  }
  TextScore score(const Texts& texts) { return score_texts(context(), network_, tokenizer_, texts); }

  data::Tokenizer tokenizer_;
  models::Gpt network_;
};

TEST_F(ScoreTest, CountsTokensCharactersAndWords) {
  const TextScore found = score({"Once upon a time, there was a frog.", "Ünï"});
  EXPECT_EQ(found.texts, 2);
  EXPECT_EQ(found.words, 9);
  EXPECT_EQ(found.characters, 35 + 3);
  EXPECT_EQ(found.tokens, static_cast<std::int64_t>(tokenizer_.encode("Once upon a time, there was a frog.").size() +
                                                    tokenizer_.encode("Ünï").size()) +
                              2);
  EXPECT_GE(found.unknown_tokens, 4);
}

TEST_F(ScoreTest, FreshNetworksKnowNothing) {
  // All tokens are about equally likely.
  const TextScore found = score({"Once upon a time, there was a little frog named Omar."});
  EXPECT_NEAR(found.nats_per_token(), std::log(static_cast<double>(tokenizer_.vocabulary_size())), 0.3);
}

TEST_F(ScoreTest, TextsDoNotSeeEachOther) {
  const Texts texts = {"Once upon a time", "there was a frog", "The end.", "a", "b", "c", "d", "e", "f", "g"};
  double sum = 0;
  for (const std::string& text : texts) sum += score({text}).nats;
  EXPECT_NEAR(score(texts).nats, sum, 1e-3);
}

TEST_F(ScoreTest, LongTextsAreReadInWindows) {
  std::string text = "Once";
  for (int i = 0; i < 200; ++i) text += " frog";
  const TextScore found = score({text});
  EXPECT_EQ(found.tokens, static_cast<std::int64_t>(tokenizer_.encode(text).size()) + 1);
  EXPECT_NEAR(found.nats_per_token(), std::log(static_cast<double>(tokenizer_.vocabulary_size())), 0.5);
}

}  // namespace
}  // namespace figment::studio
