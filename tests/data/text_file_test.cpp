#include "data/text_file.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/files.h"

namespace figment::data {
namespace {

class TextFileTest : public testing::Test {
 protected:
  TextFileTest() : path_(std::filesystem::temp_directory_path() / "figment_text_file_test.txt") {}
  ~TextFileTest() override { std::filesystem::remove(path_); }
  void write(const std::string& text) { core::write_atomically(path_, text); }
  std::string refusal() {
    try {
      const TextWindows windows(path_, TextWindows::Vocabulary::byte_pairs);
      return "none";
    } catch (const core::Error& error) {
      return error.what();
    }
  }
  static std::string long_text() {
    std::string text;
    for (int i = 0; i < 400; ++i) text += "The " + std::to_string(i) + "th fox is \xF0\x9F\xA6\x8A.\n";
    return text;
  }
  std::filesystem::path path_;
};

TEST_F(TextFileTest, RefusesWhatCannotBeLearned) {
  EXPECT_NE(refusal().find("there is no file"), std::string::npos);
  write("");
  EXPECT_NE(refusal().find("is empty"), std::string::npos);
  write("short");
  EXPECT_NE(refusal().find("bytes only"), std::string::npos);
  write(long_text() + "\xFF");
  EXPECT_NE(refusal().find("no UTF-8 text (byte " + std::to_string(long_text().size())), std::string::npos);
  write(long_text() + std::string(1, '\0'));
  EXPECT_NE(refusal().find("binary"), std::string::npos);
  write(long_text());
  EXPECT_EQ(refusal(), "none");
}

TEST_F(TextFileTest, WindowsAreRunsOfTheText) {
  write("\xEF\xBB\xBF" + long_text());
  for (const auto vocabulary : {TextWindows::Vocabulary::byte_pairs, TextWindows::Vocabulary::characters}) {
    const TextWindows windows(path_, vocabulary);
    const std::string text = long_text();
    core::Random random(1);
    std::vector<std::int32_t> tokens(8 * 40);
    std::vector<std::int32_t> targets(tokens.size());
    for (int i = 0; i < 5; ++i) {
      windows.sample_batch(random, 8, 40, tokens, targets);
      for (int row = 0; row < 8; ++row) {
        const std::span<const std::int32_t> read(tokens.data() + row * 40, 40);
        const std::span<const std::int32_t> next(targets.data() + row * 40, 40);
        EXPECT_TRUE(std::equal(read.begin() + 1, read.end(), next.begin()));
        EXPECT_NE(text.find(windows.tokenizer().decode(next)), std::string::npos);
      }
    }
    EXPECT_THROW(windows.sample_batch(random, 8, 39, tokens, targets), core::Error);
  }
}

}  // namespace
}  // namespace figment::data
