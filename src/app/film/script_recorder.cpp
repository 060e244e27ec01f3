#include "app/film/script_recorder.h"

#include <algorithm>
#include <cmath>

#include "app/film/script.h"
#include "studio/request.h"

namespace figment::app {

namespace {

using nlohmann::json;

constexpr double recorded_seconds_most = script_seconds_most - 1;

double rounded(double seconds) { return std::round(seconds * 1000) / 1000; }

/// What has changed, as a part of a request; what is gone from a list of settings is null.
json difference(const json& before, const json& after) {
  json part = json::object();
  for (const auto& [key, value] : after.items()) {
    const auto found = before.find(key);
    if (found != before.end() && *found == value) continue;
    const bool is_nested = found != before.end() && value.is_object() && found->is_object();
    part[key] = is_nested ? difference(*found, value) : value;
  }
  for (const auto& item : before.items()) {
    if (!after.contains(item.key())) part[item.key()] = nullptr;
  }
  return part;
}

}  // namespace

ScriptRecorder::ScriptRecorder(const State& state, int width, int height, double now_s)
    : request_(json::parse(studio::to_json(state.request))), started_s_(now_s) {
  beginning_ = {{"figment_script", 1},
                {"about", "What was done in the window; figment film --script plays it."},
                {"size", fmt::format("{}x{}", std::max(width, 480), std::max(height, 360))},
                {"fps", 30},
                {"request", request_}};
  note_places(places_of(state.players));
  if (state.is_paused) add({{"pause", true}});
  is_paused_ = state.is_paused;
}

ScriptRecorder::Places ScriptRecorder::places_of(const Players& players) {
  Places places;
  const std::array all{&players.painter(0), &players.painter(1), &players.writer()};
  for (std::size_t i = 0; i < all.size(); ++i) places[i] = {all[i]->family, all[i]->trains};
  return places;
}

void ScriptRecorder::add(json event) {
  if (events_.size() >= script_events_most || time_s_ >= recorded_seconds_most) {
    is_full_ = true;
    return;
  }
  if (!event.contains("at")) event["at"] = rounded(time_s_);
  events_.push_back(std::move(event));
}

void ScriptRecorder::note_put(const Place& place, bool beside) {
  if (place.family == nullptr) return;
  const std::string& name = place.family->name;
  if (!place.trains) return add({{beside ? "compare_with" : "select", name}});
  json event{{"train", name}};
  if (beside) event["beside"] = true;
  add(std::move(event));
}

void ScriptRecorder::note_places(const Places& places) {
  const Places before = places_;
  places_ = places;
  if (places == before) return;
  const auto stop = [this](const Place& place) {
    if (place.family != nullptr) add({{"stop", place.family->name}});
  };
  Place first = before[0];
  Place second = before[1];
  // Whoever stood beside it takes its place.
  if (places[0] != first && (places[0].family == nullptr || places[0] == second)) {
    stop(first);
    first = std::exchange(second, {});
  }
  if (places[0] != first) note_put(places[0], false);
  if (places[1] != second) {
    if (places[1].family == nullptr) stop(second);
    note_put(places[1], true);
  }
  if (places[2] == before[2]) return;
  if (places[2].family == nullptr) stop(before[2]);
  note_put(places[2], false);
}

void ScriptRecorder::note_request(const studio::Request& request) {
  json now = json::parse(studio::to_json(request));
  if (now == request_) return;
  add({{"request", difference(request_, now)}});
  request_ = std::move(now);
}

/// The mouse of a script goes to where it presses first, for which it must set out before.
void ScriptRecorder::note_stroke(const MouseStroke& stroke) {
  constexpr std::size_t points_most = 400;
  const auto point = [](ImVec2 at) {
    return json::array({rounded(static_cast<double>(at.x)), rounded(static_cast<double>(at.y))});
  };
  const bool stays =
      std::ranges::all_of(stroke.path, [&](ImVec2 at) { return at.x == stroke.path[0].x && at.y == stroke.path[0].y; });
  json event;
  if (stays) {
    event = {{"click", stroke.control}, {"x", point(stroke.path[0])[0]}, {"y", point(stroke.path[0])[1]}};
  } else {
    json path = json::array();
    const std::size_t stride = stroke.path.size() / points_most + 1;
    for (std::size_t i = 0; i + 1 < stroke.path.size(); i += stride) path.push_back(point(stroke.path[i]));
    path.push_back(point(stroke.path.back()));
    event = {{"drag", stroke.control}, {"path", path}, {"seconds", rounded(std::max(stroke.seconds, mouse_way_s))}};
  }
  event["at"] = rounded(std::max(0.0, stroke.begun_s - started_s_ - mouse_way_s));
  add(std::move(event));
}

void ScriptRecorder::note(const State& state, const Actions& actions, double now_s) {
  time_s_ = std::min(now_s - started_s_, recorded_seconds_most);
  if (time_s_ >= recorded_seconds_most) is_full_ = true;
  note_request(state.request);
  note_places(places_of(state.players));
  for (const MouseStroke& stroke : state.strokes) note_stroke(stroke);
  if (actions.restart) add({{"restart", true}});
  if (actions.step) add({{"step", true}});
  // A step pauses by itself.
  if (state.is_paused != is_paused_ && !actions.step) add({{"pause", state.is_paused}});
  is_paused_ = state.is_paused;
}

std::string ScriptRecorder::to_json(double now_s) const {
  json script = beginning_;
  // The last event is to be seen.
  script["seconds"] = std::clamp(rounded(now_s - started_s_), rounded(time_s_) + 0.1, script_seconds_most);
  script["events"] = events_;
  return script.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace figment::app
