#pragma once
#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "app/players.h"
#include "app/state.h"

namespace figment::app {

/// Writes down what a person does in the window, as a script that `figment film --script` plays: models, settings,
/// pauses, steps, restarts, and what the left button of the mouse does on the stage, with their times.
class ScriptRecorder {
 public:
  /// Begins with what is there now.
  ScriptRecorder(const State& state, int width, int height, double now_s);

  /// To be called once a frame with what was asked for in it.
  void note(const State& state, const Actions& actions, double now_s);
  /// Whether it has as many events, or is as long, as a script may be.
  bool is_full() const { return is_full_; }
  int event_count() const { return static_cast<int>(events_.size()); }
  /// The script up to now.
  std::string to_json(double now_s) const;

 private:
  /// Who is where, and whether it is trained.
  struct Place {
    const studio::Family* family = nullptr;
    bool trains = false;
    bool operator==(const Place&) const = default;
  };
  using Places = std::array<Place, 3>;  ///< two that paint, one that writes
  static Places places_of(const Players& players);

  void add(nlohmann::json event);
  void note_places(const Places& places);
  void note_put(const Place& place, bool beside);
  void note_request(const studio::Request& request);
  void note_stroke(const MouseStroke& stroke);

  nlohmann::json beginning_;
  nlohmann::json events_ = nlohmann::json::array();
  nlohmann::json request_;
  Places places_;
  bool is_paused_ = false;
  bool is_full_ = false;
  double started_s_;
  double time_s_ = 0;
};

}  // namespace figment::app
