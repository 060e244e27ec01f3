#include "app/panels/panels.h"
#include "data/landscape.h"

namespace figment::app {

namespace {

/// A combo of "any" and the names; edits the index, -1 for any.
bool choose_class(State& state, const char* label, int& value, std::span<const std::string_view> names,
                  const char* tooltip) {
  std::vector<Choice> choices{{"any", "Each picture draws its own."}};
  for (const std::string_view name : names) choices.push_back({name, ""});
  int index = value + 1;
  if (!state.widgets.combo(label, index, choices, tooltip)) return false;
  value = index - 1;
  return true;
}

}  // namespace

bool draw_landscape_section(State& state) {
  studio::PictureRequest& request = state.request.picture;
  state.widgets.heading("WHAT TO PAINT");
  bool changed =
      choose_class(state, "Time of day", request.time_of_day, data::time_of_day_names, "The light of the landscapes.");
  changed |= choose_class(state, "Terrain", request.terrain, data::terrain_names, "The land of the landscapes.");
  return changed;
}

bool draw_pictures_section(State& state, bool has_count) {
  studio::PictureRequest& request = state.request.picture;
  state.widgets.heading("PICTURES");
  bool changed = state.widgets.seed_field("Seed", request.seed,
                                          "The number that all chance is drawn from: the same seed and settings give "
                                          "the same pictures.");
  if (!has_count) return changed;
  double count = request.count;
  if (state.widgets.slider("Pictures", count, {1, 16, true}, "How many pictures are made at once; fewer are faster.")) {
    request.count = static_cast<int>(count);
    changed = true;
  }
  return changed;
}

}  // namespace figment::app
