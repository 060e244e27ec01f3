#include "app/panels/panels.h"
#include "studio/shown_controls.h"

namespace figment::app {

namespace {

/// Sections for what paints: those that one painter at least answers to, each once.
bool draw_painter_sections(State& state) {
  bool paints = false;
  bool has_sampler = false;
  bool has_landscapes = false;
  bool has_count = false;
  bool changed = false;
  for (const int place : {0, 1}) {
    const Player& player = state.players.painter(place);
    const studio::Family* family = player.family;
    if (family == nullptr) continue;
    draw_training_switch(state, player);
    if (player.trains) {
      changed |= draw_training_section(state, player);
      continue;
    }
    paints |= family->paints;
    has_count |= !studio::has_own_count(*family);
    has_sampler |= family->has_sampler;
    has_landscapes |= family->has_landscapes;
    if (place == 0 || family != state.players.painter(0).family) changed |= draw_family_section(state, *family);
  }
  if (has_sampler) changed |= draw_sampler_section(state);
  if (has_landscapes) changed |= draw_landscape_section(state);
  if (paints) changed |= draw_pictures_section(state, has_count);
  return changed;
}

bool draw_writer_sections(State& state) {
  const studio::Family* family = state.players.writer().family;
  if (family == nullptr) return false;
  draw_training_switch(state, state.players.writer());
  const bool changed = draw_family_section(state, *family);
  return draw_text_section(state) || changed;
}

}  // namespace

bool draw_controls_panel(State& state) {
  ImGui::BeginChild("sections", {0, 0}, false, ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoNav);
  bool changed = draw_painter_sections(state);
  changed |= draw_writer_sections(state);
  ImGui::EndChild();
  return changed;
}

}  // namespace figment::app
