#include "data/picture_pool.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"

namespace figment::data {
namespace {

TEST(PicturePool, HoldsTheSamePicturesWithAnyThreads) {
  PicturePool one({.count = 40, .size = 16, .seed = 5, .threads = 1});
  PicturePool three({.count = 40, .size = 16, .seed = 5, .threads = 3});
  one.wait();
  three.wait();
  EXPECT_EQ(one.progress(), 1.0f);
  for (int i = 0; i < 40; ++i) {
    EXPECT_TRUE(std::ranges::equal(one.picture(i), three.picture(i)));
    EXPECT_EQ(one.terrain(i), three.terrain(i));
  }
}

TEST(PicturePool, CanBeUsedWhileItFills) {
  PicturePool pool({.count = 3000, .size = 16, .seed = 1, .threads = 2});
  core::Random random(1);
  std::vector<float> pixels(8 * 16 * 16 * 3);
  std::vector<std::int32_t> classes(16);
  int before = 0;
  for (int i = 0; i < 20; ++i) {
    pool.sample_batch(random, pixels, classes);
    EXPECT_GE(pool.ready(), before);
    before = pool.ready();
    for (const float value : pixels) ASSERT_TRUE(value >= -1.0f && value <= 1.0f);
    for (std::size_t b = 0; b < 8; ++b) {
      EXPECT_TRUE(classes[2 * b] >= 0 && classes[2 * b] < 4);
      EXPECT_TRUE(classes[2 * b + 1] >= 0 && classes[2 * b + 1] < 6);
    }
  }
}

TEST(PicturePool, MirrorsHalfOfThePictures) {
  PicturePool pool({.count = 1, .size = 16, .seed = 2, .threads = 1});
  pool.wait();
  core::Random random(3);
  std::vector<float> pixels(16 * 16 * 3);
  std::vector<std::int32_t> classes(2);
  int plain = 0, mirrored = 0;
  for (int i = 0; i < 60; ++i) {
    pool.sample_batch(random, pixels, classes);
    const auto matches = [&](bool mirror) {
      for (std::size_t y = 0; y < 16; ++y)
        for (std::size_t x = 0; x < 16; ++x)
          for (std::size_t c = 0; c < 3; ++c) {
            const float expected =
                static_cast<float>(pool.picture(0)[(y * 16 + (mirror ? 15 - x : x)) * 3 + c]) * (2.0f / 255.0f) - 1.0f;
            if (pixels[(y * 16 + x) * 3 + c] != expected) return false;
          }
      return true;
    };
    plain += matches(false);
    mirrored += matches(true);
  }
  EXPECT_EQ(plain + mirrored, 60);
  EXPECT_GT(plain, 10);
  EXPECT_GT(mirrored, 10);
}

TEST(PicturePool, CanBeDroppedHalfway) { PicturePool pool({.count = 100000, .size = 32, .seed = 1, .threads = 2}); }

TEST(PicturePool, RefusesWhatMakesNoSense) {
  EXPECT_THROW(PicturePool({.count = 0, .size = 16, .seed = 1, .threads = 1}), core::Error);
  EXPECT_THROW(PicturePool({.count = 1, .size = 4, .seed = 1, .threads = 1}), core::Error);
  PicturePool pool({.count = 2, .size = 16, .seed = 1, .threads = 1});
  core::Random random(1);
  std::vector<float> pixels(100);
  std::vector<std::int32_t> classes(2);
  EXPECT_THROW(pool.sample_batch(random, pixels, classes), core::Error);
  EXPECT_THROW(pool.picture(2), core::Error);
}

}  // namespace
}  // namespace figment::data
