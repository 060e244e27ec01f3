#include "soak/person.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/keys.h"
#include "sampling/sampler.h"
#include "sampling/schedule.h"

namespace figment::app {

namespace {

constexpr double model_s = 6;  // a model stays so long at least
constexpr double home_every_s = 240;
constexpr double home_s = 10;

bool is_anywhere(const State& state, const studio::Family& family) {
  return state.players.painter(0).family == &family || state.players.painter(1).family == &family ||
         state.players.writer().family == &family;
}

}  // namespace

std::string Person::any_text() {
  static const std::vector<std::string> texts = {"",
                                                 " ",
                                                 "Once there was a shy dragon",
                                                 "a red car at night",
                                                 "two blue apples before a green hill",
                                                 "The old king does not want to sell his white horse.",
                                                 "The ___ went to the ___ .",
                                                 "Who found the key?",
                                                 "\xc3\xa9\xc3\xa0\xc3\xbc \xe4\xbd\xa0\xe5\xa5\xbd \xf0\x9f\x90\xb8",
                                                 "\xff\xfe broken",
                                                 "frog=5, sun=-100",
                                                 std::string(3000, 'x'),
                                                 "line\nbreak\ttab"};
  return texts[static_cast<std::size_t>(below(static_cast<int>(texts.size())))];
}

Person::Person(std::uint64_t seed, double haste) : random_(seed, 77), haste_(haste), next_home_s_(home_every_s) {}

void Person::act(State& state, double now_s) {
  if (now_s < next_s_) return;
  is_home_ = now_s >= next_home_s_;
  if (is_home_) {
    next_home_s_ = now_s + home_every_s;
    next_s_ = now_s + home_s;
    return go_home(state);
  }
  next_s_ = now_s + (0.15 + 1.2 * static_cast<double>(random_.uniform(0, 1))) / haste_;
  ++deeds_;
  if (now_s >= next_tour_s_) {
    next_tour_s_ = now_s + model_s + 6 * static_cast<double>(random_.uniform(0, 1));
    return select_next(state);
  }
  const int what = below(100);
  if (what < 45) return change_settings(state);
  if (what < 65) return point(state);
  if (what < 72) return train(state);
  press(state);
}

void Person::go_home(State& state) {
  last_ = "go home";
  state.actions = {};
  if (state.is_filming) press_key(state, GLFW_KEY_F10);
  const auto& families = state.players.families();
  for (const studio::Family& family : families) {
    if (is_anywhere(state, family)) state.players.stop(family);
  }
  state.request = {};
  state.is_paused = false;
  state.actions.select = &families.front();
}

void Person::select_next(State& state) {
  const auto& families = state.players.families();
  const studio::Family& family = families[tour_++ % families.size()];
  last_ = "select " + family.name;
  if (std::ranges::find(seen_, &family) == seen_.end()) seen_.push_back(&family);
  state.is_paused = false;
  if (below(4) == 0 && family.fills_stage && state.players.painter().family != nullptr) {
    state.actions.compare_with = &family;
  } else {
    state.actions.select = &family;
  }
}

void Person::change_settings(State& state) {
  last_ = "settings";
  if (below(3) == 0) change_pictures(state.request.picture);
  if (below(3) == 0) change_text(state.request.text);
  for (const studio::Family& family : state.players.families()) {
    if (!is_anywhere(state, family)) continue;
    for (const studio::Control& control : family.controls) {
      if (below(6) == 0) change_control(state, family, control);
    }
  }
  if (below(60) == 0) state.request = {};
}

void Person::change_control(State& state, const studio::Family& family, const studio::Control& control) {
  const std::string key = family.name + "." + control.name;
  last_ += " " + key;
  const auto low = static_cast<float>(control.minimum);
  const auto high = static_cast<float>(control.maximum);
  using Kind = studio::Control::Kind;
  switch (control.kind) {
    case Kind::text:
      state.request.texts[key] = any_text();
      break;
    case Kind::toggle:
      state.request.numbers[key] = below(2);
      break;
    case Kind::choice:
      state.request.numbers[key] = below(std::max(static_cast<int>(control.choices.size()), 1));
      break;
    case Kind::whole_number:
      state.request.numbers[key] = std::round(static_cast<double>(random_.uniform(low, high)));
      break;
    case Kind::slider:
      state.request.numbers[key] = static_cast<double>(random_.uniform(low, high));
      break;
  }
  if (below(25) == 0) state.request.numbers[key] = 1e9;  // no sense: a message
}

void Person::change_pictures(studio::PictureRequest& picture) {
  const auto samplers = sampling::samplers();
  const auto schedules = sampling::schedules();
  picture.sampler = samplers[random_.below(static_cast<std::uint32_t>(samplers.size()))].name;
  picture.schedule = schedules[random_.below(static_cast<std::uint32_t>(schedules.size()))].name;
  picture.steps = 1 + below(40);
  picture.guidance = random_.uniform(0, 10);
  picture.seed = random_.bits();
  picture.time_of_day = below(6) - 1;
  picture.terrain = below(6) - 1;
  picture.count = 1 + below(12);
  if (below(20) == 0) picture.steps = -3;
  if (below(20) == 0) picture.sampler = "nonsense";
}

void Person::change_text(studio::TextRequest& text) {
  text.prompt = any_text();
  text.options.temperature = random_.uniform(0, 2);
  text.options.top_k = static_cast<float>(below(100));
  text.options.top_p = random_.uniform(0, 1);
  text.options.min_p = random_.uniform(0, 1);
  text.tokens_per_second = random_.uniform(0, 60);
  text.tokens_max = 1 + below(300);
  text.bias = below(4) == 0 ? any_text() : std::string();
  text.stop = below(4) == 0 ? any_text() : std::string();
  text.options.seed = random_.bits();
}

/// From generating to training and back; from nothing or from the shipped weights, never from a run of before.
void Person::train(State& state) {
  const Player& player = state.players.painter().family != nullptr ? state.players.painter() : state.players.writer();
  if (player.family == nullptr || player.family->make_task == nullptr) return;
  last_ = "train " + player.family->name;
  state.request.numbers["train." + player.family->name + ".start"] = below(2);
  if (player.trains) {
    state.actions.select = player.family;
  } else {
    (below(3) == 0 ? state.actions.train_beside : state.actions.train) = player.family;
  }
}

/// A press, a drag and a release somewhere on something that takes the mouse.
void Person::point(State& state) {
  const bool paints = below(3) != 0;
  const Player& player = paints ? state.players.painter() : state.players.writer();
  const studio::View* view = player.view();
  if (view == nullptr) return;
  std::vector<std::string> names = {"words", "bars", "progress", "strip"};
  for (const studio::ViewPart& part : view->parts) {
    if (part.takes_pointer) names.push_back(part.name);
  }
  studio::PointerEvent event;
  event.part = names[random_.below(static_cast<std::uint32_t>(names.size()))];
  event.is_secondary = below(5) == 0;
  event.item = below(12) - 1;
  last_ = "point at " + event.part;
  using Phase = studio::PointerEvent::Phase;
  for (const Phase phase : {Phase::press, Phase::drag, Phase::drag, Phase::release}) {
    event.phase = phase;
    event.x = random_.uniform(0, 1);
    event.y = random_.uniform(0, 1);
    state.players.point(paints, event);
  }
}

void Person::press(State& state) {
  constexpr std::array keys{GLFW_KEY_SPACE, GLFW_KEY_PERIOD, GLFW_KEY_R,     GLFW_KEY_S,     GLFW_KEY_H,
                            GLFW_KEY_F1,    GLFW_KEY_F8,     GLFW_KEY_F10,   GLFW_KEY_F12,   GLFW_KEY_TAB,
                            GLFW_KEY_RIGHT, GLFW_KEY_LEFT,   GLFW_KEY_DOWN,  GLFW_KEY_ENTER, GLFW_KEY_Z,
                            GLFW_KEY_C,     GLFW_KEY_V,      GLFW_KEY_ESCAPE};
  const int key = keys[static_cast<std::size_t>(below(static_cast<int>(keys.size())))];
  last_ = "key " + std::to_string(key);
  ImGuiIO& io = ImGui::GetIO();
  const bool has_control = key == GLFW_KEY_Z || key == GLFW_KEY_C || key == GLFW_KEY_V;
  io.KeyCtrl = has_control;
  io.KeyShift = has_control && below(3) == 0;
  press_key(state, key);
  io.KeyCtrl = io.KeyShift = false;
}

}  // namespace figment::app
