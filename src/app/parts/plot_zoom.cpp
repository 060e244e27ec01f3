#include "app/parts/plot_zoom.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>

namespace figment::app {

namespace {

constexpr float per_turn = 0.8F;       // of the range
constexpr float closest = 1 / 500.0F;  // of the whole

PlotRange within(const PlotRange& whole, float left, float width) {
  width = std::min(width, whole.width());
  left = std::clamp(left, whole.left, whole.right - width);
  return {left, left + width};
}

/// Where the range of a plot is kept.
struct Kept {
  explicit Kept(const std::string& key) : storage(ImGui::GetStateStorage()) {
    ImGui::PushID(key.c_str());
    is_zoomed = ImGui::GetID("is zoomed");
    follows = ImGui::GetID("follows");
    left = ImGui::GetID("left");
    right = ImGui::GetID("right");
    ImGui::PopID();
  }
  void set(const PlotRange& range, const PlotRange& whole) const {
    storage->SetBool(is_zoomed, range.width() < 0.999F * whole.width());
    storage->SetBool(follows, range.right >= whole.right - 1e-3F * whole.width());
    storage->SetFloat(left, range.left);
    storage->SetFloat(right, range.right);
  }
  PlotRange get(const PlotRange& whole) const {
    if (!storage->GetBool(is_zoomed)) return whole;
    const PlotRange range{storage->GetFloat(left), storage->GetFloat(right)};
    // Of another run, or of one that began anew.
    if (range.right <= whole.left || range.left >= whole.right || !(range.width() > 0)) return whole;
    return within(whole, storage->GetBool(follows) ? whole.right - range.width() : range.left, range.width());
  }

  ImGuiStorage* storage;
  ImGuiID is_zoomed, follows, left, right;
};

}  // namespace

PlotRange zoomed(const PlotRange& shown, const PlotRange& whole, float at, float turns) {
  const float width = std::clamp(shown.width() * std::pow(per_turn, turns), closest * whole.width(), whole.width());
  const float place = shown.left + shown.width() * at;
  return within(whole, place - width * at, width);
}

PlotRange panned(const PlotRange& shown, const PlotRange& whole, float shares) {
  return within(whole, shown.left - shown.width() * shares, shown.width());
}

PlotRange plot_range(const std::string& key, const PlotRange& whole) { return Kept(key).get(whole); }

void take_plot_zoom(const std::string& key, const Rect& inner, const PlotRange& shown, const PlotRange& whole) {
  if (!(whole.width() > 0) || inner.is_empty()) return;
  const Kept kept(key);
  ImGui::SetCursorScreenPos({inner.x, inner.y});
  ImGui::InvisibleButton((key + " zoom").c_str(), {inner.width, inner.height});
  const ImGuiIO& io = ImGui::GetIO();
  const bool is_hovered = ImGui::IsItemHovered();
  if (is_hovered && ImGui::IsMouseDoubleClicked(0)) return kept.set(whole, whole);
  PlotRange next = shown;
  if (is_hovered && (io.KeyCtrl || ImGui::GetScrollMaxY() <= 0)) {
    const float at = std::clamp((io.MousePos.x - inner.x) / inner.width, 0.0F, 1.0F);
    if (io.MouseWheel != 0) next = zoomed(shown, whole, at, io.MouseWheel);
  }
  if (ImGui::IsItemActive() && io.MouseDelta.x != 0) next = panned(shown, whole, io.MouseDelta.x / inner.width);
  if (ImGui::IsItemActive() && shown.width() < whole.width()) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  if (next.left != shown.left || next.right != shown.right) kept.set(next, whole);
}

}  // namespace figment::app
