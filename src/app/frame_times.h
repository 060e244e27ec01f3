#pragma once
#include <array>
#include <cstddef>
#include <vector>

namespace figment::app {

/// The durations of the last frames.
class FrameTimes {
 public:
  static constexpr std::size_t capacity = 240;

  void add(double frame_ms);
  /// The value that this share (0 to 1) of the frames does not exceed; 0 before the first frame.
  double percentile_ms(double share) const;
  double mean_ms() const;
  /// The last `count` frames, oldest first.
  std::vector<float> recent(std::size_t count) const;
  std::size_t size() const { return size_; }

 private:
  std::array<float, capacity> times_{};
  std::size_t size_ = 0;
  std::size_t next_ = 0;
};

}  // namespace figment::app
