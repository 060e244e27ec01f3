#include "data/bilingual.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/error.h"
#include "data/bilingual/inflection.h"
#include "data/bilingual/noun_phrase.h"
#include "data/bilingual_words.h"
#include "formats/text.h"

namespace figment::data {
namespace {

std::string message_of(const std::string& typed) {
  try {
    read_english(typed);
  } catch (const core::Error& error) {
    return error.what();
  }
  return {};
}

TEST(Bilingual, SentencesHoldKnownWordsOnlyAndAreShortEnough) {
  const BilingualWords words;
  core::Random random(1);
  for (int i = 0; i < 5000; ++i) {
    const Sentence sentence = make_sentence(random, Pairs::any);
    ASSERT_LE(words.encode(sentence.english).size(), english_words_max);
    ASSERT_LE(words.encode(sentence.french).size(), translated_words_max) << sentence.french;
    ASSERT_LE(words.encode(sentence.spanish).size(), translated_words_max) << sentence.spanish;
    ASSERT_EQ(words.decode(words.encode(sentence.french)), sentence.french);
  }
}

TEST(Bilingual, ASentenceHasOneTranslation) {
  core::Random random(2);
  std::map<std::string, Sentence> seen;
  for (int i = 0; i < 20000; ++i) {
    const Sentence sentence = make_sentence(random, Pairs::any);
    const auto [found, is_new] = seen.emplace(sentence.english, sentence);
    ASSERT_EQ(found->second.french, sentence.french) << sentence.english;
    ASSERT_EQ(found->second.spanish, sentence.spanish) << sentence.english;
  }
}

TEST(Bilingual, ElidesAndMergesEverywhere) {
  core::Random random(3);
  for (int i = 0; i < 20000; ++i) {
    const Sentence sentence = make_sentence(random, Pairs::any);
    const std::vector<std::string> french = bilingual::split(sentence.french, ' ');
    for (std::size_t k = 0; k + 1 < french.size(); ++k) {
      static const std::set<std::string> eliding = {"le", "la", "de", "je", "ne", "que", "ce", "ma", "ta", "sa"};
      if (eliding.contains(french[k])) {
        ASSERT_FALSE(bilingual::starts_with_vowel(french[k + 1])) << sentence.french;
      }
      if (french[k].ends_with("'") && french[k].size() < 4) {
        ASSERT_TRUE(bilingual::starts_with_vowel(french[k + 1])) << sentence.french;
      }
      const bool is_unmerged =
          (french[k] == "de" || french[k] == "à") && (french[k + 1] == "le" || french[k + 1] == "les");
      ASSERT_FALSE(is_unmerged) << sentence.french;
    }
    const std::string spanish = " " + sentence.spanish + " ";
    ASSERT_EQ(spanish.find(" a el "), std::string::npos) << spanish;
    ASSERT_EQ(spanish.find(" de el "), std::string::npos) << spanish;
    ASSERT_EQ(spanish.find(" la agua "), std::string::npos) << spanish;
  }
}

TEST(Bilingual, TrainingNeverSeesWhatIsHeldOut) {
  core::Random training(4);
  std::set<std::string> seen;
  for (int i = 0; i < 5000; ++i) {
    const Sentence sentence = make_training_sentence(training);
    ASSERT_FALSE(sentence.has_held_out_pair);
    ASSERT_FALSE(sentence.is_held_out);
    seen.insert(sentence.english);
  }
  core::Random unseen(5);
  for (int i = 0; i < 300; ++i) {
    ASSERT_FALSE(seen.contains(make_unseen_sentence(unseen, Pairs::known).english));
    const Sentence pair = make_unseen_sentence(unseen, Pairs::held_out);
    ASSERT_TRUE(pair.has_held_out_pair);
    ASSERT_FALSE(seen.contains(pair.english));
  }
}

TEST(Bilingual, InflectsWords) {
  using namespace bilingual;
  EXPECT_EQ(english_plural("box"), "boxes");
  EXPECT_EQ(english_plural("story"), "stories");
  EXPECT_EQ(english_plural("key"), "keys");
  EXPECT_EQ(french_plural("cheval"), "chevaux");
  EXPECT_EQ(french_plural("oiseau"), "oiseaux");
  EXPECT_EQ(french_plural("souris"), "souris");
  EXPECT_EQ(spanish_plural("lápiz"), "lápices");
  EXPECT_EQ(spanish_plural("canción"), "canciones");
  EXPECT_EQ(spanish_plural("autobús"), "autobuses");
  EXPECT_EQ(spanish_plural("café"), "cafés");
  EXPECT_EQ(spanish_plural("paraguas"), "paraguas");
  Verb verb;
  conjugate_french("manger", verb);
  EXPECT_EQ(verb.french_present, (Forms{"mange", "manges", "mange", "mangeons", "mangent"}));
  EXPECT_EQ(verb.french_participle, "mangé");
  conjugate_french("finir", verb);
  EXPECT_EQ(verb.french_present, (Forms{"finis", "finis", "finit", "finissons", "finissent"}));
  conjugate_french("perdre", verb);
  EXPECT_EQ(verb.french_present, (Forms{"perds", "perds", "perd", "perdons", "perdent"}));
  conjugate_spanish("buscar", verb);
  EXPECT_EQ(verb.spanish_past, (Forms{"busqué", "buscaste", "buscó", "buscamos", "buscaron"}));
  conjugate_spanish("encontrar:ue", verb);
  EXPECT_EQ(verb.spanish_present, (Forms{"encuentro", "encuentras", "encuentra", "encontramos", "encuentran"}));
  conjugate_spanish("escribir", verb);
  EXPECT_EQ(verb.spanish_present, (Forms{"escribo", "escribes", "escribe", "escribimos", "escriben"}));
  EXPECT_EQ(french_with("près de", "le pont"), "près du pont");
  EXPECT_EQ(french_with("à", "les rois"), "aux rois");
  EXPECT_EQ(french_with("de", "un ami"), "d' un ami");
  EXPECT_EQ(spanish_with("a", "el rey"), "al rey");
  EXPECT_EQ(spanish_with("cerca de", "el puente"), "cerca del puente");
}

TEST(Bilingual, ReadsWhatPeopleType) {
  EXPECT_EQ(read_english("I don't see the king's horse"), "i do not see the king 's horse .");
  EXPECT_EQ(read_english("  Where does   SHE sleep?"), "where does she sleep ?");
  EXPECT_EQ(read_english("does he sleep"), "does he sleep ?");
  EXPECT_EQ(read_english("She can’t swim!"), "she cannot swim .");
  EXPECT_EQ(read_english("Yesterday, they left the house."), "yesterday , they left the house .");
}

TEST(Bilingual, SaysWhatIsWrongInOneSentence) {
  EXPECT_NE(message_of("the kat sleeps").find("'kat'"), std::string::npos);
  EXPECT_NE(message_of("the kat sleeps").find("cat"), std::string::npos) << "suggests a word that is like it";
  EXPECT_NE(message_of("").find("Type an English sentence"), std::string::npos);
  EXPECT_NE(message_of(" ... ").find("Type an English sentence"), std::string::npos);
  EXPECT_NE(message_of("the cat sleeps and the dog sleeps and the bird sleeps and the horse sleeps").find("at most"),
            std::string::npos);
  for (const std::string typed :
       {"the \xF0\x9F\x98\x80 sleeps", "the \xFF\xC3 sleeps", "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D"}) {
    const std::string message = message_of(typed);
    EXPECT_FALSE(message.empty());
    EXPECT_TRUE(formats::is_valid_utf8(message));
  }
  EXPECT_FALSE(message_of(std::string(100000, 'x')).empty());
  std::string long_text;
  for (int i = 0; i < 10000; ++i) long_text += "the ";
  EXPECT_NE(message_of(long_text).find("10001 words"), std::string::npos);
}

TEST(Bilingual, WritesSentencesAsPeopleDo) {
  EXPECT_EQ(written("l' arbre n' est pas vert .", false), "L'arbre n'est pas vert.");
  EXPECT_EQ(written("où est-ce qu' il dort ?", false), "Où est-ce qu'il dort ?");
  EXPECT_EQ(written("à l' école , elle chante .", false), "À l'école, elle chante.");
  EXPECT_EQ(written("¿ dónde duerme ella ?", false), "¿Dónde duerme ella?");
  EXPECT_EQ(written("él duerme .", false), "Él duerme.");
  EXPECT_EQ(written("the king 's horse sleeps on monday and i read .", true),
            "The king's horse sleeps on Monday and I read.");
}

}  // namespace
}  // namespace figment::data
