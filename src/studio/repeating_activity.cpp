#include "studio/repeating_activity.h"

#include <utility>

#include "core/error.h"
#include "gpu/error.h"

namespace figment::studio {
namespace {

using Clock = core::Clock;

constexpr double rate_window_seconds = 1.0;
constexpr double all_at_once_ms = 1e9;

double seconds_since(Clock::time_point time) { return std::chrono::duration<double>(Clock::now() - time).count(); }

}  // namespace

RepeatingActivity::RepeatingActivity(runtime::Context& context, const Request& request, std::string rate_unit,
                                     double rest_seconds)
    : context_(context), request_(request), rest_seconds_(rest_seconds) {
  view_.rate_unit = std::move(rate_unit);
  view_.loading = 0;
}

template <typename Function>
bool RepeatingActivity::guard(Function function) {
  try {
    function();
    return true;
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const std::exception& error) {
    view_.error = error.what();
    return false;
  }
}

void RepeatingActivity::set_request(const Request& request) {
  if (request == request_ && !is_refused_) return;
  const Request before = std::exchange(request_, request);
  if (is_loading()) {
    // begin() will read it; what failed before may do now.
    has_failed_ = is_refused_ = false;
    view_.error.clear();
    return;
  }
  Taken taken = Taken::nothing;
  const bool was_failed = has_failed_;
  if (!guard([&] { taken = take_request(before); })) {
    request_ = before;  // what is being made goes on as it was, and what is asked next is held against that
    is_refused_ = true;
    return;
  }
  if (std::exchange(is_refused_, false)) {
    if (taken == Taken::nothing && was_failed) taken = Taken::begin_again;  // says again why it could not begin
    view_.error.clear();
  }
  if (taken == Taken::nothing) return;  // what could not begin still cannot
  view_.error.clear();
  if (taken == Taken::start_over) round_ = 0;
  if (taken == Taken::on_the_way && !was_failed) {
    guard([&] { publish(); });
  } else {
    begin_anew();
  }
}

void RepeatingActivity::restart() {
  round_ = 0;
  if (is_loading()) {
    has_failed_ = false;  // tries again
    view_.error.clear();
  } else {
    begin_anew();
  }
}

void RepeatingActivity::begin_anew() {
  is_resting_ = false;
  has_begun_ = true;
  has_failed_ = !guard([&] {
    begin();
    view_.error.clear();
    if (!is_loading()) publish();
  });
  show_loading(is_loading() && !has_failed_);
  rate_since_ = Clock::now();  // neither a rest nor loading is work
  rate_steps_ = steps_done_;
}

void RepeatingActivity::begin_next_round() {
  ++round_;
  begin_anew();
}

void RepeatingActivity::show_loading(bool is_loading) {
  if (is_loading && !shows_loading_) sentence_ = view_.sentence;
  if (is_loading) view_.sentence = loading_.sentence();
  if (!is_loading && shows_loading_) view_.sentence = sentence_;
  shows_loading_ = is_loading;
  view_.loading = is_loading ? loading_.share() : 1.0F;
}

void RepeatingActivity::load(double budget_ms) {
  has_failed_ = !guard([&] { loading_.advance(budget_ms); });
  if (!has_failed_ && loading_.is_done()) {
    begin_anew();
  } else {
    show_loading(!has_failed_);
  }
}

void RepeatingActivity::advance(double budget_ms) {
  if (has_failed_) return;
  if (is_loading()) {
    load(budget_ms);
  } else if (!is_resting_) {
    has_failed_ = !guard([&] {
      const int count = step(budget_ms);
      note_steps(count);
      is_stepping_ = is_stepping_ && count == 0 && !is_resting_;
    });
    is_stepping_ = is_stepping_ && !has_failed_;
  } else if (seconds_since(finished_at_) >= rest_seconds_) {
    begin_next_round();
  }
}

bool RepeatingActivity::leave(double /*budget_ms*/) { return !loading_.is_reading(); }

void RepeatingActivity::single_step() {
  if (has_failed_ || is_loading()) return;
  if (is_resting_) begin_next_round();
  if (has_failed_ || is_loading()) return;
  has_failed_ = !guard([&] { note_steps(step_once()); });
}

void RepeatingActivity::begin_step() {
  if (!steps_in_slices()) return single_step();
  if (has_failed_ || is_loading()) return;
  if (is_resting_) begin_next_round();
  is_stepping_ = !has_failed_ && !is_loading();
}

void RepeatingActivity::point(const PointerEvent& event) {
  if (has_failed_ || !has_begun_ || !lets_point()) return;
  guard([&] {
    take_pointer(event);
    if (!is_loading()) publish();
  });
  show_loading(is_loading() && !has_failed_);
}

void RepeatingActivity::note_steps(int count) {
  steps_done_ += static_cast<std::uint64_t>(count);
  const bool has_ended = is_complete() && !is_resting_;
  if (has_ended) {
    is_resting_ = true;
    finished_at_ = Clock::now();
  }
  if (count == 0 && !has_ended) return;
  measure_rate();
  publish();
}

void RepeatingActivity::measure_rate() {
  const double elapsed = seconds_since(rate_since_);
  if (elapsed <= rate_window_seconds) return;
  if (!is_resting_) view_.rate = static_cast<double>(steps_done_ - rate_steps_) / elapsed;
  rate_steps_ = steps_done_;
  rate_since_ = Clock::now();
}

void finish_loading(Activity& activity) {
  while (activity.view().loading < 1) activity.advance(all_at_once_ms);
  core::require(activity.view().error.empty(), "{}", activity.view().error);
}

}  // namespace figment::studio
