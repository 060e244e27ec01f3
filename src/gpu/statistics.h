#pragma once
#include <atomic>
#include <cstdint>

namespace figment::gpu {

/// What a device was asked to make so far. Two equal snapshots around a replay (apart from
/// `submissions`) show that the replay allocated nothing and recorded nothing.
struct Counts {
  std::uint64_t allocations = 0;      ///< vkAllocateMemory calls
  std::uint64_t command_buffers = 0;  ///< recordings begun
  std::uint64_t descriptor_sets = 0;  ///< sets allocated
  std::uint64_t pipelines = 0;        ///< pipelines built
  std::uint64_t submissions = 0;      ///< queue submissions
  std::uint64_t allocated_bytes = 0;  ///< device memory held now
  bool operator==(const Counts&) const = default;
};

/// The live counters of a device; any thread may add.
struct Statistics {
  std::atomic<std::uint64_t> allocations{0}, command_buffers{0}, descriptor_sets{0}, pipelines{0}, submissions{0},
      allocated_bytes{0};

  Counts snapshot() const {
    return {allocations, command_buffers, descriptor_sets, pipelines, submissions, allocated_bytes};
  }
};

}  // namespace figment::gpu
