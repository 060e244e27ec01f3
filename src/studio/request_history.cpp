#include "studio/request_history.h"

namespace figment::studio {

void RequestHistory::note(const Request& request, double seconds) {
  if (steps_.empty()) {
    steps_.push_back(request);
    now_ = request;
  }
  if (request != now_) {
    now_ = request;
    changed_ = seconds;
  } else if (seconds - changed_ >= settle_seconds) {
    settle();
  }
}

void RequestHistory::settle() {
  if (steps_.empty() || now_ == steps_[at_]) return;
  steps_.resize(at_ + 1);
  steps_.push_back(now_);
  if (steps_.size() > most) steps_.erase(steps_.begin());
  at_ = steps_.size() - 1;
}

std::optional<Request> RequestHistory::undo() {
  settle();
  if (at_ == 0) return std::nullopt;
  return now_ = steps_[--at_];
}

std::optional<Request> RequestHistory::redo() {
  settle();
  if (at_ + 1 >= steps_.size()) return std::nullopt;
  return now_ = steps_[++at_];
}

}  // namespace figment::studio
