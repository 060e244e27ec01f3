#pragma once
#include <future>
#include <utility>

namespace figment::core {

/// From here on the calling thread, and those that it starts, take little more than the time that others leave: for
/// work beside a window that must stay fluid. Where the system knows no such thing, nothing happens.
void work_behind_others();

/// `work` on a thread of its own, behind others.
template <typename Work>
auto async_behind_others(Work work) {
  return std::async(std::launch::async, [work = std::move(work)]() mutable {
    work_behind_others();
    return work();
  });
}

}  // namespace figment::core
