#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "app/window_tour.h"
#include "studio/family.h"

namespace figment::app {

class Window;
struct State;

/// What the command `figment` takes.
struct WindowOptions {
  std::string model;   ///< a family's name; empty: the first that paints and the first that writes
  std::string train;   ///< a family's name: its training is what the window begins with; empty: none
  int width = 0;       ///< of the window, pixels; 0: as it was last time, or 1280
  int height = 0;      ///< likewise, or 720
  std::string device;  ///< see gpu::DeviceOptions::select
  bool validation = false;
  int frames = 0;                     ///< quits after so many; 0: runs until it is closed
  double tour_seconds = 0;            ///< above 0: shows each family so long, three times round, and quits
  std::filesystem::path screenshot;   ///< the whole window at the end, PNG; empty: none
  double frame_budget_ms = 0;         ///< 0: 33 on a CPU device, 8 on a GPU
  std::filesystem::path capture_dir;  ///< where F12 and F10 write; empty: the current folder
  studio::Request request;            ///< to begin with
  std::filesystem::path settings;     ///< the file that remembers what was chosen; empty: nothing is remembered
  /// Called once a frame by the thread of the window, for programs that steer it; may be empty.
  std::function<void(Window&)> each_frame;
  /// Likewise, for what it shows and remembers.
  std::function<void(State&)> steer;
  std::filesystem::path trace;  ///< what host and device did last, for Perfetto, written at the end; empty: none
};

/// Reads "1280x720". Throws Error with one sentence for anything else or a size that makes no sense.
void parse_size(const std::string& text, int& width, int& height);

/// What a run of the window came to, for tests and measurements.
struct WindowReport {
  int frames = 0;
  int drawn_frames = 0;
  double first_frame_ms = 0;  ///< from the start of the command to the first frame on the display
  double first_view_ms = 0;   ///< to the first frame that shows an activity
  double loading_p95_ms = 0;  ///< of the frames while something was loaded
  double frame_p50_ms = 0;    ///< of those after it
  double frame_p95_ms = 0;
  double frame_p99_ms = 0;
  double interface_ms = 0;  ///< device time of drawing the window
  double pictures_ms = 0;   ///< the part of it that enlarges pictures
  double build_ms = 0;      ///< host time of building the interface
  TourReport tour;
  std::vector<std::string> validation_messages;
};

/// Opens the window and stays until it is closed. Returns the exit code: 0, or 1 after a lost device (its sentence has
/// been printed). Throws Error if the window cannot be opened.
int run_window(const WindowOptions& options);
/// The same with another list of families.
int run_window(const WindowOptions& options, const std::vector<studio::Family>& families,
               WindowReport* report = nullptr);

}  // namespace figment::app
