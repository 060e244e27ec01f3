#include "app/film/hand.h"

#include <algorithm>
#include <array>
#include <optional>

namespace figment::app {

namespace {

constexpr float rest_seconds = 0.5F;  // after the last step, before the mouse goes

std::optional<ImVec2> target_of(const MouseStep& step, const std::vector<ControlRect>& controls) {
  if (step.control == nullptr) return {};
  for (const ControlRect& control : controls) {
    if (control.name != step.control || !control.is_visible()) continue;
    return ImVec2(control.min.x + step.x * (control.max.x - control.min.x),
                  control.min.y + step.y * (control.max.y - control.min.y));
  }
  return {};
}

}  // namespace

Hand::Hand(std::span<const MouseStep> steps, float pace) : steps_(steps), pace_(pace) {}

void Hand::advance(float seconds, const std::vector<ControlRect>& controls) {
  if (step_ >= steps_.size()) {
    is_pressed_ = false;
    rested_ += seconds;
    is_shown_ = is_shown_ && rested_ < rest_seconds;
    return;
  }
  const MouseStep& step = steps_[step_];
  const std::optional<ImVec2> target = target_of(step, controls);
  if (target && !is_shown_) {
    // It comes in from below.
    from_ = {target->x + 60, target->y + 130};
    is_shown_ = true;
  }
  if (is_pressed_ != step.is_pressed) {
    is_pressed_ = step.is_pressed;  // the button goes down or up where the hand is; then it moves
    if (is_shown_) return;
  }
  elapsed_ += seconds * pace_;
  const float share = std::clamp(elapsed_ / std::max(step.seconds, 1e-3F), 0.0F, 1.0F);
  const float eased = step.is_pressed ? share : share * share * (3 - 2 * share);
  if (target) at_ = {from_.x + eased * (target->x - from_.x), from_.y + eased * (target->y - from_.y)};
  if (share < 1) return;
  from_ = at_;
  elapsed_ = 0;
  ++step_;
}

void Hand::draw(const Style& style) const {
  if (is_shown_) draw_mouse(style, at_, is_pressed_);
}

void draw_mouse(const Style& style, ImVec2 at, bool is_pressed) {
  if (ImGui::GetMouseCursor() == ImGuiMouseCursor_None) return;
  ImDrawList& list = *ImGui::GetForegroundDrawList();
  if (is_pressed) list.AddCircle(at, style.px(15), with_alpha(color::accent, 0.8F), 40, style.scale * 2.5F);
  const auto point = [&](float x, float y) { return ImVec2(at.x + x * style.scale, at.y + y * style.scale); };
  const std::array outline{point(0, 0), point(5.4F, 18.5F), point(8.4F, 10.2F), point(16.8F, 7.4F)};
  const ImDrawListFlags before = list.Flags;
  list.Flags &= ~ImDrawListFlags_AntiAliasedFill;  // two halves without a seam; the line smooths the edge
  list.AddTriangleFilled(outline[0], outline[1], outline[2], IM_COL32_WHITE);
  list.AddTriangleFilled(outline[0], outline[2], outline[3], IM_COL32_WHITE);
  list.Flags = before;
  list.AddPolyline(outline.data(), static_cast<int>(outline.size()), IM_COL32(20, 22, 28, 255), ImDrawFlags_Closed,
                   style.scale * 1.4F);
}

}  // namespace figment::app
