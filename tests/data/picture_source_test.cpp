#include "data/picture_source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/error.h"

namespace figment::data {
namespace {

bool can_draw(const PictureSet& set) { return !set.is_available || set.is_available(); }

struct Drawn {
  std::vector<std::uint8_t> bytes;
  std::vector<std::int32_t> classes;
};
Drawn draw(const PictureSet& set, std::uint64_t seed, std::uint64_t index, std::vector<std::int32_t> classes = {}) {
  classes.resize(set.class_axes.size(), -1);
  Drawn drawn{std::vector<std::uint8_t>(set.drawn_bytes()), classes};
  core::Random random(seed, index);
  set.draw(random, drawn.bytes, drawn.classes);
  return drawn;
}

TEST(PictureSets, AreWholeAndDeterministic) {
  for (const PictureSet& set : picture_sets()) {
    SCOPED_TRACE(set.name);
    EXPECT_TRUE(set.version.starts_with(set.name));
    EXPECT_EQ(&find_picture_set(set.name), &set);
    EXPECT_FALSE(set.class_axes.empty());
    if (!can_draw(set)) continue;
    std::set<std::string> distinct;
    const int count = set.is_quick ? 500 : 40;
    for (int i = 0; i < count; ++i) {
      const Drawn once = draw(set, 3, static_cast<std::uint64_t>(i)),
                  again = draw(set, 3, static_cast<std::uint64_t>(i));
      EXPECT_EQ(once.bytes, again.bytes);
      EXPECT_EQ(once.classes, again.classes);
      if (!set.palette.empty()) {
        EXPECT_LT(*std::ranges::max_element(once.bytes), set.palette.size());
      }
      EXPECT_GT(*std::ranges::max_element(once.bytes), *std::ranges::min_element(once.bytes)) << "picture is blank";
      EXPECT_FALSE(set.caption(once.classes).empty());
      distinct.emplace(once.bytes.begin(), once.bytes.end());
    }
    EXPECT_GE(distinct.size(), static_cast<std::size_t>(count) * 99 / 100);
  }
}

TEST(PictureSets, DrawEveryClassOnAskingAndByChance) {
  for (const PictureSet& set : picture_sets()) {
    SCOPED_TRACE(set.name);
    if (!can_draw(set)) continue;
    for (std::size_t axis = 0; axis < set.class_axes.size(); ++axis) {
      const auto values = static_cast<std::int32_t>(set.class_axes[axis].values.size());
      for (std::int32_t id = 0; id < values; ++id) {
        std::vector<std::int32_t> wanted(set.class_axes.size(), -1);
        wanted[axis] = id;
        const Drawn drawn = draw(set, 1, 7, wanted);
        EXPECT_EQ(drawn.classes[axis], id);
        for (const std::int32_t other : drawn.classes) EXPECT_GE(other, 0);
      }
      std::set<std::int32_t> seen;
      // Enough that the rarest of many is among them.
      const std::uint64_t draws =
          set.is_quick ? std::max<std::uint64_t>(400, 15 * static_cast<std::uint64_t>(values)) : 60;
      for (std::uint64_t i = 0; i < draws; ++i) seen.insert(draw(set, 2, i).classes[axis]);
      EXPECT_EQ(seen.size(), static_cast<std::size_t>(values));
    }
  }
}

// The same pictures on every machine: a change here needs a new version of the set.
TEST(PictureSets, KeepTheirPicturesUnderAVersion) {
  const auto mean = [](const PictureSet& set) {
    double sum = 0;
    for (std::uint64_t i = 0; i < 64; ++i)
      for (const std::uint8_t byte : draw(set, 11, i).bytes) sum += byte;
    return sum / 64.0 / static_cast<double>(set.drawn_bytes());
  };
  constexpr double tolerance = 0.02;
  EXPECT_NEAR(mean(find_picture_set("digits")), 34.5451, tolerance);
  EXPECT_NEAR(mean(find_picture_set("letters")), 37.9297, tolerance);
  EXPECT_NEAR(mean(find_picture_set("creatures")), 165.5171, tolerance);
  EXPECT_NEAR(mean(find_picture_set("creatures_palette")), 2.3718, tolerance);
}

TEST(PictureSets, DigitsOfASecondHandNeedNoFonts) {
  const PictureSet& set = find_picture_set("digits_other");
  EXPECT_FALSE(set.is_available);
  EXPECT_EQ(set.caption(draw(set, 1, 1, {7}).classes), "the digit 7");
}

TEST(PictureSource, FreshBatchesDependOnTheRandomAlone) {
  PictureSource digits("digits"), other("digits", {.seed = 5});
  EXPECT_EQ(digits.progress(), 1.0f);
  EXPECT_EQ(digits.picture_size(), 32u * 32u);
  std::vector<float> a(8 * 32 * 32), b(a.size());
  std::vector<std::int32_t> classes_a(8), classes_b(8);
  core::Random random_a(1), random_b(1);
  for (int i = 0; i < 3; ++i) {
    digits.sample_batch(random_a, a, classes_a);
    other.sample_batch(random_b, b, classes_b);
    EXPECT_EQ(a, b);
    EXPECT_EQ(classes_a, classes_b);
    for (const float value : a) ASSERT_TRUE(value >= -1.0f && value <= 1.0f);
  }
  std::vector<float> before = a;
  digits.sample_batch(random_a, a, classes_a);
  EXPECT_NE(a, before);
}

TEST(PictureSource, HeldOutPicturesAreTheSameOneByOneAndInBatches) {
  const PictureSource source("creatures");
  std::vector<float> batch(4 * source.picture_size()), one(source.picture_size());
  std::vector<std::int32_t> classes(8), of_one(2);
  source.draw_batch(10, held_out_seed, batch, classes);
  for (std::size_t i = 0; i < 4; ++i) {
    std::ranges::fill(of_one, -1);
    source.draw(10 + i, held_out_seed, one, of_one);
    EXPECT_TRUE(std::ranges::equal(one, std::span(batch).subspan(i * one.size(), one.size())));
    EXPECT_EQ(of_one[1], classes[2 * i + 1]);
  }
}

TEST(PictureSource, PaletteSetsGiveIndicesAndTheirColours) {
  PictureSource source("creatures_palette");
  ASSERT_EQ(source.palette().size(), 16u);
  std::vector<std::int32_t> indices(2 * 256), classes(4), same(4);
  std::vector<float> pixels(2 * 256 * 3);
  core::Random random_a(4), random_b(4);
  source.sample_indices(random_a, indices, classes);
  source.sample_batch(random_b, pixels, same);
  EXPECT_EQ(classes, same);
  for (std::size_t i = 0; i < indices.size(); ++i)
    for (std::size_t c = 0; c < 3; ++c)
      ASSERT_EQ(pixels[i * 3 + c],
                static_cast<float>(source.palette()[static_cast<std::size_t>(indices[i])][c]) * (2.0f / 255.0f) - 1.0f);
  std::vector<std::int32_t> one(256), of_one = {3, 2};
  source.draw_indices(0, 1, one, of_one);
  EXPECT_EQ(of_one, (std::vector<std::int32_t>{3, 2}));
  EXPECT_THROW(PictureSource("digits").sample_indices(random_a, one, of_one), core::Error);
}

TEST(PictureSource, MirrorsHalfOfAPoolsPictures) {
  PictureSource source("landscapes", {.seed = 2, .pool = 1});
  const PictureSet& set = source.set();
  const Drawn drawn = draw(set, 2, 0);
  core::Random random(3);
  std::vector<float> pixels(source.picture_size());
  std::vector<std::int32_t> classes(2);
  int plain = 0, mirrored = 0;
  const auto matches = [&](bool mirror) {
    for (std::size_t y = 0; y < 64; ++y)
      for (std::size_t x = 0; x < 64; ++x)
        for (std::size_t c = 0; c < 3; ++c)
          if (pixels[(y * 64 + x) * 3 + c] !=
              static_cast<float>(drawn.bytes[(y * 64 + (mirror ? 63 - x : x)) * 3 + c]) * (2.0f / 255.0f) - 1.0f)
            return false;
    return true;
  };
  for (int i = 0; i < 60; ++i) {
    source.sample_batch(random, pixels, classes);
    plain += matches(false);
    mirrored += matches(true);
  }
  EXPECT_EQ(source.progress(), 1.0f);
  EXPECT_EQ(classes, drawn.classes);
  EXPECT_EQ(plain + mirrored, 60);
  EXPECT_GT(plain, 10);
  EXPECT_GT(mirrored, 10);
}

TEST(PictureSource, RefusesWhatMakesNoSense) {
  EXPECT_THROW(PictureSource("whales"), core::Error);
  EXPECT_THROW(PictureSource("digits", {.pool = -1}), core::Error);
  EXPECT_THROW(PictureSource("digits", {.threads = 0}), core::Error);
  PictureSource source("digits");
  core::Random random(1);
  std::vector<float> pixels(1000);
  std::vector<std::int32_t> classes(1);
  EXPECT_THROW(source.sample_batch(random, pixels, classes), core::Error);
  pixels.resize(32 * 32);
  classes = {10};
  EXPECT_THROW(source.draw(0, 0, pixels, classes), core::Error);
}

}  // namespace
}  // namespace figment::data
