#pragma once
#include <chrono>
#include <memory>
#include <optional>

#include "app/capture.h"
#include "app/film/script_recorder.h"
#include "app/interface.h"
#include "app/pace.h"
#include "app/presenter.h"
#include "app/settings.h"
#include "app/sheet_saver.h"
#include "app/window.h"
#include "app/window_command.h"

namespace figment::app {

/// The life of the window: events, panels, activities, drawing; again and again.
class FrameLoop {
 public:
  FrameLoop(const WindowOptions& options, Window& window, runtime::Context& context,
            const std::vector<studio::Family>& families, SettingsKeeper& keeper);
  ~FrameLoop();

  /// Returns when the window was closed or has drawn its frames. Throws gpu::DeviceLost.
  void run();
  WindowReport report() const;

 private:
  using Clock = std::chrono::steady_clock;
  class Signals;

  void take_settings();
  void note_settings();
  bool step();  ///< one frame; false to end
  void build_interface();
  void take_input();
  void take_changes();
  void take_actions();
  void restore(const std::filesystem::path& path);
  void learn_text(const std::filesystem::path& path);
  void capture();
  std::filesystem::path capture_path(const char* extension) const;
  void toggle_film();
  void make_clip();
  void toggle_script();
  void note_for_script(const Actions& actions);
  void follow_film();
  void stop_film();
  void end_film();
  void save_trace();
  Trace& trace() { return state_.profiler->trace(); }
  void advance();
  bool needs_drawing() const;
  bool film_needs_drawing() const;
  double seconds() const;  ///< since the start
  bool is_ready() const { return interface_.is_ready(); }
  void draw();
  void rest();  ///< a frame that is not drawn: waits without hurry
  void measure();
  void take_edited_shaders();  ///< hot reload
  void write_controls();
  void take_screenshot();

  const WindowOptions& options_;
  Window& window_;
  runtime::Context& context_;
  gpu::Device& device_;
  Presenter presenter_;
  Interface interface_;
  Players& players_;
  State& state_;
  SettingsKeeper& keeper_;
  std::unique_ptr<Film> film_;
  SheetSaver sheet_saver_;
  int film_stopped_ = 0;  ///< drawn_frames_ then
  bool clip_ = false;     ///< the film is a clip of the stage, which ends by itself
  std::unique_ptr<ScriptRecorder> script_;
  std::optional<WindowTour> tour_;
  std::shared_ptr<const FramePixels> last_pixels_;

  Clock::time_point started_ = Clock::now();
  Clock::time_point frame_start_ = started_;
  Clock::time_point measured_ = started_;
  Clock::time_point controls_written_ = started_;
  Clock::time_point drawn_ = started_;
  double budget_ms_ = 33;
  Pace pace_;
  std::uint64_t drawn_fingerprint_ = 0;
  FrameTimes loading_times_;
  int frames_ = 0;
  int ready_frames_ = 0;  ///< of them, those with nothing left to load
  int drawn_frames_ = 0;
  int frames_at_measure_ = 0;
  bool was_restful_ = false;
  double first_frame_ms_ = 0;
  double first_view_ms_ = 0;
  std::map<const runtime::Program*, std::uint64_t> replays_;
};

}  // namespace figment::app
