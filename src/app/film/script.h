#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "studio/family.h"

namespace figment::app {

/// So many seconds the mouse is on its way to where it presses.
inline constexpr double mouse_way_s = 0.4;

/// Where the mouse goes: a share of a control's width and height, or a pixel of the window.
struct ScriptPoint {
  float x = 0.5F;
  float y = 0.5F;
};

/// A key as GLFW numbers it, with what is held beside it.
struct ScriptKey {
  int code = 0;
  bool with_control = false;
  bool with_shift = false;
};

/// Something that happens in a script.
struct ScriptEvent {
  enum class Kind {
    select,
    compare_with,
    train,
    stop,
    request,
    set,
    seed,
    prompt,
    pause,
    step,
    restart,
    key,
    capture,
    title,
    move,
    press,
    release,
    click,
    drag,
    scroll
  };
  int number = 0;  ///< in the file, from 1
  int frame = 0;   ///< when
  Kind kind = Kind::select;
  std::string text;     ///< a model, a file, a title, a prompt, the name of a control (empty: pixels)
  std::string caption;  ///< below the title
  std::string patch;    ///< JSON: what of the request changes, or settings by name
  std::uint64_t seed = 0;
  bool is_on = false;  ///< pause; train beside
  double amount = 0;   ///< turns of the wheel
  double seconds = 0;  ///< how long the mouse takes, or a title stays
  std::vector<ScriptPoint> path;
  ScriptKey key;
};

/// A session to be played: what a person does, frame by frame.
struct Script {
  int width = 1280;
  int height = 720;
  int frames_per_second = 30;
  int frames = 0;
  std::string model;                ///< to begin with; empty: the first
  std::optional<double> pace;       ///< calls of the activities a second; empty: what suits the model
  studio::Request request;          ///< to begin with
  std::vector<ScriptEvent> events;  ///< by frame
};

/// What the command line says in place of the script, and what it begins with.
struct ScriptOverrides {
  int width = 0;  ///< 0: the script's
  int height = 0;
  int frames_per_second = 0;
  studio::Request request;  ///< where the script says nothing
};

inline constexpr double script_seconds_most = 3600;
inline constexpr std::size_t script_events_most = 10000;

/// Reads a script. Throws Error with one sentence that names the event and what is possible there.
Script parse_script(const std::string& text, const std::vector<studio::Family>& families,
                    const ScriptOverrides& overrides = {});

/// Takes a part of a request, as request JSON (see studio::to_json): what is missing stays; null in "numbers" or
/// "texts" takes a setting back. Throws Error for a field that there is not, or a value that makes no sense.
void take_request_part(studio::Request& request, const nlohmann::json& part,
                       const std::vector<studio::Family>& families);
/// Takes {"vae.beta": 2, "picture.steps": 12, "text.prompt": "..."}: choices by name or number. Throws Error likewise.
void take_settings(studio::Request& request, const nlohmann::json& settings,
                   const std::vector<studio::Family>& families);
/// Does to the request what the event says, if it is of that kind. Throws Error.
void apply_to_request(studio::Request& request, const ScriptEvent& event, const std::vector<studio::Family>& families);

/// Reads "Space", "G", "Ctrl Shift Z", "F12" ... Throws Error with the keys that there are.
ScriptKey parse_key(const std::string& name);

/// As it is written in a script: "compare_with".
std::string_view name_of(ScriptEvent::Kind kind);

/// "event 3 of the script (select): " in front of the sentence.
std::string about(const ScriptEvent& event, std::string_view sentence);

}  // namespace figment::app
