#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/frame_times.h"
#include "app/icon_shelf.h"
#include "app/layout.h"
#include "app/players.h"
#include "app/sheet_pool.h"
#include "app/style.h"
#include "app/widgets.h"
#include "studio/request_history.h"
#include "tensor/kernel.h"

namespace figment::app {

class Profiler;
class Workbench;

/// What a person asked for since the last frame; done and cleared by the frame loop.
struct Actions {
  bool step = false;
  bool restart = false;
  bool capture = false;
  bool save_sheet = false;  ///< a labelled grid
  bool toggle_film = false;
  bool make_clip = false;      ///< a few seconds of the stage, as GIF
  bool toggle_script = false;  ///< writing down what is done
  bool toggle_full_screen = false;
  bool quit = false;
  bool save_trace = false;
  const studio::Family* select = nullptr;
  const studio::Family* stop = nullptr;
  const studio::Family* compare_with = nullptr;
  const studio::Family* train = nullptr;
  const studio::Family* train_beside = nullptr;  ///< what paints already
};

/// A drag with the mouse on a part of the stage.
struct MouseDrag {
  int item = -1;
  bool is_secondary = false;  ///< with the right button
  ImVec2 last{};
};

/// What the mouse did on a part of the stage, from the press to the release.
struct MouseStroke {
  std::string control;       ///< "part canvas"
  std::vector<ImVec2> path;  ///< shares of its width and height
  double begun_s = 0;        ///< ImGui's time
  double seconds = 0;
};

/// Measurements for the top bar and the HUD, renewed a few times a second.
struct Measurements {
  double frames_per_second = 0;
  double interface_ms = 0;  ///< of drawing the window, device time
  double build_ms = 0;      ///< of building the interface, host time
  double budget_ms = 0;
  std::array<double, tensor::family_count> family_share{};  ///< of the kernels' time, sums to 1
  std::array<double, tensor::family_count> family_ms{};     ///< a second
  double dispatches_per_second = 0;
  std::uint64_t device_bytes = 0;
  std::string device;
};

/// A sentence at the bottom of the stage that goes away after a while.
struct Message {
  std::string text;
  bool is_error = false;
  double until = 0;  ///< seconds of ImGui::GetTime()
};

/// All that panels read and edit.
struct State {
  State(Players& players_of, Widgets& widgets_of, SheetPool& sheets_of, const IconShelf& icons_of)
      : players(players_of), widgets(widgets_of), sheets(sheets_of), icons(icons_of) {}

  studio::Request request;
  studio::RequestHistory history;  ///< of the request
  Actions actions;
  bool is_paused = false;
  bool shows_hud = false;
  bool shows_help = false;
  float help_height = 400;  ///< of all that help says
  Theme theme = Theme::dark;
  float zoom = 1;  ///< of everything, beside the display's own scale
  int hint = -1;   ///< of the first start: which one is shown; -1: none
  bool has_seen_hints = false;
  bool shows_more_text_options = false;
  bool is_filming = false;
  bool is_writing_script = false;
  bool shows_measurements = true;  ///< in the top bar
  int words_scrolled_version = -1;
  int word_under_mouse = -1;
  MouseDrag drag;
  std::optional<MouseStroke> stroke;         ///< under way
  std::vector<MouseStroke> strokes;          ///< that ended in this frame, for a script
  std::map<std::string, ImVec2> key_places;  ///< where the arrow keys are on parts of the stage, as shares of them
  std::vector<ImVec2> trail;                 ///< where the mouse was since the last frame while a button was down

  Layout layout;
  Measurements measurements;
  FrameTimes frame_times;
  Message message;

  Players& players;
  Widgets& widgets;
  SheetPool& sheets;
  const IconShelf& icons;
  bool shows_profiler = false;
  bool shows_workbench = false;
  Profiler* profiler = nullptr;
  int profiler_row = -1;  ///< of its kernels, under the mouse in the table
  int profiler_dot = -1;  ///< the one that is bright in the roofline
  Workbench* workbench = nullptr;
  std::string workbench_file;  ///< the shader that is chosen there
  std::string workbench_search;
  const Style& style() const { return widgets.style(); }

  void say(std::string text, bool is_error = false) {
    message = {std::move(text), is_error, ImGui::GetTime() + (is_error ? 9.0 : 5.0)};
  }
};

}  // namespace figment::app
