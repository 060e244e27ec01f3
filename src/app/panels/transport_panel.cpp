#include "app/panels/panels.h"

namespace figment::app {

bool draw_transport_panel(State& state) {
  const Style& style = state.style();
  Widgets& widgets = state.widgets;
  const float gap = style.px(6);
  const float width = ImGui::GetContentRegionAvail().x;
  const float third = static_cast<float>(static_cast<int>((width - 2 * gap) / 3));
  const float half = static_cast<float>(static_cast<int>((width - gap) / 2));
  if (widgets.button(state.is_paused ? "Go on###pause" : "Pause###pause", third, true,
                     "Stops everything where it is, or goes on (Space).")) {
    state.is_paused = !state.is_paused;
  }
  ImGui::SameLine(0, gap);
  if (widgets.button("Step", third, false, "One step or one token further, then pause (full stop key).")) {
    state.actions.step = true;
  }
  ImGui::SameLine(0, gap);
  if (widgets.button("Restart", third, false, "Begins anew with the same settings (R).")) state.actions.restart = true;
  if (widgets.button("Capture  F12", half, false,
                     "Saves the pictures as a PNG with all settings inside; drop that file on the window to have them "
                     "back.")) {
    state.actions.capture = true;
  }
  ImGui::SameLine(0, gap);
  if (widgets.button(
          state.is_filming ? "Stop film  F10###film" : "Film  F10###film", half, state.is_filming,
          "Starts or stops a film of the window, as MP4. Shift F10 makes a GIF of four seconds of the stage.")) {
    state.actions.toggle_film = true;
  }
  return false;
}

}  // namespace figment::app
