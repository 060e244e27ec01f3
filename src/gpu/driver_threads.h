#pragma once
#include <chrono>
#include <mutex>
#include <vector>

namespace figment::gpu {

/// Where the threads run that a CPU driver (lavapipe) made for itself. It wakes its workers for every dispatch and
/// waits for them. Across processors that costs about 50 us (they fall asleep between two dispatches), on one processor
/// 2 us: a program of many small dispatches is faster when all of these threads share one. Measured with two
/// workers: 4.5 ms a token of the GPT when they are spread, 0.8 ms when they share. Does nothing elsewhere than on
/// Linux.
class DriverThreads {
 public:
  DriverThreads() = default;

  /// Ids of the threads of this process; none where they cannot be told.
  static std::vector<int> running();

  /// Takes the threads that were not there `before` the device was made for the driver's own.
  void adopt(const std::vector<int>& before);

  /// Has them share the caller's processor, or spreads them over all that they were allowed before. Any thread may
  /// call.
  void share_processor(bool share);

 private:
  using Clock = std::chrono::steady_clock;
  void place(int processor);

  std::mutex mutex_;
  std::vector<int> threads_;
  std::vector<int> allowed_;  ///< processors
  int processor_ = -1;        ///< the shared one; -1: spread
  Clock::time_point chosen_at_;
};

}  // namespace figment::gpu
