#include "app/panels/panels.h"

namespace figment::app {

namespace {

/// A section of the controls, seen while there is something that it controls.
struct Section {
  bool (*draw)(State&);
  bool for_pictures;
};

constexpr Section sections[] = {
    {draw_sampler_section, true},
    {draw_paint_section, true},
    {draw_text_section, false},
};

}  // namespace

bool draw_controls_panel(State& state) {
  bool changed = false;
  ImGui::BeginChild("sections", {0, 0}, false, ImGuiWindowFlags_NoBackground);
  for (const Section& section : sections) {
    const Player& player = section.for_pictures ? state.players.painter() : state.players.writer();
    if (player.family != nullptr) changed |= section.draw(state);
  }
  ImGui::EndChild();
  return changed;
}

}  // namespace figment::app
