#include <fmt/format.h>

#include <algorithm>

#include "app/parts/part.h"

namespace figment::app {

namespace {

int item_under(const PartHits& hits, ImVec2 at) {
  for (std::size_t i = 0; i < hits.items.size(); ++i) {
    if (contains(hits.items[i], at)) return static_cast<int>(i);
  }
  return -1;
}

/// The round cursor of a pen, as large as its strokes.
void draw_pen(const Style& style, float diameter, ImVec2 at, const Rect& clip) {
  ImGui::SetMouseCursor(ImGuiMouseCursor_None);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float radius = std::max(diameter / 2, style.px(3));
  list.PushClipRect(top_left(clip), bottom_right(clip), true);
  list.AddCircle(at, radius + style.scale, IM_COL32(0, 0, 0, 150), 48, style.scale * 1.5F);
  list.AddCircle(at, radius, IM_COL32_WHITE, 48, style.scale * 1.5F);
  list.PopClipRect();
}

/// Turns places on the screen into events.
class Reporter {
 public:
  Reporter(State& state, const std::string& key, const std::string& part, float pen, const PartHits& hits,
           const PointerReceiver& send)
      : state_(state), drag_(state.drag), key_(key), part_(part), pen_(pen), hits_(hits), send_(send) {}

  void report(studio::PointerEvent::Phase phase, ImVec2 at) {
    // A pen stays in its picture, other drags pass from one to the next.
    const int under = item_under(hits_, at);
    if (phase == studio::PointerEvent::Phase::press || (under >= 0 && pen_ <= 0)) drag_.item = under;
    note(phase, at);
    if (!hits_.items.empty() && (drag_.item < 0 || drag_.item >= static_cast<int>(hits_.items.size()))) return;
    const Rect& area = hits_.items.empty() ? hits_.bounds : hits_.items[static_cast<std::size_t>(drag_.item)];
    // A stroke goes on outside the picture, so that it comes back where the hand does.
    const float margin = pen_ > 0 ? 1.0F : 0.0F;
    const auto share = [&](float value, float from, float length) {
      return std::clamp((value - from) / std::max(length, 1.0F), -margin, 1 + margin);
    };
    studio::PointerEvent event;
    event.part = part_;
    event.phase = phase;
    event.is_secondary = drag_.is_secondary;
    event.x = share(at.x, area.x, area.width);
    event.y = share(at.y, area.y, area.height);
    event.item = hits_.items.empty() ? (hits_.item_at ? hits_.item_at(event.x, event.y) : -1) : drag_.item;
    send_(event);
  }

 private:
  /// Takes down what the left button does, as shares of the part.
  void note(studio::PointerEvent::Phase phase, ImVec2 at) {
    using Phase = studio::PointerEvent::Phase;
    if (phase == Phase::press) {
      state_.stroke.reset();
      if (!drag_.is_secondary) state_.stroke = MouseStroke{key_, {}, ImGui::GetTime()};
    }
    if (!state_.stroke) return;
    const Rect& area = hits_.bounds;
    state_.stroke->path.push_back({std::clamp((at.x - area.x) / area.width, -1.0F, 2.0F),
                                   std::clamp((at.y - area.y) / area.height, -1.0F, 2.0F)});
    if (phase != Phase::release) return;
    state_.stroke->seconds = ImGui::GetTime() - state_.stroke->begun_s;
    state_.strokes.push_back(*std::exchange(state_.stroke, std::nullopt));
  }

  State& state_;
  MouseDrag& drag_;
  const std::string& key_;
  const std::string& part_;
  float pen_;
  const PartHits& hits_;
  const PointerReceiver& send_;
};

/// The arrow keys move a place on what has the focus, by a thirtieth of it, and press there; Enter presses again.
void follow_keys(State& state, const std::string& key, const PartHits& hits, bool is_entered, Reporter& reporter) {
  if (state.widgets.focus() != key) return;
  const Rect& area = hits.bounds;
  const auto [found, is_new] = state.key_places.try_emplace(key, 0.5F, 0.5F);
  ImVec2& place = found->second;
  const ImVec2 arrow = state.widgets.arrow_on(key);
  place.x = std::clamp(place.x + arrow.x / 30, 0.001F, 0.999F);
  place.y = std::clamp(place.y + arrow.y / 30, 0.001F, 0.999F);
  const ImVec2 at(area.x + place.x * area.width, area.y + place.y * area.height);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddCircle(at, state.style().px(6), IM_COL32(0, 0, 0, 150), 24, state.style().scale * 3.5F);
  list.AddCircle(at, state.style().px(6), color::accent, 24, state.style().scale * 1.5F);
  if (!is_entered && arrow.x == 0 && arrow.y == 0) return;
  state.drag = {-1, false, at};
  reporter.report(studio::PointerEvent::Phase::press, at);
  reporter.report(studio::PointerEvent::Phase::release, at);
}

}  // namespace

void follow_mouse(State& state, const std::string& key, const std::string& part, float pen, const PartHits& hits,
                  const PointerReceiver& send) {
  if (hits.bounds.is_empty()) return;
  using Phase = studio::PointerEvent::Phase;
  const ImGuiIO& io = ImGui::GetIO();
  ImGui::SetCursorScreenPos(top_left(hits.bounds));
  ImGui::InvisibleButton(key.c_str(), {hits.bounds.width, hits.bounds.height},
                         ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight);
  const bool is_entered = state.widgets.note(key, "");
  Reporter reporter(state, key, part, pen, hits, send);
  follow_keys(state, key, hits, is_entered, reporter);
  const ImVec2 last = state.drag.last;
  if (ImGui::IsItemActivated()) {
    state.drag = {-1, io.MouseDown[1] && !io.MouseDown[0], io.MousePos};
    reporter.report(Phase::press, state.trail.empty() ? io.MousePos : state.trail.front());
    for (std::size_t i = 1; i < state.trail.size(); ++i) reporter.report(Phase::drag, state.trail[i]);
  } else if (ImGui::IsItemActive() || ImGui::IsItemDeactivated()) {
    for (const ImVec2 at : state.trail) reporter.report(Phase::drag, at);
    const bool has_moved = io.MousePos.x != last.x || io.MousePos.y != last.y;
    if (state.trail.empty() && has_moved) reporter.report(Phase::drag, io.MousePos);
    if (ImGui::IsItemDeactivated()) reporter.report(Phase::release, io.MousePos);
    state.drag.last = io.MousePos;
  }
  const bool is_over = ImGui::IsItemHovered() || ImGui::IsItemActive();
  if (!is_over) return;
  const int item = ImGui::IsItemActive() ? state.drag.item : item_under(hits, io.MousePos);
  if (pen > 0 && item >= 0) {
    const Rect& picture = hits.items[static_cast<std::size_t>(item)];
    draw_pen(state.style(), pen * picture.width, io.MousePos, picture);
  } else if (hits.items.empty() || item >= 0) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  }
}

}  // namespace figment::app
