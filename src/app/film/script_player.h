#pragma once
#include "app/film/offscreen_window.h"
#include "app/film/script_mouse.h"

namespace figment::app {

/// Plays a script in a window without a display, frame by frame.
class ScriptPlayer {
 public:
  /// What `capture` writes goes to the folder. Both outlive the player. Throws Error.
  ScriptPlayer(OffscreenWindow& window, const Script& script, std::filesystem::path folder);

  /// One frame further; OffscreenWindow::draw() has its pixels. Throws Error with one sentence that names the event.
  void advance();
  bool is_over() const { return frame_ >= script_.frames; }
  int captures() const { return captures_; }

 private:
  void perform(const ScriptEvent& event);
  void perform_on_models(const ScriptEvent& event);
  void press(const ScriptKey& key);
  void capture(const std::string& name);
  OffscreenWindow::Frame next_frame();
  double calls_per_second(const Player& player) const;

  OffscreenWindow& window_;
  const Script& script_;
  std::filesystem::path folder_;
  ScriptMouse mouse_;
  std::size_t next_ = 0;
  int frame_ = 0;
  int captures_ = 0;
  double owed_painter_ = 0;
  double owed_writer_ = 0;
  const ScriptEvent* title_ = nullptr;
};

}  // namespace figment::app
