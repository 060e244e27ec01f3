#include "app/window_tour.h"

#include <algorithm>

namespace figment::app {

WindowTour::WindowTour(const std::vector<studio::Family>& families, double seconds, int rounds) : seconds_(seconds) {
  for (int round = 0; round < rounds; ++round) {
    for (const studio::Family& family : families) {
      if (family.fills_stage) stops_.push_back(&family);
    }
  }
}

const studio::Family* WindowTour::due() {
  const double stayed = std::chrono::duration<double>(Clock::now() - arrived_).count();
  if (next_ >= stops_.size() || (next_ > 0 && stayed < seconds_)) return nullptr;
  arrived_ = Clock::now();
  is_empty_ = true;
  return stops_[next_++];
}

bool WindowTour::is_over() const {
  return next_ >= stops_.size() && std::chrono::duration<double>(Clock::now() - arrived_).count() >= seconds_;
}

void WindowTour::note(double frame_ms, const studio::View* view) {
  if (next_ == 0) return;
  times_.push_back(frame_ms);
  if (!is_empty_) return;
  const double waited = std::chrono::duration<double, std::milli>(Clock::now() - arrived_).count();
  if (waited > report_.empty_ms) {
    report_.empty_ms = waited;
    report_.emptiest = stops_[next_ - 1]->name;
  }
  if (view == nullptr || view->loading < 1 || (view->pictures.count == 0 && view->parts.empty())) return;
  is_empty_ = false;
  ++report_.shown;
}

TourReport WindowTour::report() const {
  TourReport report = report_;
  if (times_.empty()) return report;
  std::vector<double> times = times_;
  std::sort(times.begin(), times.end());
  const auto percentile = [&](double share) {
    return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1) + 0.5)];
  };
  report.p50_ms = percentile(0.5);
  report.p95_ms = percentile(0.95);
  report.longest_ms = times.back();
  return report;
}

}  // namespace figment::app
