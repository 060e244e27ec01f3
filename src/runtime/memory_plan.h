#pragma once
#include <cstdint>
#include <span>

#include "runtime/plan.h"

namespace figment::runtime {

struct MemoryPlan {
  std::int64_t arena_bytes = 0;
  std::int64_t largest_live_bytes = 0;  ///< most bytes that are alive at one step: no arena can be smaller
};

/// Sets first_step and last_step of the storages from the steps that use them.
void find_lifetimes(Plan& plan);

/// Gives each arena storage its offset, so that storages alive at the same step do not overlap. Largest first, into the
/// tightest gap. Source: Pisarchyk and Lee, "Efficient memory management for deep neural net inference" (2020).
MemoryPlan place(std::span<Storage> storages, int step_count);

}  // namespace figment::runtime
