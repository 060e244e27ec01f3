#include "data/landscape.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/error.h"
#include "core/hash.h"

namespace figment::data {
namespace {

std::uint64_t hash_of_first(std::uint64_t seed, int count) {
  core::Random random(seed);
  std::uint64_t hash = core::hash_text("");
  for (int i = 0; i < count; ++i) hash = core::hash_bytes(draw_landscape(random).pixels, hash);
  return hash;
}

TEST(Landscape, IsAFunctionOfTheSeed) {
  EXPECT_EQ(hash_of_first(7, 12), hash_of_first(7, 12));
  EXPECT_NE(hash_of_first(7, 12), hash_of_first(8, 12));
}

TEST(Landscape, EveryAttributeOccursWhenDrawnAtRandom) {
  core::Random random(1);
  std::set<std::pair<TimeOfDay, Terrain>> seen;
  for (int i = 0; i < 600; ++i) {
    const Landscape landscape = draw_landscape(random, {.size = 16, .time = {}, .terrain = {}});
    seen.emplace(landscape.time, landscape.terrain);
  }
  EXPECT_EQ(seen.size(), time_of_day_names.size() * terrain_names.size());
}

TEST(Landscape, EveryAttributeCanBeAskedFor) {
  core::Random random(2);
  for (const std::string_view time : time_of_day_names) {
    for (const std::string_view terrain : terrain_names) {
      const Landscape landscape =
          draw_landscape(random, {.size = 32, .time = parse_time_of_day(time), .terrain = parse_terrain(terrain)});
      EXPECT_EQ(name_of(landscape.time), time);
      EXPECT_EQ(name_of(landscape.terrain), terrain);
      EXPECT_EQ(landscape.pixels.size(), 32u * 32u * 3u);
      EXPECT_FALSE(landscape.caption().empty());
    }
  }
}

TEST(Landscape, NoPictureIsFlatOrBlownOut) {
  core::Random random(3);
  for (int i = 0; i < 150; ++i) {
    const Landscape landscape = draw_landscape(random);
    double sum = 0, squares = 0;
    int white = 0;
    for (const std::uint8_t value : landscape.pixels) {
      sum += value;
      squares += static_cast<double>(value) * value;
      white += value == 255;
    }
    const double count = static_cast<double>(landscape.pixels.size()), mean = sum / count;
    EXPECT_GT(std::sqrt(squares / count - mean * mean), 6.0) << "picture " << i << ": " << landscape.caption();
    EXPECT_LT(white, count * 0.4) << "picture " << i << ": " << landscape.caption();
    EXPECT_GT(mean, 8.0) << "picture " << i << ": " << landscape.caption();
  }
}

TEST(Landscape, NightIsDarkerThanDay) {
  core::Random random(4);
  const auto mean = [&](TimeOfDay time) {
    double sum = 0;
    for (int i = 0; i < 30; ++i)
      for (const std::uint8_t value : draw_landscape(random, {.size = 32, .time = time, .terrain = {}}).pixels)
        sum += value;
    return sum;
  };
  EXPECT_LT(2.0 * mean(TimeOfDay::night), mean(TimeOfDay::day));
}

TEST(Landscape, DrawsOtherSizes) {
  core::Random random(5);
  for (const int size : {16, 33, 128}) {
    const Landscape landscape = draw_landscape(random, {.size = size, .time = {}, .terrain = {}});
    EXPECT_EQ(landscape.size, size);
    EXPECT_EQ(landscape.pixels.size(), static_cast<std::size_t>(size * size * 3));
  }
}

TEST(Landscape, RefusesWhatItCannotDraw) {
  core::Random random(6);
  EXPECT_THROW(draw_landscape(random, {.size = 8, .time = {}, .terrain = {}}), core::Error);
  EXPECT_THROW(parse_terrain("swamp"), core::Error);
  EXPECT_THROW(parse_time_of_day(""), core::Error);
}

}  // namespace
}  // namespace figment::data
