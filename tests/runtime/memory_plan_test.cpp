#include "runtime/memory_plan.h"

#include <gtest/gtest.h>

#include "core/random.h"

namespace figment::runtime {
namespace {

Storage living(std::int64_t bytes, int first, int last) {
  Storage storage;
  storage.bytes = bytes;
  storage.first_step = first;
  storage.last_step = last;
  return storage;
}

void expect_disjoint(const std::vector<Storage>& storages) {
  for (std::size_t i = 0; i < storages.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const Storage& a = storages[i];
      const Storage& b = storages[j];
      const bool together =
          a.persistent || b.persistent || (a.first_step <= b.last_step && b.first_step <= a.last_step);
      if (!together) continue;
      EXPECT_TRUE(a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset) << i << " and " << j;
    }
  }
}

TEST(MemoryPlan, ReusesMemoryOfTheDead) {
  std::vector<Storage> storages = {living(1024, 0, 1), living(1024, 1, 2), living(1024, 2, 3), living(1024, 3, 4)};
  const MemoryPlan plan = place(storages, 5);
  expect_disjoint(storages);
  EXPECT_EQ(plan.arena_bytes, 2048);
  EXPECT_EQ(plan.largest_live_bytes, 2048);
}

TEST(MemoryPlan, KeepsPersistentStoragesApart) {
  std::vector<Storage> storages = {living(512, 0, 1), living(512, 2, 3), living(512, 4, 5)};
  storages[1].persistent = true;
  place(storages, 6);
  expect_disjoint(storages);
  EXPECT_EQ(storages[0].offset, storages[2].offset);
}

TEST(MemoryPlan, StartsAreAligned) {
  std::vector<Storage> storages = {living(4, 0, 3), living(1000, 0, 3), living(20, 0, 3)};
  const MemoryPlan plan = place(storages, 4);
  for (const Storage& storage : storages) EXPECT_EQ(storage.offset % 256, 0);
  EXPECT_EQ(plan.arena_bytes, 256 + 1024 + 256);
}

TEST(MemoryPlan, StaysNearTheBoundOnRandomLifetimes) {
  core::Random random(3);
  for (int round = 0; round < 10; ++round) {
    std::vector<Storage> storages;
    for (int i = 0; i < 300; ++i) {
      const int first = static_cast<int>(random.below(200));
      storages.push_back(living(256LL << random.below(8), first, first + 1 + static_cast<int>(random.below(20))));
    }
    const MemoryPlan plan = place(storages, 256);
    expect_disjoint(storages);
    EXPECT_LE(static_cast<double>(plan.arena_bytes), 1.25 * static_cast<double>(plan.largest_live_bytes));
  }
}

TEST(MemoryPlan, AnEmptyPlanNeedsNothing) {
  const MemoryPlan plan = place({}, 0);
  EXPECT_EQ(plan.arena_bytes, 0);
}

}  // namespace
}  // namespace figment::runtime
