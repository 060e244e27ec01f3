#include "gpu/timers.h"

#include <utility>

namespace figment::gpu {

Timers::Timers(const Device& device, std::uint32_t slots)
    : device_(device.handle()), slots_(slots), period_ns_(device.info().timestamp_period_ns) {
  core::require(slots > 0, "Timers need at least one slot.");
  if (device.info().timestamp_bits > 0 && device.info().timestamp_bits < 64) {
    mask_ = (1ULL << device.info().timestamp_bits) - 1;
  }
  VkQueryPoolCreateInfo info{VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO};
  info.queryType = VK_QUERY_TYPE_TIMESTAMP;
  info.queryCount = slots;
  check(vkCreateQueryPool(device_, &info, nullptr, &pool_), "vkCreateQueryPool");
}

Timers::~Timers() {
  if (pool_ != VK_NULL_HANDLE) vkDestroyQueryPool(device_, pool_, nullptr);
}

Timers::Timers(Timers&& other) noexcept { *this = std::move(other); }

Timers& Timers::operator=(Timers&& other) noexcept {
  std::swap(device_, other.device_);
  std::swap(pool_, other.pool_);
  std::swap(slots_, other.slots_);
  std::swap(period_ns_, other.period_ns_);
  std::swap(mask_, other.mask_);
  return *this;
}

std::optional<std::vector<double>> Timers::read_ns(std::uint32_t first, std::uint32_t count) const {
  core::require(first <= slots_ && count <= slots_ - first, "Timer slots {} to {} of {} were asked for.", first,
                first + count, slots_);
  if (!is_available() || count == 0) return std::nullopt;
  std::vector<std::uint64_t> ticks(count);
  const VkResult result = vkGetQueryPoolResults(device_, pool_, first, count, count * sizeof(std::uint64_t),
                                                ticks.data(), sizeof(std::uint64_t), VK_QUERY_RESULT_64_BIT);
  if (result == VK_NOT_READY) return std::nullopt;
  check(result, "vkGetQueryPoolResults");
  std::vector<double> times(count);
  for (std::uint32_t i = 0; i < count; ++i) times[i] = static_cast<double>(ticks[i] & mask_) * period_ns_;
  return times;
}

std::optional<double> Timers::elapsed_ms(std::uint32_t from, std::uint32_t to) const {
  const auto start = read_ns(from, 1);
  const auto end = read_ns(to, 1);
  if (!start || !end) return std::nullopt;
  return (end->front() - start->front()) * 1e-6;
}

}  // namespace figment::gpu
