#include "app/frame_times.h"

#include <algorithm>
#include <numeric>

namespace figment::app {

void FrameTimes::add(double frame_ms) {
  times_[next_] = static_cast<float>(frame_ms);
  next_ = (next_ + 1) % capacity;
  size_ = std::min(size_ + 1, capacity);
}

double FrameTimes::percentile_ms(double share) const {
  if (size_ == 0) return 0;
  std::vector<float> sorted(times_.begin(), times_.begin() + static_cast<std::ptrdiff_t>(size_));
  const auto rank = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(size_ - 1) + 0.5);
  std::ranges::nth_element(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(rank));
  return static_cast<double>(sorted[rank]);
}

double FrameTimes::mean_ms() const {
  if (size_ == 0) return 0;
  return std::accumulate(times_.begin(), times_.begin() + static_cast<std::ptrdiff_t>(size_), 0.0) /
         static_cast<double>(size_);
}

std::vector<float> FrameTimes::recent(std::size_t count) const {
  count = std::min(count, size_);
  std::vector<float> result(count);
  for (std::size_t i = 0; i < count; ++i) result[i] = times_[(next_ + capacity - count + i) % capacity];
  return result;
}

}  // namespace figment::app
