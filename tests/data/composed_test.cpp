#include "data/composed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <thread>

#include "core/error.h"
#include "data/picture_source.h"

namespace figment::data {
namespace {

constexpr std::size_t bytes = std::size_t{composed_side} * composed_side * 3;

int noun_id(std::string_view name) {
  const auto nouns = composed_nouns();
  const auto found = std::ranges::find(nouns, name, &ComposedNoun::singular);
  EXPECT_NE(found, nouns.end()) << name;
  return static_cast<int>(found - nouns.begin());
}

ComposedScene landscape_of(std::string_view noun, Terrain terrain, TimeOfDay time) {
  ComposedScene scene{.noun = noun_id(noun)};
  scene.terrain = terrain;
  scene.time = time;
  return scene;
}

TEST(ComposedCaption, IsGoodEnglish) {
  ComposedScene scene = landscape_of("dove", Terrain::lake, TimeOfDay::sunset);
  scene.number = 2;
  scene.color = 5;
  EXPECT_EQ(caption(scene), "two blue doves by the lake at sunset");
  EXPECT_EQ(caption(landscape_of("owl", Terrain::forest, TimeOfDay::day)), "an owl in the forest");
  EXPECT_EQ(caption(landscape_of("unicorn", Terrain::snow, TimeOfDay::night)), "a unicorn in the snow at night");
  EXPECT_EQ(caption(landscape_of("ufo", Terrain::desert, TimeOfDay::dawn)), "a ufo in the desert at dawn");
  scene = {.noun = noun_id("deer"), .number = 3, .plain = 0};
  EXPECT_EQ(caption(scene), "three deer on white");
  scene = {.noun = noun_id("umbrella"), .size = 0, .position = 1, .plain = 1};
  EXPECT_EQ(caption(scene), "a small umbrella on the left on black");
  scene = {.noun = noun_id("car"), .color = 2, .plain = 0};
  EXPECT_EQ(caption(scene), "an orange car on white");
  EXPECT_THROW(caption(ComposedScene{.noun = composed_noun_count}), core::Error);
  EXPECT_THROW(caption(ComposedScene{.number = 4}), core::Error);
}

TEST(ComposedNouns, AreDistinctAndNameNoColor) {
  std::set<std::string_view> names;
  std::set<char32_t> signs;
  for (const ComposedNoun& noun : composed_nouns()) {
    EXPECT_TRUE(names.insert(noun.singular).second) << noun.singular;
    EXPECT_TRUE(signs.insert(noun.sign).second) << noun.singular;
    EXPECT_EQ(std::ranges::count(composed_color_names, noun.singular), 0);
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(composed_noun_count));
}

TEST(ComposedScene, MakesSense) {
  core::Random random(1);
  std::set<int> nouns, backgrounds;
  for (int i = 0; i < 4000; ++i) {
    const ComposedScene scene = draw_scene(random);
    nouns.insert(scene.noun);
    backgrounds.insert(scene.background());
    if (scene.number > 1) {
      EXPECT_EQ(scene.size, 1);
    }
    if (scene.position > 0) {
      EXPECT_TRUE(scene.number == 1 && scene.size < 2);
    }
    if (scene.color > 0) {
      EXPECT_TRUE(composed_nouns()[static_cast<std::size_t>(scene.noun)].may_be_tinted);
      EXPECT_FALSE(scene.plain >= 0 && composed_plain_names[static_cast<std::size_t>(scene.plain)] ==
                                           composed_color_names[static_cast<std::size_t>(scene.color)]);
    }
    ComposedScene same = scene;
    same.set_background(scene.background());
    EXPECT_EQ(same, scene);
  }
  EXPECT_EQ(nouns.size(), static_cast<std::size_t>(composed_noun_count));
  EXPECT_EQ(backgrounds.size(), static_cast<std::size_t>(composed_background_count));
}

TEST(ComposedScene, HeedsWishes) {
  core::Random random(2);
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(draw_scene(random, {.size = 2}).number, 1);
    EXPECT_EQ(draw_scene(random, {.color = 3}).color, 3);
    const ComposedScene both = draw_scene(random, {.color = 5, .background = 26});
    EXPECT_EQ(both.color, 5);
    EXPECT_EQ(both.background(), 26);
    EXPECT_NE(draw_scene(random, {.background = 26}).color, 5);  // blue on blue
  }
  EXPECT_THROW(draw_scene(random, {.number = 2, .size = 2}), core::Error);
  EXPECT_THROW(draw_scene(random, {.noun = noun_id("zebra"), .color = 1}), core::Error);
  EXPECT_THROW(draw_scene(random, {.noun = 120}), core::Error);
  EXPECT_THROW(draw_scene(random, {.background = 30}), core::Error);
}

TEST(ComposedCaption, VariedOnesSayOnlyWhatIsSoInKnownWords) {
  core::Random random(3);
  std::set<std::string> distinct;
  int shorter = 0;
  for (int i = 0; i < 3000; ++i) {
    const ComposedScene scene = draw_scene(random);
    const std::string whole = caption(scene), varied = caption(scene, random);
    distinct.insert(varied);
    shorter += varied.size() < whole.size();
    EXPECT_TRUE(unknown_words(varied).empty()) << varied;
    EXPECT_LE(read_caption(varied).size(), static_cast<std::size_t>(caption_length)) << varied;
    const CaptionIds known = tokenize_caption(whole + " a picture of background on in by day at the");
    EXPECT_LE(std::ranges::count(known, unknown_word), 0);
    // Colours, sizes and positions are those of the whole caption.
    for (const CaptionWord& word : read_caption(varied))
      for (const std::string_view attribute :
           {"red", "purple", "small", "big", "left", "right", "sunset", "night", "sea"})
        if (word.text == attribute) {
          EXPECT_NE(whole.find(attribute), std::string::npos) << varied;
        }
  }
  EXPECT_GT(distinct.size(), 2500U);
  EXPECT_GT(shorter, 800);
}

TEST(ComposedWords, AreFixedAndDistinct) {
  const auto words = caption_words();
  EXPECT_EQ(words.size(), 38U + composed_noun_count);
  EXPECT_EQ(words[padding_word], "");
  EXPECT_EQ(words[unknown_word], "?");
  EXPECT_EQ(words[2], "a");
  EXPECT_EQ(words[37], "and");
  EXPECT_EQ(words[38], "cat");
  EXPECT_EQ(std::set<std::string_view>(words.begin(), words.end()).size(), words.size());
  for (std::size_t id = 2; id < words.size(); ++id)
    EXPECT_EQ(tokenize_caption(words[id])[0], static_cast<std::int32_t>(id)) << words[id];
  for (const ComposedNoun& noun : composed_nouns())
    EXPECT_EQ(tokenize_caption(noun.plural), tokenize_caption(noun.singular)) << noun.plural;
}

TEST(ComposedWords, PeopleMayTypeFreely) {
  EXPECT_EQ(tokenize_caption("TWO blue doves, by the lake (at sunset)!"),
            tokenize_caption("two blue doves by the lake at sunset"));
  EXPECT_EQ(tokenize_caption("3 large kittens near the ocean at sundown"),
            tokenize_caption("three big cats by the sea at sunset"));
  EXPECT_EQ(tokenize_caption("an tiny puppies"), tokenize_caption("a small dog"));
  EXPECT_EQ(tokenize_caption("")[0], padding_word);
  EXPECT_EQ(tokenize_caption("a zeppelin")[1], unknown_word);
  EXPECT_EQ(unknown_words("a zeppelin and a Zeppelin over the caf\xc3\xa9"),
            (std::vector<std::string>{"zeppelin", "over", "caf\xc3\xa9"}));
  std::string endless;
  for (int i = 0; i < 50; ++i) endless += "cat ";
  EXPECT_EQ(tokenize_caption(endless).back(), tokenize_caption("cat")[0]);
  const auto read = read_caption("Bunnies!");
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].text, "bunnies");
  EXPECT_EQ(read[0].id, tokenize_caption("rabbit")[0]);
  for (const std::string_view prompt : suggested_prompts()) EXPECT_TRUE(unknown_words(prompt).empty()) << prompt;
}

class ComposedPictureTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_emoji_font()) GTEST_SKIP() << "fonts-noto-color-emoji is not installed";
  }
};

TEST_F(ComposedPictureTest, AreTheSameAgainFromAnyThread) {
  std::vector<float> once(32 * bytes), again(once.size());
  std::vector<ComposedScene> scenes(32), others(32);
  core::Random random(5), same(5);
  sample_composed(random, once, scenes);
  std::thread([&] { sample_composed(same, again, others); }).join();
  EXPECT_EQ(once, again);
  EXPECT_EQ(scenes, others);
  EXPECT_TRUE(std::ranges::all_of(once, [](float value) { return value >= -1 && value <= 1; }));
  std::vector<float> held(bytes), held_again(bytes);
  EXPECT_EQ(draw_composed_at(7, held_out_seed, held), draw_composed_at(7, held_out_seed, held_again));
  EXPECT_EQ(held, held_again);
}

/// How much the picture differs from white, by columns.
std::vector<double> ink(const ComposedScene& scene, std::array<double, 3>* mean = nullptr) {
  std::vector<std::uint8_t> pixels(bytes);
  core::Random random(9);
  draw_composed(random, scene, pixels);
  std::vector<double> columns(composed_side);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const double dark = std::max(0.0, 0.9 - pixels[i] / 255.0);
    columns[i / 3 % composed_side] += dark;
    if (mean) (*mean)[i % 3] += dark;
  }
  return columns;
}

double sum(const std::vector<double>& columns, std::size_t first, std::size_t end) {
  double total = 0;
  for (std::size_t i = first; i < end; ++i) total += columns[i];
  return total;
}

TEST_F(ComposedPictureTest, ShowWhatTheirScenesSay) {
  const int star = noun_id("star");
  const auto small = ink({.noun = star, .size = 0, .plain = 0}), big = ink({.noun = star, .size = 2, .plain = 0});
  EXPECT_GT(sum(big, 0, 64), 3 * sum(small, 0, 64));
  const auto left = ink({.noun = star, .size = 0, .position = 1, .plain = 0});
  EXPECT_GT(sum(left, 0, 32), 10 * sum(left, 32, 64));
  const auto two = ink({.noun = star, .number = 2, .plain = 0});
  EXPECT_GT(std::min(sum(two, 4, 28), sum(two, 36, 60)), 5 * sum(two, 30, 34));
  // Each tint takes away most of the light that it is not made of, from black spiders and white doves alike.
  for (const std::string_view noun : {"spider", "dove", "apple", "house"}) {
    std::array<double, 3> red{}, green{}, blue{};
    ink({.noun = noun_id(noun), .color = 1, .plain = 0}, &red);
    ink({.noun = noun_id(noun), .color = 4, .plain = 0}, &green);
    ink({.noun = noun_id(noun), .color = 5, .plain = 0}, &blue);
    EXPECT_LT(red[0], 0.7 * std::min(red[1], red[2])) << noun;
    EXPECT_LT(green[1], 0.8 * std::min(green[0], green[2])) << noun;
    EXPECT_LT(blue[2], 0.7 * std::min(blue[0], blue[1])) << noun;
  }
}

TEST_F(ComposedPictureTest, EveryNounIsPainted) {
  for (int noun = 0; noun < composed_noun_count; ++noun)
    EXPECT_GT(sum(ink({.noun = noun, .size = 2, .plain = 0}), 0, 64), 60)
        << composed_nouns()[static_cast<std::size_t>(noun)].singular;
  std::vector<std::uint8_t> pixels(bytes - 1);
  core::Random random(1);
  EXPECT_THROW(draw_composed(random, {}, pixels), core::Error);
}

}  // namespace
}  // namespace figment::data
