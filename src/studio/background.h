#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace figment::studio {

/// Does pieces of work one after the other on a thread of its own, such as writing files while a window goes on. No
/// piece may touch the device.
class Background {
 public:
  Background() : thread_([this] { run(); }) {}
  ~Background();  ///< does what is left
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  void add(std::function<void()> work);
  bool is_idle() const;
  void wait() const;  ///< until all is done
  /// The sentence of the first piece that failed since this was last asked; empty: none.
  std::string take_error();

 private:
  void run();

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  bool is_busy_ = false;
  bool is_ending_ = false;
  std::string error_;
  std::thread thread_;  ///< last: starts when all else is there
};

}  // namespace figment::studio
