#include "app/interface.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "app/panels/panels.h"

namespace figment::app {

Interface::Interface(runtime::Context& context, UiRenderer& renderer, const std::vector<studio::Family>& families,
                     const studio::Request& request, float scale)
    : renderer_(renderer),
      style_(make_style(scale)),
      widgets_(style_),
      players_(context, families),
      sheets_(context.device(), renderer),
      icons_(renderer, families),
      state_(players_, widgets_, sheets_, icons_),
      profiler_(context),
      workbench_(context),
      applied_(request) {
  use_theme(theme_);
  set_widget_colors();
  state_.request = request;
  state_.profiler = &profiler_;
  state_.workbench = &workbench_;
  state_.measurements.device = context.device().info().name;
  renderer_.load_fonts();
}

void Interface::select_models(const std::string& model) {
  const studio::Family* painter = nullptr;
  const studio::Family* writer = nullptr;
  bool is_known = model.empty();
  for (const studio::Family& family : players_.families()) {
    const studio::Family*& place = family.fills_stage ? painter : writer;
    const bool is_wanted = family.name == model;
    if (place == nullptr || is_wanted) place = &family;
    is_known |= is_wanted;
  }
  if (!is_known) {
    std::string names;
    for (const studio::Family& family : players_.families()) names += (names.empty() ? "" : ", ") + family.name;
    core::fail("There is no model called '{}'; choose one of {}.", model, names);
  }
  if (painter != nullptr) players_.select(*painter);
  if (writer != nullptr) players_.select(*writer);
}

std::vector<std::string> Interface::models_on_show() const {
  std::vector<std::string> names;
  for (const Player* player : {&players_.painter(0), &players_.painter(1), &players_.writer()}) {
    if (player->family != nullptr) names.push_back(player->family->name);
  }
  return names;
}

void Interface::show_models(const std::vector<std::string>& names) {
  bool has_painter = false;
  for (const std::string& name : names) {
    const auto family = std::ranges::find(players_.families(), name, &studio::Family::name);
    if (family == players_.families().end()) continue;
    if (family->fills_stage && std::exchange(has_painter, true)) {
      players_.compare_with(*family);
    } else {
      players_.select(*family);
    }
  }
}

void Interface::follow_scale(float scale) {
  scale *= std::clamp(state_.zoom, 0.5F, 3.0F);
  if (std::abs(scale - style_.scale) < 0.01F) return;
  const float before = style_.scale;
  Style style = make_style(scale);
  if (style.scale == before) return;
  style_ = style;
  renderer_.load_fonts();
}

void Interface::advance_tools() {
  guard([&] {
    if (state_.shows_profiler) {
      profiler_.advance();
    } else {
      profiler_.rest();
    }
    const double slice_ms = std::max(2.0, 0.2 * state_.measurements.budget_ms);
    if (state_.shows_workbench || workbench_.is_busy()) workbench_.advance(slice_ms);
  });
}

void Interface::build(const std::function<void()>& overlay) {
  using Clock = std::chrono::steady_clock;
  advance_tools();
  const HostSpan span(&profiler_.trace(), "build interface");
  state_.strokes.clear();
  const Clock::time_point start = Clock::now();
  if (theme_ != state_.theme) {
    theme_ = state_.theme;
    use_theme(theme_);
    set_widget_colors();
  }
  ImGui::NewFrame();
  widgets_.begin_frame();
  sheets_.begin_frame();
  state_.layout = make_layout(ImGui::GetIO().DisplaySize, style_, players_.painter().family != nullptr,
                              players_.writer().family != nullptr);
  state_.layout.hint = place_hint(state_);
  if (std::string error = players_.error(); error != shown_error_) {
    shown_error_ = error;
    if (!error.empty()) state_.say(error, true);
  }
  draw_panels(state_);
  widgets_.end_frame();
  if (overlay) overlay();
  ImGui::Render();
  const double time_ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  state_.measurements.build_ms += 0.2 * (time_ms - state_.measurements.build_ms);
}

Actions Interface::take_actions() {
  Actions actions = std::exchange(state_.actions, {});
  if (actions.stop != nullptr) players_.stop(*actions.stop);
  if (actions.select != nullptr) players_.select(*actions.select);
  if (actions.compare_with != nullptr) players_.compare_with(*actions.compare_with);
  if (actions.train != nullptr) players_.train(*actions.train);
  if (actions.train_beside != nullptr) players_.train(*actions.train_beside, true);
  if (actions.step) {
    guard([&] { players_.begin_step(); });
    state_.is_paused = true;
  }
  if (actions.restart) guard([&] { players_.restart(); });
  if (actions.stop != nullptr || actions.select != nullptr || actions.compare_with != nullptr || actions.restart ||
      actions.train != nullptr || actions.train_beside != nullptr) {
    sheets_.forget();
  }
  return actions;
}

bool Interface::apply_request() {
  players_.take_edits(state_.request);
  if (state_.request == applied_) return false;
  applied_ = state_.request;
  guard([&] { players_.set_request(applied_); });
  return true;
}

}  // namespace figment::app
