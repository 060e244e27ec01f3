#include "app/widgets.h"

#include <fmt/format.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "app/parts/plot.h"
#include "core/random.h"

namespace figment::app {

namespace {

constexpr float tooltip_delay = 0.45F;

double share_of(double value, const SliderRange& range) {
  const double linear = (value - range.minimum) / (range.maximum - range.minimum);
  return std::pow(std::clamp(linear, 0.0, 1.0), 1.0 / range.exponent);
}

double value_at(double share, const SliderRange& range) {
  const double value =
      range.minimum + std::pow(std::clamp(share, 0.0, 1.0), range.exponent) * (range.maximum - range.minimum);
  const double unit = range.is_integer ? 1.0 : std::pow(10.0, -range.decimals);
  return std::clamp(std::round(value / unit) * unit, range.minimum, range.maximum);
}

/// So many steps of a key further: a fiftieth of the range, one unit at least.
double moved(double value, float steps, const SliderRange& range) {
  const double there = value_at(share_of(value, range) + 0.02 * static_cast<double>(steps), range);
  const double unit = range.is_integer ? 1.0 : std::pow(10.0, -range.decimals);
  if (std::abs(there - value) >= unit) return there;
  return std::clamp(value + unit * static_cast<double>(steps), range.minimum, range.maximum);
}

std::string format_value(double value, const SliderRange& range) {
  return range.is_integer ? fmt::format("{}", std::llround(value)) : fmt::format("{:.{}f}", value, range.decimals);
}

}  // namespace

void draw_text(ImDrawList& list, ImFont* font, ImVec2 at, ImU32 tint, std::string_view text) {
  if (!text.empty()) list.AddText(font, font->FontSize, at, tint, text.data(), text.data() + text.size());
}

ImVec2 text_size(ImFont* font, std::string_view text) {
  if (text.empty()) return {0, font->FontSize};
  return font->CalcTextSizeA(font->FontSize, 1e9F, 0, text.data(), text.data() + text.size());
}

void Widgets::begin_frame() {
  controls_.clear();
  hovered_.clear();
  if (ImGui::IsMouseClicked(0)) focus_.clear();
}

void Widgets::end_frame() {
  if (!focus_.empty()) keep_focus();
  is_pressed_ = false;
  follows_focus_ = false;
  arrow_ = {};
  last_controls_ = controls_;
  const bool is_same = !hovered_.empty() && hovered_ == last_hovered_ && !ImGui::IsMouseDown(0);
  hover_seconds_ = is_same ? hover_seconds_ + ImGui::GetIO().DeltaTime : (hovered_.empty() ? 0.0F : 1e-3F);
  last_hovered_ = hovered_;
  if (hover_seconds_ < tooltip_delay || tooltip_.empty()) return;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {style_->px(10), style_->px(8)});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, style_->px(6));
  ImGui::PushFont(style_->fonts.small);
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(style_->px(280));
  ImGui::TextUnformatted(tooltip_.c_str());
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
  ImGui::PopFont();
  ImGui::PopStyleVar(2);
}

bool ControlRect::is_visible() const {
  const ImVec2 middle = {(min.x + max.x) / 2, (min.y + max.y) / 2};
  return middle.x >= clip_min.x && middle.x < clip_max.x && middle.y >= clip_min.y && middle.y < clip_max.y;
}

/// A control that is called otherwise after it was pressed, as "Pause", stays the one.
void Widgets::keep_focus() {
  const auto is_it = [&](const ControlRect& control) { return control.takes_keys && control.name == focus_; };
  if (std::ranges::any_of(controls_, is_it)) return;
  const auto before = std::ranges::find_if(last_controls_, is_it);
  const auto index = static_cast<std::size_t>(before - last_controls_.begin());
  const bool is_there = before != last_controls_.end() && index < controls_.size() && controls_[index].takes_keys &&
                        std::abs(controls_[index].min.x - before->min.x) < 1 &&
                        std::abs(controls_[index].min.y - before->min.y) < 1;
  focus_ = is_there ? controls_[index].name : std::string();
}

void Widgets::move_focus(int direction) {
  const auto count = static_cast<int>(last_controls_.size());
  const auto at = std::ranges::find(last_controls_, focus_, &ControlRect::name);
  int index = at == last_controls_.end() ? (direction > 0 ? -1 : count) : static_cast<int>(at - last_controls_.begin());
  for (int i = 0; i < count; ++i) {
    index = (index + direction + count) % count;
    const ControlRect& control = last_controls_[static_cast<std::size_t>(index)];
    if (!control.takes_keys || control.name == focus_) continue;
    focus_ = control.name;
    follows_focus_ = true;
    return;
  }
}

bool Widgets::note(std::string_view name, std::string_view tooltip, bool takes_keys) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const std::string_view plain = name.substr(0, name.find("###"));
  const ImVec2 low = ImGui::GetItemRectMin();
  const ImVec2 high = ImGui::GetItemRectMax();
  controls_.push_back(
      {std::string(plain), low, high, list.GetClipRectMin(), list.GetClipRectMax(), !tooltip.empty(), takes_keys});
  const bool has_focus = takes_keys && plain == focus_;
  if (has_focus) {
    if (follows_focus_ && !controls_.back().is_visible()) ImGui::SetScrollHereY(0.5F);
    const float gap = style_->px(2);
    list.AddRect({low.x - gap, low.y - gap}, {high.x + gap, high.y + gap}, color::accent,
                 ImGui::GetStyle().FrameRounding + gap, 0, style_->scale * 2);
  }
  if (!tooltip.empty() && ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem)) {
    hovered_ = name;
    tooltip_ = tooltip;
  }
  return has_focus && is_pressed_;
}

void Widgets::heading(const char* text) {
  ImGui::Dummy({0, style_->px(3)});
  ImGui::PushFont(style_->fonts.small_bold);
  ImGui::PushStyleColor(ImGuiCol_Text, color::dim);
  ImGui::TextUnformatted(text);
  ImGui::PopStyleColor();
  ImGui::PopFont();
}

float Widgets::begin_row(const char* label, std::string_view tooltip) {
  const float width = ImGui::GetContentRegionAvail().x;
  const float label_width = std::floor(width * 0.40F);
  const float start = ImGui::GetCursorPosX();
  ImGui::AlignTextToFramePadding();
  const float room = label_width - style_->px(4);
  ImFont* font = text_size(style_->fonts.regular, label).x > room ? style_->fonts.small : style_->fonts.regular;
  ImGui::PushFont(font);
  ImGui::TextUnformatted(shortened(font, label, room).c_str());
  ImGui::PopFont();
  if (ImGui::IsItemHovered() && !tooltip.empty()) {
    hovered_ = label;
    tooltip_ = tooltip;
  }
  ImGui::SameLine(start + label_width);
  return width - label_width;
}

bool Widgets::edit_number(const char* label, double& value, const SliderRange& range, float width) {
  ImGui::SetNextItemWidth(width);
  if (edit_started_) ImGui::SetKeyboardFocusHere();
  const bool is_done = ImGui::InputText(fmt::format("##edit_{}", label).c_str(), &edit_text_,
                                        ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  const bool is_left = !edit_started_ && !ImGui::IsItemActive();
  edit_started_ = false;
  if (!is_done && !is_left) return false;
  edited_.clear();
  char* end = nullptr;
  const double typed = std::strtod(edit_text_.c_str(), &end);
  if (end == edit_text_.c_str() || !std::isfinite(typed)) return false;
  const double before = value;
  value = std::clamp(range.is_integer ? std::round(typed) : typed, range.minimum, range.maximum);
  return value != before;
}

bool Widgets::slider(const char* label, double& value, const SliderRange& range, std::string_view tooltip) {
  const float width = begin_row(label, tooltip);
  const float height = ImGui::GetFrameHeight();
  if (edited_ == label) {
    const bool changed = edit_number(label, value, range, width);
    note(label, tooltip);
    return changed;
  }
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton(fmt::format("##{}", label).c_str(), {width, height});
  const bool is_entered = note(label, tooltip);
  const bool is_hovered = ImGui::IsItemHovered();
  const double before = value;
  const ImGuiIO& io = ImGui::GetIO();
  const ImVec2 arrow = arrow_on(label);
  if (arrow.x != arrow.y) value = moved(value, arrow.x - arrow.y, range);
  if (is_entered || (is_hovered && (ImGui::IsMouseDoubleClicked(0) || (io.KeyCtrl && ImGui::IsMouseClicked(0))))) {
    edited_ = label;
    edit_text_ = format_value(value, range);
    edit_started_ = true;
  } else if (ImGui::IsItemActive() && (ImGui::IsMouseClicked(0) || io.MouseDelta.x != 0)) {
    value = value_at((io.MousePos.x - at.x) / width, range);
  }
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 end(at.x + width, at.y + height);
  const float rounding = ImGui::GetStyle().FrameRounding;
  list.AddRectFilled(at, end, is_hovered ? color::control_hovered : color::control, rounding);
  const auto filled = static_cast<float>(share_of(value, range)) * width;
  if (filled >= 1) {
    list.AddRectFilled(at, {at.x + std::max(filled, 3.0F), end.y}, is_hovered ? color::track_hovered : color::track,
                       std::min(rounding, filled / 2));
  }
  const std::string text = format_value(value, range);
  draw_text(list, style_->fonts.regular, {at.x + style_->px(9), at.y + (height - ImGui::GetFontSize()) / 2},
            color::text, text);
  return value != before;
}

bool Widgets::combo(const char* label, int& index, std::span<const Choice> choices, std::string_view tooltip) {
  const float width = begin_row(label, tooltip);
  ImGui::SetNextItemWidth(width);
  const bool is_known = index >= 0 && index < static_cast<int>(choices.size());
  const std::string preview(is_known ? choices[static_cast<std::size_t>(index)].title : "");
  bool changed = false;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = ImGui::GetFrameHeight();
  const bool is_open = ImGui::BeginCombo(fmt::format("##{}", label).c_str(), preview.c_str(),
                                         ImGuiComboFlags_NoArrowButton | ImGuiComboFlags_HeightLarge);
  if (is_open) {
    for (std::size_t i = 0; i < choices.size(); ++i) {
      const bool is_selected = static_cast<int>(i) == index;
      const std::string title(choices[i].title);
      if (ImGui::Selectable(title.c_str(), is_selected)) {
        changed = !is_selected;
        index = static_cast<int>(i);
      }
      note(fmt::format("{}: {}", label, title), choices[i].tooltip, false);
      if (is_selected) ImGui::SetItemDefaultFocus();
    }
    ImGui::EndCombo();
  }
  if (!is_open) {
    const bool is_entered = note(label, tooltip);
    const ImVec2 arrow = arrow_on(label);
    const int by = is_entered ? 1 : static_cast<int>(arrow.x + arrow.y);
    const auto count = static_cast<int>(choices.size());
    if (by != 0 && count > 1) {
      index = ((index + by) % count + count) % count;
      changed = true;
    }
  }
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 arrow(at.x + width - style_->px(14), at.y + height / 2 - style_->px(1));
  const float r = style_->px(4);
  list.AddTriangleFilled({arrow.x - r, arrow.y - r * 0.5F}, {arrow.x + r, arrow.y - r * 0.5F},
                         {arrow.x, arrow.y + r * 0.8F}, color::dim);
  return changed;
}

bool Widgets::edit_text(const char* label, std::string& text, float width, std::string_view tooltip) {
  ImGui::SetNextItemWidth(width);
  std::string edited = text;
  if (is_pressed_ && focus_ == label) ImGui::SetKeyboardFocusHere();
  const bool changed = ImGui::InputText(fmt::format("##{}", label).c_str(), &edited);
  note(label, tooltip);
  if (changed) text = edited;
  return changed;
}

bool Widgets::text_field(const char* label, std::string& text, std::string_view tooltip) {
  return edit_text(label, text, begin_row(label, tooltip), tooltip);
}

bool Widgets::wide_text_field(const char* label, std::string& text, std::string_view tooltip) {
  ImGui::TextUnformatted(label);
  return edit_text(label, text, ImGui::GetContentRegionAvail().x, tooltip);
}

bool Widgets::toggle(const char* label, bool& is_on, std::string_view tooltip) {
  const float width = begin_row(label, tooltip);
  const float height = ImGui::GetFrameHeight();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  bool is_pressed = ImGui::InvisibleButton(fmt::format("##{}", label).c_str(), {width, height});
  is_pressed |= note(label, tooltip);
  if (is_pressed) is_on = !is_on;
  const bool is_hovered = ImGui::IsItemHovered();
  const float thickness = style_->px(18);
  const float length = style_->px(34);
  const float y = std::floor(at.y + (height - thickness) / 2);
  ImU32 track = is_on ? color::accent : color::line;
  if (is_hovered) track = is_on ? color::accent_hovered : color::faint;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled({at.x, y}, {at.x + length, y + thickness}, track, thickness / 2);
  const float x = is_on ? at.x + length - thickness / 2 : at.x + thickness / 2;
  list.AddCircleFilled({x, y + thickness / 2}, thickness / 2 - style_->px(3), is_on ? color::on_accent : color::text,
                       24);
  return is_pressed;
}

bool Widgets::seed_field(const char* label, std::uint64_t& seed, std::string_view tooltip) {
  const float width = begin_row(label, tooltip);
  const float button_width = ImGui::GetFrameHeight();
  const float gap = style_->px(4);
  ImGui::SetNextItemWidth(width - button_width - gap);
  if (is_pressed_ && focus_ == label) ImGui::SetKeyboardFocusHere();
  bool changed = ImGui::InputScalar(fmt::format("##{}", label).c_str(), ImGuiDataType_U64, &seed);
  note(label, tooltip);
  ImGui::SameLine(0, gap);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  bool is_rolled = ImGui::Button(fmt::format("##dice_{}", label).c_str(), {button_width, button_width});
  is_rolled |=
      note(fmt::format("{}: dice", label), "Rolls the dice: another seed, so another result from the same settings.");
  if (is_rolled) {
    // The next seed follows from this one, so that a series can be repeated.
    seed = core::Random(seed, 1).bits() % 1000000;
    changed = true;
  }
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float inset = std::floor(button_width * 0.27F);
  const ImVec2 low(at.x + inset, at.y + inset);
  const ImVec2 high(at.x + button_width - inset, at.y + button_width - inset);
  list.AddRect(low, high, color::dim, style_->px(3), 0, style_->scale * 1.3F);
  const float dot = style_->scale * 1.4F;
  const float d = (high.x - low.x) * 0.28F;
  list.AddCircleFilled({low.x + d, low.y + d}, dot, color::dim, 8);
  list.AddCircleFilled({(low.x + high.x) / 2, (low.y + high.y) / 2}, dot, color::dim, 8);
  list.AddCircleFilled({high.x - d, high.y - d}, dot, color::dim, 8);
  return changed;
}

bool Widgets::button(const char* title, float width, bool is_primary, std::string_view tooltip) {
  if (is_primary) {
    ImGui::PushStyleColor(ImGuiCol_Button, color::accent);
    ImGui::PushStyleColor(ImGuiCol_ButtonHovered, color::accent_hovered);
    ImGui::PushStyleColor(ImGuiCol_ButtonActive, color::accent_hovered);
    ImGui::PushStyleColor(ImGuiCol_Text, color::on_accent);
    ImGui::PushFont(style_->fonts.bold);
  }
  bool is_pressed = ImGui::Button(title, {width, 0});
  if (is_primary) {
    ImGui::PopFont();
    ImGui::PopStyleColor(4);
  }
  is_pressed |= note(title, tooltip);
  return is_pressed;
}

bool Widgets::disclosure(const char* title, bool& is_open, std::string_view tooltip) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = ImGui::GetFrameHeight();
  bool is_pressed =
      ImGui::InvisibleButton(fmt::format("##{}", title).c_str(), {ImGui::GetContentRegionAvail().x, height});
  is_pressed |= note(title, tooltip);
  if (is_pressed) is_open = !is_open;
  if (is_pressed && is_open) ImGui::SetScrollHereY(0.2F);  // what it opens is to be seen
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImU32 tint = ImGui::IsItemHovered() ? color::text : color::dim;
  const float r = style_->px(4);
  const ImVec2 center(at.x + r, at.y + height / 2);
  if (is_open) {
    list.AddTriangleFilled({center.x - r, center.y - r * 0.6F}, {center.x + r, center.y - r * 0.6F},
                           {center.x, center.y + r * 0.8F}, tint);
  } else {
    list.AddTriangleFilled({center.x - r * 0.6F, center.y - r}, {center.x + r * 0.8F, center.y},
                           {center.x - r * 0.6F, center.y + r}, tint);
  }
  draw_text(list, style_->fonts.small, {at.x + style_->px(16), at.y + (height - style_->fonts.small->FontSize) / 2},
            tint, title);
  return is_pressed;
}

void Widgets::curve(std::span<const float> values, int marker, float height, std::string_view tooltip) {
  const float width = ImGui::GetContentRegionAvail().x;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::Dummy({width, height});
  note("curve", tooltip, false);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, {at.x + width, at.y + height}, color::background, ImGui::GetStyle().FrameRounding);
  if (values.size() < 2) return;
  const float pad = style_->px(7);
  const float high = std::max(*std::ranges::max_element(values), 1e-6F);
  const auto point = [&](std::size_t i) {
    const float x = at.x + pad + (width - 2 * pad) * static_cast<float>(i) / static_cast<float>(values.size() - 1);
    const float share = std::isfinite(values[i]) ? std::clamp(values[i] / high, 0.0F, 1.0F) : 0.0F;
    return ImVec2(x, at.y + height - pad - (height - 2 * pad) * share);
  };
  for (std::size_t i = 0; i < values.size(); ++i) list.PathLineTo(point(i));
  list.PathStroke(color::accent, 0, style_->scale * 1.5F);
  if (marker < 0 || marker >= static_cast<int>(values.size())) return;
  list.AddCircleFilled(point(static_cast<std::size_t>(marker)), style_->scale * 4, color::white, 16);
}

void Widgets::sparkline(std::span<const float> values, ImVec2 size, std::string_view tooltip) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::Dummy(size);
  note("frame times", tooltip, false);
  if (values.size() < 2) return;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float high = std::max(*std::ranges::max_element(values), 1.0F) * 1.1F;
  for (std::size_t i = 0; i < values.size(); ++i) {
    list.PathLineTo({at.x + size.x * static_cast<float>(i) / static_cast<float>(values.size() - 1),
                     at.y + size.y - size.y * values[i] / high});
  }
  list.PathStroke(color::accent, 0, style_->scale * 1.2F);
}

void Widgets::bar(float share, float width, float height, ImU32 fill) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::Dummy({width, height});
  const float filled = std::max(std::clamp(share, 0.0F, 1.0F) * width, style_->px(2));
  ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + filled, at.y + height}, fill,
                                            std::min(style_->px(2), filled / 2));
}

}  // namespace figment::app
