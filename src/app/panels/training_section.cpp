#include "app/panels/panels.h"
#include "app/parts/plot.h"
#include "training/weights.h"

namespace figment::app {

namespace {

float half_width(const State& state) {
  return static_cast<float>(static_cast<int>((ImGui::GetContentRegionAvail().x - state.style().px(6)) / 2));
}

/// The end of a long path, which says more than its beginning.
void draw_folder(const State& state, const std::string& folder) {
  if (folder.empty() || !state.shows_measurements) return;  // its name is the time of day, which films must not show
  ImFont* font = state.style().fonts.small;
  const float width = ImGui::GetContentRegionAvail().x;
  std::string shown = folder;
  while (shown.size() > 8 && text_size(font, shown).x > width) shown = "..." + shown.substr(shown[0] == '.' ? 4 : 1);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_text(*ImGui::GetWindowDrawList(), font, at, color::faint, shown);
  ImGui::Dummy({width, font->FontSize + state.style().px(4)});
  state.widgets.note("run folder",
                     "Where this run is kept: settings, curves, samples and a checkpoint, every minute and "
                     "when you leave. " +
                         folder);
}

/// Once new weights are there, the model is made anew with them: where it lives, or beside its training.
void take_new_weights(State& state, const Player& player) {
  if (const std::string news = player.training->take_news(); !news.empty()) state.say(news);
  if (player.training->take_new_weights()) state.actions.compare_with = player.family;
}

}  // namespace

void draw_training_switch(State& state, const Player& player) {
  if (player.family == nullptr || player.family->make_task == nullptr) return;
  Widgets& widgets = state.widgets;
  const float width = half_width(state);
  ImGui::PushID(&player);
  ImGui::Dummy({0, state.style().px(2)});
  if (widgets.button("Generate", width, !player.trains, "Shows what the model makes (T).") && player.trains) {
    const Player& first = state.players.painter(0);
    const bool is_there = first.family == player.family && !first.trains;
    (is_there ? state.actions.stop : state.actions.select) = player.family;
  }
  ImGui::SameLine(0, state.style().px(6));
  if (widgets.button("Train", width, player.trains,
                     "Trains the model while you watch (T; with Shift, beside what it makes).") &&
      !player.trains) {
    (ImGui::GetIO().KeyShift ? state.actions.train_beside : state.actions.train) = player.family;
  }
  ImGui::PopID();
}

bool draw_training_section(State& state, const Player& player) {
  if (player.training == nullptr) return false;
  studio::TrainingActivity& training = *player.training;
  take_new_weights(state, player);
  const bool changed = draw_family_section(state, training.controls());
  Widgets& widgets = state.widgets;
  ImGui::PushID("training buttons");
  ImGui::Dummy({0, state.style().px(2)});
  if (widgets.button("Save weights", half_width(state), false,
                     "Writes the averaged weights into the run's folder, as figment train does.")) {
    training.save_weights(false);
  }
  ImGui::SameLine(0, state.style().px(6));
  const std::string& name = player.family->name;
  if (widgets.button("Use them", ImGui::GetContentRegionAvail().x, false,
                     "Saves the weights and lets the model run with them, beside its training.")) {
    training.save_weights(true);
  }
  if (training::has_chosen_weights(name) &&
      widgets.button("Back to the shipped weights", ImGui::GetContentRegionAvail().x, false,
                     "Lets the model run with the weights that came with figment.")) {
    training::choose_weights(name, {});
    state.actions.compare_with = player.family;
  }
  ImGui::PopID();
  draw_folder(state, training.folder().string());
  return changed;
}

}  // namespace figment::app
