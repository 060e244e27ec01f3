#include <algorithm>

#include "app/panels/panels.h"
#include "sampling/sampler.h"
#include "sampling/schedule.h"

namespace figment::app {

namespace {

/// A combo over a list whose entries have name, title and tooltip; edits the name.
template <typename Entry>
bool choose(State& state, const char* label, std::string& name, std::span<const Entry> entries, const char* tooltip) {
  std::vector<Choice> choices;
  int index = -1;
  for (const Entry& entry : entries) {
    if (entry.name == name) index = static_cast<int>(choices.size());
    choices.push_back({entry.title, entry.tooltip});
  }
  if (!state.widgets.combo(label, index, choices, tooltip)) return false;
  name = entries[static_cast<std::size_t>(index)].name;
  return true;
}

const sampling::Sampler* find_sampler(const std::string& name) {
  const auto samplers = sampling::samplers();
  const auto found = std::ranges::find(samplers, name, &sampling::Sampler::name);
  return found == samplers.end() ? nullptr : &*found;
}

}  // namespace

bool draw_sampler_section(State& state) {
  Widgets& widgets = state.widgets;
  studio::PictureRequest& request = state.request.picture;
  widgets.heading("SAMPLER");
  bool changed = choose(state, "Sampler", request.sampler, sampling::samplers(),
                        "How the noise is taken out: each sampler walks another way from noise to picture.");
  changed |= choose(state, "Schedule", request.schedule, sampling::schedules(),
                    "How the steps are spread over the noise levels.");
  if (const studio::View* view = state.players.painter().view(); view != nullptr && !view->curve.y.empty()) {
    widgets.curve(view->curve.y, view->curve.marker, state.style().px(56),
                  "The noise level over the steps; the dot is where the pictures are now.");
  }
  double steps = request.steps;
  if (widgets.slider("Steps", steps, {1, 100, true},
                     "More steps are slower and finer. Double-click to type a number.")) {
    request.steps = static_cast<int>(steps);
    changed = true;
  }
  double guidance = static_cast<double>(request.guidance);
  if (widgets.slider("Guidance", guidance, {0, 10, false, 1, 1.6},
                     "How firmly the pictures follow what was asked for; 1 is off, too much makes them garish.")) {
    request.guidance = static_cast<float>(guidance);
    changed = true;
  }
  const sampling::Sampler* sampler = find_sampler(request.sampler);
  if (sampler != nullptr && sampler->takes_eta) {
    double eta = static_cast<double>(request.eta < 0 ? sampler->default_eta : request.eta);
    if (widgets.slider(
            "Fresh noise", eta, {0, 1, false, 2},
            "How much new noise each step adds (eta): 0 always gives the same picture from the same seed.")) {
      request.eta = static_cast<float>(eta);
      changed = true;
    }
  }
  return changed;
}

}  // namespace figment::app
