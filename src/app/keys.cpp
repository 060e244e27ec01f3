#include "app/keys.h"

#include <GLFW/glfw3.h>

#include "core/random.h"

namespace figment::app {

namespace {

constexpr Key table[] = {
    {GLFW_KEY_SPACE, "Space", "Pause, or go on", [](State& state) { state.is_paused = !state.is_paused; }},
    {GLFW_KEY_PERIOD, ".", "One step further, and pause", [](State& state) { state.actions.step = true; }},
    {GLFW_KEY_R, "R", "Restart with the same settings", [](State& state) { state.actions.restart = true; }},
    {GLFW_KEY_S, "S", "Another seed",
     [](State& state) {
       state.request.picture.seed = core::Random(state.request.picture.seed, 1).bits() % 1000000;
       state.request.text.options.seed = state.request.picture.seed;
     }},
    {GLFW_KEY_H, "H", "Show or hide the measurements", [](State& state) { state.shows_hud = !state.shows_hud; }},
    {GLFW_KEY_F1, "F1", "Show or hide this help", [](State& state) { state.shows_help = !state.shows_help; }},
    {GLFW_KEY_F10, "F10", "Start or stop a film of the window", [](State& state) { state.actions.toggle_film = true; }},
    {GLFW_KEY_F11, "F11", "Full screen, and back", [](State& state) { state.actions.toggle_full_screen = true; }},
    {GLFW_KEY_F12, "F12", "Save the pictures as a PNG with all settings inside",
     [](State& state) { state.actions.capture = true; }},
    {GLFW_KEY_ESCAPE, "Esc", "Close what is open",
     [](State& state) {
       state.shows_help = false;
       state.shows_hud = false;
       state.message.until = 0;
     }},
};

bool is_typed(int code) { return code < GLFW_KEY_ESCAPE; }

}  // namespace

std::span<const Key> keys() { return table; }

bool press_key(State& state, int code) {
  if (Widgets::is_typing() && is_typed(code)) return false;
  for (const Key& key : table) {
    if (key.code != code) continue;
    key.press(state);
    return true;
  }
  return false;
}

}  // namespace figment::app
