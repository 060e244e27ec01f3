#include "data/picture_pool.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"

namespace figment::data {
namespace {

const PictureSet& creatures() { return find_picture_set("creatures"); }

TEST(PicturePool, HoldsTheSamePicturesWithAnyThreads) {
  PicturePool one(creatures(), {.count = 400, .seed = 5, .threads = 1});
  PicturePool three(creatures(), {.count = 400, .seed = 5, .threads = 3});
  one.wait();
  three.wait();
  EXPECT_EQ(one.progress(), 1.0f);
  for (int i = 0; i < 400; ++i) {
    EXPECT_TRUE(std::ranges::equal(one.picture(i), three.picture(i)));
    EXPECT_TRUE(std::ranges::equal(one.classes(i), three.classes(i)));
  }
}

TEST(PicturePool, CanBeUsedWhileItFills) {
  PicturePool pool(creatures(), {.count = 20000, .seed = 1, .threads = 2});
  core::Random random(1);
  int before = 0;
  for (int i = 0; i < 2000; ++i) {
    const int index = pool.choose(random);
    EXPECT_LT(index, pool.ready());
    EXPECT_GE(pool.ready(), before);
    before = pool.ready();
    EXPECT_LT(pool.classes(index)[0], 8);
    EXPECT_LT(pool.classes(index)[1], 5);
  }
  EXPECT_GE(before, 256);
}

TEST(PicturePool, CanBeDroppedHalfway) {
  PicturePool pool(find_picture_set("landscapes"), {.count = 10000, .seed = 1, .threads = 2});
}

TEST(PicturePool, RefusesWhatMakesNoSense) {
  EXPECT_THROW(PicturePool(creatures(), {.count = 0}), core::Error);
  EXPECT_THROW(PicturePool(creatures(), {.count = 1, .threads = 0}), core::Error);
  PicturePool pool(creatures(), {.count = 2});
  EXPECT_THROW(pool.picture(2), core::Error);
  EXPECT_THROW(pool.classes(-1), core::Error);
}

}  // namespace
}  // namespace figment::data
