#pragma once
#include <array>
#include <cstddef>
#include <vector>

#include "gpu/buffer.h"
#include "gpu/commands.h"

namespace figment::runtime {

/// Brings host values to a range of device memory without recording anything per replay and without disturbing replays
/// that are still running: the values go to the next of a few host-visible slots, and that slot's recorded copy is
/// submitted before the replay.
class InputRing {
 public:
  /// `keep`: values written once stay for later replays although others of the range are written anew (for a range
  /// shared by several inputs). Without it each staging fills the whole range.
  InputRing(gpu::Device& device, const gpu::Buffer& target, VkDeviceSize offset, VkDeviceSize bytes, bool keep);

  /// Host memory of the whole range, to be written before the next take(). May wait for a slot.
  std::byte* stage();

  /// The copy of what was staged, to be submitted before the replay; null if nothing was staged since the last.
  VkCommandBuffer take();

  /// Tells the queue's value at which the copy given by take() is done.
  void submitted(std::uint64_t value);

  std::int64_t staging_bytes() const { return static_cast<std::int64_t>(slots_.size()); }  ///< host-visible

 private:
  static constexpr std::size_t slot_count = 4;
  std::byte* slot_memory() const { return slots_.mapped() + slot_ * stride_; }
  void next_slot();

  gpu::Device& device_;
  VkDeviceSize bytes_;
  VkDeviceSize stride_;
  gpu::Buffer slots_;
  std::array<gpu::CommandBuffer, slot_count> copies_;
  std::array<std::uint64_t, slot_count> busy_until_{};
  std::vector<std::byte> kept_;
  std::size_t slot_ = 0;
  bool staged_ = false;
  bool taken_ = false;
};

}  // namespace figment::runtime
