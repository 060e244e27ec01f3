#pragma once
#include <chrono>
#include <deque>
#include <functional>
#include <future>
#include <string>
#include <vector>

#include "runtime/program.h"

namespace figment::studio {

/// Work that must be done before a model can show something, cut into slices, so that the window stays fluid: reading
/// weights, compiling programs, having the driver compile their kernels. Stages run one after the other, in the order
/// in which they were added; a stage may add others, which come after those that wait already.
class Loading {
 public:
  Loading() = default;
  ~Loading();  ///< waits for the thread that reads, if one does
  Loading(const Loading&) = delete;
  Loading& operator=(const Loading&) = delete;

  /// `work` runs on a thread of its own: files and plain numbers only, no Vulkan, no context.
  void read(std::string sentence, std::function<void()> work);
  /// `work` runs on the caller's thread, in one slice: one program to compile, say.
  void run(std::string sentence, std::function<void()> work);
  /// `slice` is called with the milliseconds it has until it returns 1; what it returns is the share that is done.
  void repeat(std::string sentence, std::function<double(double budget_ms)> slice);
  /// Has the driver compile the kernels of what `programs` returns; it is asked when the stage begins.
  void warm(std::function<std::vector<runtime::Program*>()> programs);

  bool is_done() const { return stages_.empty(); }
  /// Works for about `budget_ms`, at least one slice. Throws what a stage throws: that stage then waits to be tried
  /// again from its beginning by the next call.
  void advance(double budget_ms);
  bool is_reading() const;  ///< whether a thread reads just now
  void clear();             ///< forgets what is left; waits for the thread that reads, if one does

  /// 0..1; grows from stage to stage.
  float share() const;
  /// What is being done, with an estimate where it takes long: "Preparing kernels, 34 of 80: about 5 s; only this slow
  /// the first time."
  std::string sentence() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Stage {
    std::string sentence;
    std::function<double(double)> slice;
    std::function<bool()> is_reading = nullptr;  ///< of a stage with a thread
    double weight = 1;                           ///< about how long it takes, in the unit of the others
    double share = 0;
    bool is_slow_once = false;  ///< quick the next time, since the driver keeps what it compiled
  };
  void add(Stage stage);
  double seconds_left() const;

  std::deque<Stage> stages_;
  double weight_done_ = 0;
  Clock::time_point began_ = Clock::now();
  Clock::time_point stage_began_ = began_;
};

}  // namespace figment::studio
