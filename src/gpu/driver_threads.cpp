#include "gpu/driver_threads.h"

#include <algorithm>

#ifdef __linux__
#include <sched.h>

#include <charconv>
#include <filesystem>
#include <string>
#endif

namespace figment::gpu {

#ifdef __linux__

std::vector<int> DriverThreads::running() {
  std::vector<int> ids;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task", error)) {
    const std::string name = entry.path().filename().string();
    int id = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), id).ec == std::errc()) ids.push_back(id);
  }
  return ids;
}

void DriverThreads::adopt(const std::vector<int>& before) {
  // With many workers one processor would be busy with nothing but switching among them.
  constexpr std::size_t most_processors = 4;
  const std::scoped_lock lock(mutex_);
  threads_.clear();
  allowed_.clear();
  for (const int id : running()) {
    if (std::find(before.begin(), before.end(), id) == before.end()) threads_.push_back(id);
  }
  cpu_set_t set;
  CPU_ZERO(&set);
  if (threads_.empty() || sched_getaffinity(threads_.front(), sizeof(set), &set) != 0) return threads_.clear();
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) allowed_.push_back(cpu);
  }
  if (allowed_.size() < 2 || allowed_.size() > most_processors) threads_.clear();
}

void DriverThreads::place(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int cpu : allowed_) {
    if (processor < 0 || cpu == processor) CPU_SET(cpu, &set);
  }
  // A thread may be gone by now; that is no error.
  for (const int id : threads_) sched_setaffinity(id, sizeof(set), &set);
  processor_ = processor;
}

void DriverThreads::share_processor(bool share) {
  // The caller wanders among processors as it waits; following it at every turn would cost what sharing saves.
  constexpr std::chrono::milliseconds stay{250};
  const std::scoped_lock lock(mutex_);
  if (threads_.empty()) return;
  if (!share) {
    if (processor_ >= 0) place(-1);
    return;
  }
  const Clock::time_point now = Clock::now();
  if (processor_ >= 0 && now - chosen_at_ < stay) return;
  const int here = sched_getcpu();
  if (here != processor_ && std::find(allowed_.begin(), allowed_.end(), here) != allowed_.end()) place(here);
  chosen_at_ = now;
}

#else

std::vector<int> DriverThreads::running() { return {}; }
void DriverThreads::adopt(const std::vector<int>&) {}
void DriverThreads::place(int) {}
void DriverThreads::share_processor(bool) {}

#endif

}  // namespace figment::gpu
