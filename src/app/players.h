#pragma once
#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "studio/family.h"
#include "studio/training_activity.h"

namespace figment::app {

class Trace;

/// One place of the window where an activity lives.
struct Player {
  const studio::Family* family = nullptr;        ///< what lives there, or is about to
  std::unique_ptr<studio::Activity> activity;    ///< null until it is made, or if that failed
  std::string error;                             ///< why there is none: a sentence
  bool is_pending = false;                       ///< is to be made
  bool trains = false;                           ///< the family is trained there, rather than that it generates
  studio::TrainingActivity* training = nullptr;  ///< the activity, if it is that

  /// What it shows; null if there is no activity.
  const studio::View* view() const { return activity ? &activity->view() : nullptr; }
};

/// The activities of the window: one that paints, perhaps another beside it to compare with, and one that writes.
class Players {
 public:
  Players(runtime::Context& context, const std::vector<studio::Family>& families);
  ~Players();
  Players(const Players&) = delete;
  Players& operator=(const Players&) = delete;

  const std::vector<studio::Family>& families() const { return families_; }
  /// `place` is 0, or 1 for the painter beside it.
  const Player& painter(int place = 0) const { return painters_[static_cast<std::size_t>(place)]; }
  const Player& writer() const { return writer_; }
  bool compares() const { return painters_[1].family != nullptr; }

  /// Replaces what lives in the family's place. It is made by make_pending().
  void select(const studio::Family& family);
  /// Puts a painter beside the one that is there (which it becomes if there is none).
  void compare_with(const studio::Family& family);
  /// Puts the training of the family on the stage: instead of what paints there, or beside it.
  void train(const studio::Family& family, bool beside = false);
  /// Ends it wherever it lives; a painter that stood beside it takes its place.
  void stop(const studio::Family& family);
  bool has_pending() const;
  /// Makes one activity that is pending; may take seconds. An Error becomes the player's. Returns whether one was made:
  /// one that follows upon another of its family waits until that is closed.
  bool make_pending(const studio::Request& request);

  /// Takes down what takes how long from then on.
  void set_trace(Trace* trace) { trace_ = trace; }

  void set_request(const studio::Request& request);
  /// Throws gpu::DeviceLost.
  void advance(double budget_ms);
  /// Only what has to be done even while the window is paused: loading, and a step that was asked for.
  void advance_loading(double budget_ms);
  void close_leaving();  ///< what was replaced, at once; else it is closed little by little as the others advance
  bool is_loading() const;
  void restart();
  void begin_step();
  bool is_stepping() const;
  /// Hands a picture from outside to what paints. Throws Error with one sentence if it takes none.
  void set_input(const formats::Picture& picture);
  /// Hands an event of the mouse to what paints or writes; nothing happens if nobody lives there.
  void point(bool painter, const studio::PointerEvent& event, int place = 0);

  /// Writes what the mouse changed on the stage into the request.
  void take_edits(studio::Request& request);

  /// Grows whenever what is shown may have changed.
  std::uint64_t fingerprint() const;
  std::vector<const runtime::Program*> programs() const;
  /// The first error of a player or its view; empty if all is well.
  std::string error() const;

 private:
  void advance(Player& player, double budget_ms);
  /// In the order of the window: the writer last.
  std::array<const Player*, 3> all() const { return {painters_.data(), &painters_[1], &writer_}; }
  std::array<Player*, 3> all() { return {painters_.data(), &painters_[1], &writer_}; }
  /// What a function submits counts as the player's share of the device. The writer is first: its small dispatches have
  /// a CPU driver work on one processor, which what painters submit then undoes (see gpu::DriverThreads).
  template <typename Function>
  void each(Function function) {
    int share = 0;
    for (Player* player : {&writer_, painters_.data(), &painters_[1]}) {
      context_.set_share(++share);
      if (player->activity) function(*player);
    }
    context_.set_share(0);
  }
  /// What was replaced, on its way out.
  struct Leaving {
    std::unique_ptr<studio::Activity> activity;
    const studio::Family* family = nullptr;
    std::optional<std::uint64_t> last_value = std::nullopt;  ///< of the queue; behind it nothing uses it any more
  };

  bool is_leaving(const studio::Family& family) const;
  void advance_leaving(double budget_ms);
  void clear(Player& player);
  void put(Player& player, const studio::Family& family, bool trains = false);
  void clear_painter(std::size_t place);

  runtime::Context& context_;
  const std::vector<studio::Family>& families_;
  std::array<Player, 2> painters_;
  Trace* trace_ = nullptr;
  Player writer_;
  std::deque<Leaving> leaving_;
};

}  // namespace figment::app
