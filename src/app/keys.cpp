#include "app/keys.h"

#include <GLFW/glfw3.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "core/error.h"
#include "core/random.h"

namespace figment::app {

namespace {

/// Shows the painter or writer at this place of the list, counted from 0 and round and round.
void show_family(State& state, bool paints, int index) {
  std::vector<const studio::Family*> list;
  for (const studio::Family& family : state.players.families()) {
    if (family.paints == paints) list.push_back(&family);
  }
  if (list.empty()) return;
  const auto count = static_cast<int>(list.size());
  const studio::Family* family = list[static_cast<std::size_t>((index % count + count) % count)];
  const Player& player = family->fills_stage ? state.players.painter() : state.players.writer();
  if (player.family != family) state.actions.select = family;
}

/// The next one that fills the stage; with Shift the one before.
void show_next_family(State& state, int) {
  const ImGuiIO& io = ImGui::GetIO();
  if (!io.KeyCtrl) return;
  std::vector<const studio::Family*> list;
  int index = -1;
  for (const studio::Family& family : state.players.families()) {
    if (!family.fills_stage) continue;
    if (state.players.painter().family == &family) index = static_cast<int>(list.size());
    list.push_back(&family);
  }
  const auto count = static_cast<int>(list.size());
  if (count < 2) return;
  const int next = index < 0 ? 0 : (index + (io.KeyShift ? -1 : 1) + count) % count;
  state.actions.select = list[static_cast<std::size_t>(next)];
}

/// 1 is the first painter, 0 the tenth; with Control the same for writers.
void show_family_of_digit(State& state, int code) {
  const int digit = code - GLFW_KEY_0;
  const int index = digit == 0 ? 9 : digit - 1;
  const bool paints = !ImGui::GetIO().KeyCtrl;
  const auto count = std::ranges::count(state.players.families(), paints, &studio::Family::paints);
  if (index < count) show_family(state, paints, index);
}

/// From generating to training and back; with Shift the training comes beside what paints.
void toggle_training(State& state, int) {
  const Player& painter = state.players.painter();
  const Player& player = painter.family != nullptr ? painter : state.players.writer();
  if (player.family == nullptr || player.family->make_task == nullptr) return;
  if (player.trains) {
    state.actions.select = player.family;
  } else {
    (ImGui::GetIO().KeyShift ? state.actions.train_beside : state.actions.train) = player.family;
  }
}

/// Back to the settings before; with Shift, those behind again.
void undo(State& state, int) {
  const ImGuiIO& io = ImGui::GetIO();
  if (!io.KeyCtrl) return;
  const std::optional<studio::Request> request = io.KeyShift ? state.history.redo() : state.history.undo();
  if (!request) return state.say(io.KeyShift ? "There is nothing to do again." : "There is nothing to undo.");
  state.request = *request;
}

void copy_settings(State& state, int) {
  if (!ImGui::GetIO().KeyCtrl) return;
  ImGui::SetClipboardText(studio::to_json(state.request).c_str());
  state.say("The settings are on the clipboard.");
}

void paste_settings(State& state, int) {
  if (!ImGui::GetIO().KeyCtrl) return;
  const char* text = ImGui::GetClipboardText();
  try {
    state.request = studio::request_from_json(text == nullptr ? "" : text);
    state.say("The settings of the clipboard are here.");
  } catch (const core::Error&) {
    state.say("There are no settings on the clipboard; copy some with Ctrl C.", true);
  }
}

/// From one control to the next; with Control from one picture model to the next.
void press_tab(State& state, int code) {
  const ImGuiIO& io = ImGui::GetIO();
  if (io.KeyCtrl) return show_next_family(state, code);
  if (!Widgets::is_typing()) state.widgets.move_focus(io.KeyShift ? -1 : 1);
}

void press_enter(State& state, int) {
  if (!Widgets::is_typing()) state.widgets.press_focused();
}

void press_arrow(State& state, int code) {
  if (Widgets::is_typing()) return;
  const float by = ImGui::GetIO().KeyShift ? 5 : 1;
  if (code == GLFW_KEY_RIGHT) state.widgets.press_arrow({by, 0});
  if (code == GLFW_KEY_LEFT) state.widgets.press_arrow({-by, 0});
  if (code == GLFW_KEY_DOWN) state.widgets.press_arrow({0, by});
  if (code == GLFW_KEY_UP) state.widgets.press_arrow({0, -by});
}

void change_theme(State& state, int) {
  const auto next = (static_cast<std::size_t>(state.theme) + 1) % theme_names.size();
  state.theme = static_cast<Theme>(next);
  state.say(std::string("The theme is ") + theme_names[next] + "; F8 brings the next.");
}

void zoom(State& state, int code) {
  if (!ImGui::GetIO().KeyCtrl) return;
  state.zoom = std::clamp(std::round(state.zoom * 10 + (code == GLFW_KEY_MINUS ? -1.0F : 1.0F)) / 10, 0.5F, 3.0F);
  state.say("Everything is drawn at " + std::to_string(std::lround(state.zoom * 100)) + " %.");
}

constexpr Key table[] = {
    {GLFW_KEY_SPACE, "Space", "Pause, or go on", [](State& state, int) { state.is_paused = !state.is_paused; }},
    {GLFW_KEY_PERIOD, ".", "One step further, and pause", [](State& state, int) { state.actions.step = true; }},
    {GLFW_KEY_R, "R", "Restart with the same settings", [](State& state, int) { state.actions.restart = true; }},
    {GLFW_KEY_S, "S", "Another seed",
     [](State& state, int) {
       state.request.picture.seed = core::Random(state.request.picture.seed, 1).bits() % 1000000;
       state.request.text.options.seed = state.request.picture.seed;
     }},
    {GLFW_KEY_0, "1 ... 0", "Show that picture model; with Ctrl, that model of words", show_family_of_digit,
     GLFW_KEY_9},
    {GLFW_KEY_TAB, "Ctrl Tab", "The next picture model; with Shift, the one before", press_tab},
    {GLFW_KEY_TAB, "Tab", "The next control; with Shift, the one before", press_tab},
    {GLFW_KEY_ENTER, "Enter", "Press, open or type into the control that Tab has framed", press_enter},
    {GLFW_KEY_RIGHT, "Arrows", "Move it: a slider, a list, a place on a picture; with Shift, farther", press_arrow,
     GLFW_KEY_UP},
    {GLFW_KEY_T, "T", "Train the picture model on show, or back; with Shift, beside it", toggle_training},
    {GLFW_KEY_Z, "Ctrl Z", "The settings as they were; with Shift, forth again", undo},
    {GLFW_KEY_C, "Ctrl C", "Copy all settings and the prompt to the clipboard", copy_settings},
    {GLFW_KEY_V, "Ctrl V", "Take the settings from the clipboard", paste_settings},
    {GLFW_KEY_G, "G", "Save the laboratory's grid as one labelled sheet",
     [](State& state, int) { state.actions.save_sheet = true; }},
    {GLFW_KEY_H, "H", "Show or hide the measurements", [](State& state, int) { state.shows_hud = !state.shows_hud; }},
    {GLFW_KEY_P, "P", "Show or hide the profiler",
     [](State& state, int) {
       state.shows_profiler = !state.shows_profiler;
       state.shows_workbench = false;
     }},
    {GLFW_KEY_W, "W", "Show or hide the shader workbench",
     [](State& state, int) {
       state.shows_workbench = !state.shows_workbench;
       state.shows_profiler = false;
     }},
    {GLFW_KEY_F1, "F1", "Show or hide this help", [](State& state, int) { state.shows_help = !state.shows_help; }},
    {GLFW_KEY_F8, "F8", "Dark, light or high contrast", change_theme},
    {GLFW_KEY_EQUAL, "Ctrl +", "Everything larger", zoom},
    {GLFW_KEY_MINUS, "Ctrl -", "Everything smaller", zoom},
    {GLFW_KEY_F9, "F9", "Write down what you do as a script, or save it",
     [](State& state, int) { state.actions.toggle_script = true; }},
    {GLFW_KEY_F10, "F10", "Film the window, or stop; with Shift, 4 s of the stage as GIF",
     [](State& state, int) { (ImGui::GetIO().KeyShift ? state.actions.make_clip : state.actions.toggle_film) = true; }},
    {GLFW_KEY_F11, "F11", "Full screen, and back", [](State& state, int) { state.actions.toggle_full_screen = true; }},
    {GLFW_KEY_F12, "F12", "Save the pictures as a PNG with all settings inside",
     [](State& state, int) { state.actions.capture = true; }},
    {GLFW_KEY_ESCAPE, "Esc", "Close what is open",
     [](State& state, int) {
       state.shows_help = false;
       state.shows_hud = false;
       state.widgets.leave_focus();
       if (state.hint >= 0) state.has_seen_hints = true;
       state.hint = -1;
       state.shows_profiler = false;
       state.shows_workbench = false;
       state.message.until = 0;
     }},
};

bool is_typed(int code) { return code < GLFW_KEY_ESCAPE; }

}  // namespace

std::span<const Key> keys() { return table; }

bool press_key(State& state, int code) {
  if (Widgets::is_typing() && is_typed(code)) return false;
  for (const Key& key : table) {
    if (code < key.code || code > std::max(key.code, key.last_code)) continue;
    key.press(state, code);
    return true;
  }
  return false;
}

}  // namespace figment::app
