#include "studio/background.h"

#include <exception>
#include <utility>

#include "core/threads.h"

namespace figment::studio {

Background::~Background() {
  {
    const std::scoped_lock lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Background::add(std::function<void()> work) {
  {
    const std::scoped_lock lock(mutex_);
    queue_.push_back(std::move(work));
  }
  changed_.notify_all();
}

bool Background::is_idle() const {
  const std::scoped_lock lock(mutex_);
  return queue_.empty() && !is_busy_;
}

void Background::wait() const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return queue_.empty() && !is_busy_; });
}

std::string Background::take_error() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(error_, {});
}

void Background::run() {
  core::work_behind_others();
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return !queue_.empty() || is_ending_; });
    if (queue_.empty()) return;
    const std::function<void()> work = std::move(queue_.front());
    queue_.pop_front();
    is_busy_ = true;
    lock.unlock();
    std::string error;
    try {
      work();
    } catch (const std::exception& failure) {
      error = failure.what();
    }
    lock.lock();
    is_busy_ = false;
    if (error_.empty()) error_ = error;
    changed_.notify_all();
  }
}

}  // namespace figment::studio
