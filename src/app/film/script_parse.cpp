#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/film/script.h"
#include "app/window_command.h"
#include "core/error.h"
#include "core/quote.h"
#include "formats/text.h"

namespace figment::app {

namespace {

using nlohmann::json;
using Kind = ScriptEvent::Kind;

constexpr double drag_seconds = 0.8;
constexpr double title_seconds = 2.5;
constexpr std::size_t path_points_most = 1000;
constexpr int depth_most = 32;

/// What an event may say beside its own word and its time.
struct KindInfo {
  Kind kind;
  std::string_view name;
  std::string_view fields;  ///< separated by blanks
};

constexpr std::array kinds{KindInfo{Kind::select, "select", ""},
                           KindInfo{Kind::compare_with, "compare_with", ""},
                           KindInfo{Kind::train, "train", "beside"},
                           KindInfo{Kind::stop, "stop", ""},
                           KindInfo{Kind::request, "request", ""},
                           KindInfo{Kind::set, "set", ""},
                           KindInfo{Kind::seed, "seed", ""},
                           KindInfo{Kind::prompt, "prompt", ""},
                           KindInfo{Kind::pause, "pause", ""},
                           KindInfo{Kind::step, "step", ""},
                           KindInfo{Kind::restart, "restart", ""},
                           KindInfo{Kind::key, "key", ""},
                           KindInfo{Kind::capture, "capture", ""},
                           KindInfo{Kind::title, "title", "caption seconds"},
                           KindInfo{Kind::move, "move", "x y seconds"},
                           KindInfo{Kind::press, "press", "x y seconds"},
                           KindInfo{Kind::release, "release", ""},
                           KindInfo{Kind::click, "click", "x y seconds"},
                           KindInfo{Kind::drag, "drag", "path seconds"},
                           KindInfo{Kind::scroll, "scroll", "on x y"}};

std::string known_kinds() {
  std::string names;
  for (const KindInfo& info : kinds) names += (names.empty() ? "" : ", ") + std::string(info.name);
  return names;
}

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::size_t blank = words.find(' ');
    if (words.substr(0, blank) == word) return true;
    words = blank == std::string_view::npos ? "" : words.substr(blank + 1);
  }
  return false;
}

std::string text_of(const json& value, const std::string& name, std::size_t bytes_most) {
  core::require(value.is_string(), "{} must be a text", name);
  std::string text = value.get<std::string>();
  core::require(text.size() <= bytes_most, "{} is too long; it has room for {} bytes", name, bytes_most);
  core::require(formats::is_valid_utf8(text), "{} is not valid UTF-8", name);
  return text;
}

double number_of(const json& value, const std::string& name, double least, double most) {
  const double number = value.is_number() ? value.get<double>() : NAN;
  core::require(number >= least && number <= most, "{} must be a number from {} to {}", name, least, most);
  return number;
}

int whole_of(const json& value, const std::string& name, int least, int most) {
  const bool fits = value.is_number_integer() && value.get<double>() >= least && value.get<double>() <= most;
  core::require(fits, "{} must be a whole number from {} to {}", name, least, most);
  return value.get<int>();
}

bool flag_of(const json& value, const std::string& name) {
  core::require(value.is_boolean(), "{} must be true or false", name);
  return value.get<bool>();
}

ScriptPoint point_of(const json& value, const std::string& name, double most) {
  core::require(value.is_array() && value.size() == 2, "{} must be two numbers, [x, y]", name);
  return {static_cast<float>(number_of(value[0], name + " x", -most, most)),
          static_cast<float>(number_of(value[1], name + " y", -most, most))};
}

std::string model_of(const json& value, const std::string& name, const std::vector<studio::Family>& families) {
  const std::string model = text_of(value, name, 200);
  std::string names;
  for (const studio::Family& family : families) {
    if (family.name == model) return model;
    names += (names.empty() ? "" : ", ") + family.name;
  }
  core::fail("there is no model named {}; choose one of {}", core::quotable(model), names);
}

std::string file_of(const json& value) {
  const std::string name = text_of(value, "capture", 100);
  const bool is_plain = name.size() > 4 && name.ends_with(".png") &&
                        name.find_first_of("/\\:\n\r\t") == std::string::npos && !name.starts_with(".") &&
                        name.find('\0') == std::string::npos;
  core::require(is_plain, "capture takes the name of a file without folders that ends with .png, such as lake.png");
  return name;
}

/// Reads events one by one.
class EventReader {
 public:
  EventReader(const std::vector<studio::Family>& families, double script_rate, const Script& script)
      : families_(families), script_rate_(script_rate), script_(script) {}

  ScriptEvent read(const json& object, int number) const {
    core::require(object.is_object(),
                  "event {} of the script must be an object such as {{\"at\": 1, \"select\": \"vae\"}}", number);
    ScriptEvent event;
    event.number = number;
    const KindInfo& info = kind_in(object, number);
    event.kind = info.kind;
    try {
      check_fields(object, info);
      event.frame = frame_of(object);
      take(object.at(std::string(info.name)), event);
      take_more(object, event);
    } catch (const core::Error& error) {
      throw core::Error(about(event, error.what()));
    }
    return event;
  }

 private:
  static const KindInfo& kind_in(const json& object, int number) {
    const KindInfo* found = nullptr;
    for (const KindInfo& info : kinds) {
      if (!object.contains(std::string(info.name))) continue;
      core::require(found == nullptr, "event {} of the script does two things, {} and {}; make two events of it",
                    number, found == nullptr ? "" : found->name, info.name);
      found = &info;
    }
    core::require(found != nullptr, "event {} of the script does nothing; it takes one of {}", number, known_kinds());
    return *found;
  }

  static void check_fields(const json& object, const KindInfo& info) {
    for (const auto& item : object.items()) {
      if (item.key() == "at" || item.key() == "frame" || item.key() == info.name) continue;
      core::require(has_word(info.fields, item.key()), "it has no field {}; beside {} it takes at or frame{}{}",
                    core::quotable(item.key()), info.name, info.fields.empty() ? "" : ", ", info.fields);
    }
  }

  int frame_of(const json& object) const {
    const bool has_seconds = object.contains("at");
    core::require(has_seconds != object.contains("frame"),
                  "say when: either at (seconds) or frame (a whole number), not both");
    const double seconds = has_seconds ? number_of(object.at("at"), "at", 0, script_seconds_most)
                                       : whole_of(object.at("frame"), "frame", 0, 1 << 20) / script_rate_;
    const auto frame = static_cast<int>(std::lround(seconds * script_.frames_per_second));
    core::require(frame < script_.frames, "it comes at {:.2f} s, but the script ends after {:.2f} s", seconds,
                  static_cast<double>(script_.frames) / script_.frames_per_second);
    return frame;
  }

  void take(const json& value, ScriptEvent& event) const {
    switch (event.kind) {
      case Kind::select:
      case Kind::compare_with:
      case Kind::stop:
        event.text = model_of(value, std::string(name_of(event.kind)), families_);
        break;
      case Kind::train: {
        event.text = model_of(value, "train", families_);
        const auto family = std::ranges::find(families_, event.text, &studio::Family::name);
        core::require(family->make_task != nullptr, "{} cannot be trained; choose another model", event.text);
        break;
      }
      case Kind::request:
      case Kind::set:
        event.patch = value.dump(-1, ' ', false, json::error_handler_t::replace);
        break;
      case Kind::seed:
        core::require(value.is_number_unsigned(), "seed must be a whole number from 0");
        event.seed = value.get<std::uint64_t>();
        break;
      case Kind::prompt:
        event.text = text_of(value, "prompt", 4000);
        break;
      case Kind::pause:
        event.is_on = flag_of(value, "pause");
        break;
      case Kind::step:
      case Kind::restart:
      case Kind::release:
        core::require(flag_of(value, std::string(name_of(event.kind))), "{} is written with true", name_of(event.kind));
        break;
      case Kind::key:
        event.key = parse_key(text_of(value, "key", 100));
        break;
      case Kind::capture:
        event.text = file_of(value);
        break;
      case Kind::title:
        event.text = text_of(value, "title", 120);
        event.seconds = title_seconds;
        break;
      default:
        take_mouse(value, event);
    }
  }

  /// Where the mouse goes: the name of a control, or [x, y] in pixels of the window.
  void take_mouse(const json& value, ScriptEvent& event) const {
    event.seconds = event.kind == Kind::drag ? drag_seconds : mouse_way_s;
    if (event.kind == Kind::scroll) {
      event.amount = number_of(value, "scroll", -100, 100);
      event.path = {{}};
    } else if (value.is_array() && event.kind != Kind::drag) {
      event.path = {point_of(value, std::string(name_of(event.kind)), 16384)};
    } else {
      event.text = text_of(value, std::string(name_of(event.kind)), 200);
      core::require(!event.text.empty(), "name the control, or give [x, y] in pixels");
      event.path = {{}};
    }
  }

  void take_more(const json& object, ScriptEvent& event) const {
    if (object.contains("seconds")) event.seconds = number_of(object.at("seconds"), "seconds", 0, 600);
    if (object.contains("caption")) event.caption = text_of(object.at("caption"), "caption", 300);
    if (object.contains("beside")) event.is_on = flag_of(object.at("beside"), "beside");
    if (object.contains("on")) event.text = text_of(object.at("on"), "on", 200);
    for (const char* axis : {"x", "y"}) {
      if (!object.contains(axis)) continue;
      core::require(!event.text.empty(), "x and y are shares of a control; beside [x, y] in pixels there is no room");
      (*axis == 'x' ? event.path[0].x : event.path[0].y) = static_cast<float>(number_of(object.at(axis), axis, -1, 2));
    }
    if (event.kind != Kind::drag) return;
    core::require(object.contains("path") && object.at("path").is_array() && object.at("path").size() >= 2 &&
                      object.at("path").size() <= path_points_most,
                  "drag needs a path: 2 to {} points [x, y], shares of the control's width and height",
                  path_points_most);
    event.path.clear();
    for (const json& point : object.at("path")) event.path.push_back(point_of(point, "path", 2));
  }

  const std::vector<studio::Family>& families_;
  double script_rate_;
  const Script& script_;
};

void check_top(const json& object) {
  constexpr std::string_view fields = "figment_script about size fps seconds frames model pace seed request events";
  core::require(object.is_object() && object.contains("figment_script"),
                "this is no script of figment; it begins with {{\"figment_script\": 1");
  core::require(object.at("figment_script") == json(1), "figment_script must be 1, the only version there is");
  for (const auto& item : object.items()) {
    core::require(has_word(fields, item.key()), "the script has no field {}; choose one of {}",
                  core::quotable(item.key()), fields);
  }
}

/// Size, rate and length. Returns the rate by which the script counts.
double take_shape(const json& object, const ScriptOverrides& overrides, Script& script) {
  if (object.contains("size")) parse_size(text_of(object.at("size"), "size", 20), script.width, script.height);
  if (overrides.width > 0) script.width = overrides.width;
  if (overrides.height > 0) script.height = overrides.height;
  core::require(script.width <= 7680 && script.height <= 4320,
                "a film of {}x{} pixels is too large; choose up to 7680x4320", script.width, script.height);
  const int rate = object.contains("fps") ? whole_of(object.at("fps"), "fps", 1, 120) : 30;
  script.frames_per_second = overrides.frames_per_second > 0 ? overrides.frames_per_second : rate;
  core::require(object.contains("seconds") != object.contains("frames"),
                "say how long the script is: either seconds or frames, not both");
  const double seconds = object.contains("seconds")
                             ? number_of(object.at("seconds"), "seconds", 0.001, script_seconds_most)
                             : static_cast<double>(whole_of(object.at("frames"), "frames", 1, 120 * 3600)) / rate;
  core::require(seconds <= script_seconds_most, "a script of {:.0f} seconds is too long; choose up to {:.0f}", seconds,
                script_seconds_most);
  script.frames = std::max(1, static_cast<int>(std::lround(seconds * script.frames_per_second)));
  return rate;
}

void take_beginning(const json& object, const std::vector<studio::Family>& families, Script& script) {
  if (object.contains("about")) text_of(object.at("about"), "about", 2000);
  if (object.contains("model")) script.model = model_of(object.at("model"), "model", families);
  if (object.contains("pace")) script.pace = number_of(object.at("pace"), "pace", 0, 1000);
  if (object.contains("request")) take_request_part(script.request, object.at("request"), families);
  if (!object.contains("seed")) return;
  core::require(object.at("seed").is_number_unsigned(), "seed must be a whole number from 0");
  script.request.picture.seed = script.request.text.options.seed = object.at("seed").get<std::uint64_t>();
}

void take_events(const json& object, double rate, const std::vector<studio::Family>& families, Script& script) {
  if (!object.contains("events")) return;
  const json& events = object.at("events");
  core::require(events.is_array(), "events must be a list [...]");
  core::require(events.size() <= script_events_most, "a script has room for {} events, not {}", script_events_most,
                events.size());
  const EventReader reader(families, rate, script);
  for (std::size_t i = 0; i < events.size(); ++i)
    script.events.push_back(reader.read(events[i], static_cast<int>(i) + 1));
  std::ranges::stable_sort(script.events, {}, &ScriptEvent::frame);
  // What they make of the request must make sense at every moment.
  studio::Request request = script.request;
  for (const ScriptEvent& event : script.events) {
    try {
      apply_to_request(request, event, families);
    } catch (const core::Error& error) {
      throw core::Error(about(event, error.what()));
    }
  }
}

}  // namespace

std::string_view name_of(Kind kind) { return std::ranges::find(kinds, kind, &KindInfo::kind)->name; }

std::string about(const ScriptEvent& event, std::string_view sentence) {
  return fmt::format("event {} of the script ({}): {}", event.number, name_of(event.kind), sentence);
}

Script parse_script(const std::string& text, const std::vector<studio::Family>& families,
                    const ScriptOverrides& overrides) {
  core::require(text.size() <= std::size_t{8} << 20, "a script has room for 8 MiB; this one has {}", text.size() >> 20);
  json object;
  try {
    object = json::parse(text, [](int depth, json::parse_event_t, json&) {
      core::require(depth <= depth_most, "the script is nested too deeply");
      return true;
    });
  } catch (const json::parse_error& error) {
    const std::size_t line = 1 + static_cast<std::size_t>(std::ranges::count(
                                     std::string_view(text).substr(0, std::min(error.byte, text.size())), '\n'));
    core::fail("the script is no valid JSON: something is wrong in line {}", line);
  } catch (const json::exception&) {
    core::fail("the script is no valid JSON: it has a number that is too large");
  }
  Script script;
  script.request = overrides.request;
  check_top(object);
  const double rate = take_shape(object, overrides, script);
  take_beginning(object, families, script);
  take_events(object, rate, families, script);
  return script;
}

}  // namespace figment::app
