#pragma once
#include <cstdint>
#include <string>

#include "core/clock.h"
#include "studio/activity.h"
#include "studio/loading.h"

namespace figment::studio {

/// What is the same in the activities that make something, show it for a moment, and begin again: loading in slices,
/// the rest in between, the rate of steps, pause and single step, and errors as sentences.
///
/// A family's class does this:
///  - its constructor is cheap: it fills view().title and subtitle, and adds stages to loading() (read the weights on
///    another thread, compile a program, warm() it);
///  - begin() starts making from request() and round(), once everything is loaded. If the request needs something that
///    is not there yet (another batch size), it adds stages to loading() and returns: it is called again after them;
///  - step(budget_ms) does a bounded bit of that and says how many steps were finished by it; is_complete() ends the
///    making, and a rest begins; publish() fills the view with what there is to see.
///
/// All of these may throw core::Error: its sentence becomes view().error, the last good picture stays, and it goes on
/// with the next request or restart.
class RepeatingActivity : public Activity {
 public:
  void set_request(const Request& request) final;
  void advance(double budget_ms) final;
  bool leave(double budget_ms) override;  ///< waits for the thread that reads
  void restart() override;
  void single_step() final;
  void begin_step() final;
  bool is_stepping() const final { return is_stepping_; }
  const View& view() const final { return view_; }
  bool is_finished() const final { return is_resting_; }
  void point(const PointerEvent& event) final;

 protected:
  /// How a new request is taken up.
  enum class Taken {
    nothing,      ///< nothing changed that this family reads
    on_the_way,   ///< what is being made goes on with it
    begin_again,  ///< this round begins anew with it
    start_over,   ///< like begin_again, from round 0
  };

  /// `rate_unit` is "steps/s"; what is finished stays for `rest_seconds`. An infinite rest makes one thing only.
  RepeatingActivity(runtime::Context& context, const Request& request, std::string rate_unit, double rest_seconds);

  // What a family gives.

  /// Starts making from request() and round(), or adds to loading() what is missing for that.
  virtual void begin() = 0;
  /// Submits work worth about `budget_ms`, without waiting for it; returns the number of steps finished since. Not
  /// called while loading or resting.
  virtual int step(double budget_ms) = 0;
  /// One whole step, however long it takes; returns the number of steps finished, usually 1.
  virtual int step_once() = 0;
  /// Whether begin_step() leaves its step to calls of step(), each of which finishes one at most.
  virtual bool steps_in_slices() const { return false; }
  virtual bool is_complete() const = 0;
  /// Fills view() with what there is to see: pictures (with a higher version), progress, fraction ... Called after
  /// begin(), after finished steps, and after requests and pointer events.
  virtual void publish() = 0;
  /// request() differs from `before`: takes it up. Not called before everything is loaded. Throws Error for values that
  /// make no sense.
  virtual Taken take_request(const Request& before) = 0;
  /// The mouse, on a part of the view; not called unless lets_point(). May call resume() or begin_anew().
  virtual void take_pointer(const PointerEvent& /*event*/) {}
  /// Whether the mouse is heeded now: not while loading, unless a family can break that off.
  virtual bool lets_point() const { return !is_loading(); }

  runtime::Context& context() { return context_; }
  const Request& request() const { return request_; }
  /// 0 for what is made first and after a restart, then 1, 2, ...: to be added to the seed, so that the show goes on.
  std::uint64_t round() const { return round_; }
  View& view() { return view_; }
  Loading& loading() { return loading_; }
  bool is_loading() const { return !has_begun_ || !loading_.is_done(); }
  bool is_resting() const { return is_resting_; }
  /// Ends the rest without beginning anew: there is something left to do after all.
  void resume() { is_resting_ = false; }
  /// What restart() does, without going back to round 0.
  void begin_anew();

 private:
  using TimePoint = core::Clock::time_point;  // not Clock: families have one of their own

  /// Runs `function`; an Error becomes the view's, and nothing goes on. Returns whether all was well.
  template <typename Function>
  bool guard(Function function);
  void load(double budget_ms);
  void show_loading(bool is_loading);
  void begin_next_round();
  void note_steps(int count);
  void measure_rate();

  runtime::Context& context_;
  Request request_;
  double rest_seconds_;
  Loading loading_;
  View view_;
  std::string sentence_;  ///< the view's own, while it says what is being loaded
  bool shows_loading_ = false;
  bool has_begun_ = false;
  bool is_refused_ = false;  ///< what was asked for last, which then is not request_
  bool has_failed_ = false;  ///< nothing goes on until a request or a restart
  bool is_resting_ = false;
  bool is_stepping_ = false;
  std::uint64_t round_ = 0;
  TimePoint finished_at_;

  TimePoint rate_since_ = core::Clock::now();
  std::uint64_t steps_done_ = 0;
  std::uint64_t rate_steps_ = 0;
};

/// Advances until everything is loaded, for callers that draw no frames. Throws Error with the activity's sentence if
/// that failed.
void finish_loading(Activity& activity);

}  // namespace figment::studio
