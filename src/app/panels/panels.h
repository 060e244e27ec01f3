#pragma once
#include "app/state.h"

/// The window's panels. Each draws itself from the state, edits the state's request, and returns whether it changed it.
namespace figment::app {

bool draw_top_bar_panel(State& state);
bool draw_models_panel(State& state);
bool draw_stage_panel(State& state);
bool draw_words_panel(State& state);
bool draw_controls_panel(State& state);
bool draw_transport_panel(State& state);
bool draw_hud_panel(State& state);
bool draw_help_panel(State& state);
bool draw_message_panel(State& state);
bool draw_hints_panel(State& state);

/// Where the hint that is due lies, beside what it is about; empty if none is.
Rect place_hint(const State& state);
bool draw_profiler_panel(State& state);
bool draw_workbench_panel(State& state);

// Sections of the controls panel.
bool draw_sampler_section(State& state);
bool draw_landscape_section(State& state);
bool draw_pictures_section(State& state, bool has_count);
bool draw_text_section(State& state);
/// A family's own controls, whatever they are.
bool draw_family_section(State& state, const studio::Family& family);

/// Whether the family of this player generates or is trained, and which of both it does; nothing for one that cannot
/// be.
void draw_training_switch(State& state, const Player& player);
/// What steers a training.
bool draw_training_section(State& state, const Player& player);

/// Where a large panel lies: over the stage and the words, or over nearly all of a narrow window.
Rect sheet_area(const State& state);
/// The profiler's table, of that height: a row for each kernel.
void draw_kernel_table(State& state, float height);
/// What the workbench knows of the chosen shader.
bool draw_workbench_section(State& state);

/// Draws all panels that are to be seen, one after the other. Returns whether the request changed.
bool draw_panels(State& state);

}  // namespace figment::app
