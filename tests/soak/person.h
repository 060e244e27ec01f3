#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "app/state.h"
#include "core/random.h"

namespace figment::app {

/// A person at the window who tries everything: other models, other settings, sensible and not, trainings, keys, the
/// mouse on the stage, captures and films. The same seed does the same things, one every few frames. Every few minutes
/// all is as at the start for a while, the first model alone, so that what is left behind shows.
class Person {
 public:
  /// `haste`: deeds come so many times faster than a person's.
  explicit Person(std::uint64_t seed, double haste = 1);

  /// Once a frame, at this time in seconds.
  void act(State& state, double now_s);
  int deeds() const { return deeds_; }
  bool is_home() const { return is_home_; }
  /// What was done last, for messages.
  const std::string& last() const { return last_; }
  std::size_t families_seen() const { return seen_.size(); }

 private:
  void go_home(State& state);
  void select_next(State& state);
  void change_settings(State& state);
  void change_control(State& state, const studio::Family& family, const studio::Control& control);
  void change_pictures(studio::PictureRequest& picture);
  void change_text(studio::TextRequest& text);
  void train(State& state);
  void point(State& state);
  void press(State& state);
  int below(int count) { return static_cast<int>(random_.below(static_cast<std::uint32_t>(count))); }
  std::string any_text();

  core::Random random_;
  double haste_;
  double next_s_ = 0;
  double next_tour_s_ = 0;
  double next_home_s_;
  bool is_home_ = false;
  std::size_t tour_ = 0;
  int deeds_ = 0;
  std::string last_;
  std::vector<const studio::Family*> seen_;
};

}  // namespace figment::app
