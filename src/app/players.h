#pragma once
#include <memory>
#include <string>
#include <vector>

#include "studio/activity.h"

namespace figment::app {

/// One place of the window where an activity lives.
struct Player {
  const studio::Family* family = nullptr;      ///< what lives there, or is about to
  std::unique_ptr<studio::Activity> activity;  ///< null until it is made, or if that failed
  std::string error;                           ///< why there is none: a sentence
  bool is_pending = false;                     ///< is to be made

  /// What it shows; null if there is no activity.
  const studio::View* view() const { return activity ? &activity->view() : nullptr; }
};

/// The two activities of the window: one that paints and one that writes.
class Players {
 public:
  Players(runtime::Context& context, const std::vector<studio::Family>& families);
  ~Players();
  Players(const Players&) = delete;
  Players& operator=(const Players&) = delete;

  const std::vector<studio::Family>& families() const { return families_; }
  const Player& painter() const { return painter_; }
  const Player& writer() const { return writer_; }

  /// Replaces what lives in the family's place; null ends that place. It is made by make_pending().
  void select(const studio::Family& family);
  void stop(bool painter);
  bool has_pending() const { return painter_.is_pending || writer_.is_pending; }
  /// Makes one activity that is pending; may take seconds. An Error becomes the player's. Returns whether one was made.
  bool make_pending(const studio::Request& request);

  void set_request(const studio::Request& request);
  /// Throws gpu::DeviceLost.
  void advance(double budget_ms);
  void restart();
  void single_step();

  /// Grows whenever what is shown may have changed.
  std::uint64_t fingerprint() const;
  std::vector<const runtime::Program*> programs() const;
  /// The first error of a player or its view; empty if all is well.
  std::string error() const;

 private:
  template <typename Function>
  void each(Function function) {
    if (painter_.activity) function(painter_);
    if (writer_.activity) function(writer_);
  }
  void clear(Player& player);

  runtime::Context& context_;
  const std::vector<studio::Family>& families_;
  Player painter_;
  Player writer_;
};

}  // namespace figment::app
