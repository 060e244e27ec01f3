// Texts that a person types or hands over, as each reader takes them.
#include "data/bilingual_words.h"
#include "data/byte_pair.h"
#include "data/character_stream.h"
#include "data/composed.h"
#include "data/masked_stories.h"
#include "data/stories2.h"
#include "data/text_file.h"
#include "formats/text.h"
#include "fuzz/fuzz.h"
#include "studio/answerer.h"
#include "studio/latent_diffusion_activity.h"

namespace figment::fuzz {
namespace {

void expect_lossless(const data::Tokenizer& tokenizer, const std::string& text) {
  EXPECT_EQ(tokenizer.decode(tokenizer.encode(text)), text);
}

void read_caption(const std::string& text) {
  EXPECT_LE(data::read_caption(text).size(), text.size());
  data::tokenize_caption(text);
  const std::string note = studio::unknown_words_note(text);
  if (!note.empty()) expect_sentence(note);
}

void ask(const data::Tokenizer& tokenizer, const std::string& text) {
  const std::string tidy = studio::tidy_question(tokenizer, text);
  studio::unknown_words(tokenizer, tidy);
  studio::as_sentence(tidy);
}

void show(const std::string& text) {
  EXPECT_TRUE(formats::is_valid_utf8(formats::display_text(text, 40)));
  EXPECT_TRUE(formats::is_valid_utf8(formats::repair_utf8(text)));
  EXPECT_LE(formats::complete_utf8_prefix(text), text.size());
  EXPECT_LE(formats::code_point_count(text), text.size());
  formats::normalise_nfc(text);
}

class FuzzPrompts : public InFolder {};

TEST_F(FuzzPrompts, AreReadOrRefused) {
  const data::Tokenizer stories = data::Tokenizer::for_stories();
  const data::Tokenizer second = data::second_story_tokenizer();
  const data::Tokenizer pairs = data::learn_byte_pairs(
      "the cat sat on the mat. the r\xC3\xA9"
      "sum\xC3\xA9 of the cat",
      300);
  const data::Tokenizer characters = data::learn_characters("caf\xC3\xA9 \xE6\xBC\xA2\xE5\xAD\x97");
  const data::MaskTokenizer masks;
  run_cases("prompts", 0.15, [&](Random& random) {
    const std::string text = any_text(random);
    switch (random.below(9)) {
      case 0:
        expect_lossless(stories, text);
        expect_lossless(second, text);
        break;
      case 1:
        expect_lossless(pairs, text);
        expect_lossless(characters, text);
        break;
      case 2:
        expect_lossless(random.chance(0.5F) ? data::learn_characters(text) : data::learn_byte_pairs(text, 300), text);
        break;
      case 3:
        read_caption(text);
        break;
      case 4:
        data::read_english(text);
        break;
      case 5:
        ask(second, text);
        break;
      case 6: {
        const std::string valid = formats::repair_utf8(text);
        const auto encoded = masks.encode(valid);
        EXPECT_EQ(encoded.tokens.size(), encoded.texts.size());
        break;
      }
      case 7:
        show(text);
        EXPECT_EQ(data::character_ids(text).size(), text.size());
        break;
      default: {
        const Bytes bytes(text.begin(), text.end());
        data::read_text_file(write("text.txt", bytes), "name a text file");
        data::TextWindows(folder_ / "text.txt", data::TextWindows::Vocabulary::characters);
      }
    }
  });
}

}  // namespace
}  // namespace figment::fuzz
