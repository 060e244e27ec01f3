#include <algorithm>
#include <cmath>

#include "app/panels/panels.h"
#include "studio/shown_controls.h"

namespace figment::app {

namespace {

using studio::Control;

/// As many decimals as make a thousandth of the range worth telling.
int decimals_for(const Control& control) {
  const double range = control.maximum - control.minimum;
  return range >= 100 ? 0 : range >= 20 ? 1 : range > 0.2 ? 2 : range > 0.05 ? 4 : 5;
}

bool edit(Widgets& widgets, const Control& control, double& value) {
  const char* label = control.label.c_str();
  if (control.kind == Control::Kind::toggle) {
    bool is_on = value != 0;
    if (!widgets.toggle(label, is_on, control.help)) return false;
    value = is_on ? 1 : 0;
    return true;
  }
  if (control.kind == Control::Kind::choice) {
    std::vector<Choice> choices;
    for (const std::string& choice : control.choices) choices.push_back({choice, ""});
    int index = static_cast<int>(std::lround(value));
    if (!widgets.combo(label, index, choices, control.help)) return false;
    value = index;
    return true;
  }
  const bool is_whole = control.kind == Control::Kind::whole_number;
  return widgets.slider(label, value,
                        {control.minimum, control.maximum, is_whole, decimals_for(control), control.exponent},
                        control.help);
}

bool draw_control(State& state, const studio::Family& family, const Control& control) {
  const std::string key = family.name + "." + control.name;
  if (control.kind == Control::Kind::text) {
    std::string text = studio::text(state.request, family, control.name);
    if (!state.widgets.wide_text_field(control.label.c_str(), text, control.help)) return false;
    state.request.texts[key] = text;
    return true;
  }
  double value = studio::number(state.request, family, control.name);
  if (!edit(state.widgets, control, value)) return false;
  state.request.numbers[key] = value;
  return true;
}

}  // namespace

bool draw_family_section(State& state, const studio::Family& family) {
  if (family.controls.empty()) return false;
  std::string title = family.title;
  std::ranges::transform(title, title.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  state.widgets.heading(title.c_str());
  ImGui::PushID(family.name.c_str());
  bool changed = false;
  for (const Control& control : family.controls) {
    if (studio::is_shown(state.request, family, control)) changed |= draw_control(state, family, control);
  }
  ImGui::PopID();
  return changed;
}

}  // namespace figment::app
