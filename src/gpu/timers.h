#pragma once
#include <volk.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "gpu/device.h"

namespace figment::gpu {

/// A pool of timestamp slots. Record with CommandBuffer::reset_timers() and timestamp(), read when the work is done.
class Timers {
 public:
  Timers() = default;
  Timers(const Device& device, std::uint32_t slots);
  ~Timers();
  Timers(Timers&& other) noexcept;
  Timers& operator=(Timers&& other) noexcept;

  VkQueryPool handle() const { return pool_; }
  std::uint32_t slots() const { return slots_; }
  bool is_available() const { return period_ns_ > 0.0; }  ///< the device has timestamps

  /// Nanoseconds of each slot of [first, first + count) since an arbitrary start, or nothing while one of them is not
  /// written yet. Never blocks.
  std::optional<std::vector<double>> read_ns(std::uint32_t first, std::uint32_t count) const;
  /// Milliseconds between two slots, or nothing yet.
  std::optional<double> elapsed_ms(std::uint32_t from, std::uint32_t to) const;

 private:
  VkDevice device_ = VK_NULL_HANDLE;
  VkQueryPool pool_ = VK_NULL_HANDLE;
  std::uint32_t slots_ = 0;
  double period_ns_ = 0.0;
  std::uint64_t mask_ = ~0ULL;
};

}  // namespace figment::gpu
