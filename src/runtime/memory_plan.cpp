#include "runtime/memory_plan.h"

#include <algorithm>
#include <limits>

#include "runtime/variable_store.h"

namespace figment::runtime {

namespace {

bool lives_in_arena(const Storage& storage) {
  return storage.home == Storage::Home::arena && (storage.persistent || storage.first_step >= 0);
}

bool live_together(const Storage& a, const Storage& b) {
  if (a.persistent || b.persistent) return true;
  return a.first_step <= b.last_step && b.first_step <= a.last_step;
}

std::int64_t largest_live(std::span<const Storage> storages, int step_count) {
  std::vector<std::int64_t> change(static_cast<std::size_t>(step_count) + 2, 0);
  for (const Storage& storage : storages) {
    if (!lives_in_arena(storage)) continue;
    const int first = storage.persistent ? 0 : storage.first_step;
    const int last = storage.persistent ? step_count : storage.last_step;
    change[static_cast<std::size_t>(first)] += align_memory(storage.bytes);
    change[static_cast<std::size_t>(last) + 1] -= align_memory(storage.bytes);
  }
  std::int64_t live = 0;
  std::int64_t most = 0;
  for (const std::int64_t delta : change) most = std::max(most, live += delta);
  return most;
}

/// The start of the tightest gap of at least `bytes` between the (sorted) taken ranges.
std::int64_t find_gap(const std::vector<std::pair<std::int64_t, std::int64_t>>& taken, std::int64_t bytes) {
  std::int64_t end = 0;
  std::int64_t best = -1;
  std::int64_t best_size = std::numeric_limits<std::int64_t>::max();
  for (const auto& [first, last] : taken) {
    if (first - end >= bytes && first - end < best_size) {
      best = end;
      best_size = first - end;
    }
    end = std::max(end, last);
  }
  return best >= 0 ? best : end;
}

}  // namespace

void find_lifetimes(Plan& plan) {
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const int step = static_cast<int>(i);
    for (const StepOperand& operand : plan.steps[i].operands) {
      Storage& storage = plan.storages[static_cast<std::size_t>(operand.slice.storage)];
      if (storage.first_step < 0) storage.first_step = step;
      storage.last_step = step;
    }
  }
}

MemoryPlan place(std::span<Storage> storages, int step_count) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < storages.size(); ++i) {
    if (lives_in_arena(storages[i])) order.push_back(i);
  }
  // Persistent ones first: they are in everybody's way, so they are best kept together at the bottom.
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (storages[a].persistent != storages[b].persistent) return storages[a].persistent;
    return storages[a].bytes > storages[b].bytes;
  });
  MemoryPlan result;
  std::vector<std::pair<std::int64_t, std::int64_t>> taken;
  for (std::size_t k = 0; k < order.size(); ++k) {
    Storage& storage = storages[order[k]];
    taken.clear();
    for (std::size_t j = 0; j < k; ++j) {
      const Storage& other = storages[order[j]];
      if (live_together(storage, other)) taken.emplace_back(other.offset, other.offset + align_memory(other.bytes));
    }
    std::sort(taken.begin(), taken.end());
    storage.offset = find_gap(taken, align_memory(storage.bytes));
    result.arena_bytes = std::max(result.arena_bytes, storage.offset + align_memory(storage.bytes));
  }
  result.largest_live_bytes = largest_live(storages, step_count);
  return result;
}

}  // namespace figment::runtime
