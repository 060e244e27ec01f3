#pragma once
#include <imgui.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/style.h"

namespace figment::app {

/// A control that is on the screen, for tests that drive the window from outside.
struct ControlRect {
  std::string name;
  ImVec2 min;
  ImVec2 max;
  ImVec2 clip_min;  ///< what of its surroundings is to be seen
  ImVec2 clip_max;
  bool has_tooltip = false;
  bool takes_keys = false;  ///< can have the focus

  /// Whether its middle is to be seen, and so can be clicked; if not, its surroundings can be scrolled.
  bool is_visible() const;
};

/// One choice of a combo.
struct Choice {
  std::string_view title;
  std::string_view tooltip;
};

/// A number that a slider edits.
struct SliderRange {
  double minimum = 0;
  double maximum = 1;
  bool is_integer = false;
  int decimals = 2;
  double exponent = 1;  ///< above 1: small values get more room
};

/// The window's controls. Each writes into its argument and returns whether it changed. Controls with a label stand in
/// a row: the label at the left, the control in the rest of the width.
class Widgets {
 public:
  explicit Widgets(const Style& style) : style_(&style) {}
  void set_style(const Style& style) { style_ = &style; }
  const Style& style() const { return *style_; }

  void begin_frame();
  void end_frame();  ///< draws the tooltip that is due
  /// What was drawn in the last whole frame.
  const std::vector<ControlRect>& controls() const { return last_controls_; }
  /// Whether something moves without input, so that the next frame must be drawn.
  bool is_animating() const {
    return (hover_seconds_ > 0 && hover_seconds_ < 1) || is_pressed_ || follows_focus_ || arrow_.x != 0 ||
           arrow_.y != 0;
  }
  /// Whether keys go to a text field.
  static bool is_typing() { return ImGui::GetIO().WantTextInput; }

  void heading(const char* text);
  bool slider(const char* label, double& value, const SliderRange& range, std::string_view tooltip);
  bool combo(const char* label, int& index, std::span<const Choice> choices, std::string_view tooltip);
  bool text_field(const char* label, std::string& text, std::string_view tooltip);
  /// The same with the label above, for texts that are long.
  bool wide_text_field(const char* label, std::string& text, std::string_view tooltip);
  /// A switch.
  bool toggle(const char* label, bool& is_on, std::string_view tooltip);
  /// A number without range, with a button that draws a new one.
  bool seed_field(const char* label, std::uint64_t& seed, std::string_view tooltip);
  bool button(const char* title, float width, bool is_primary, std::string_view tooltip);
  /// A line that opens and closes what follows.
  bool disclosure(const char* title, bool& is_open, std::string_view tooltip);
  /// The last item of ImGui, as a control with a name. Returns whether Enter was pressed on it; what `takes_keys` not
  /// is only looked at.
  bool note(std::string_view name, std::string_view tooltip, bool takes_keys = true);

  // The keyboard: one control has the focus and gets what is pressed, in the next frame.
  void move_focus(int direction);  ///< 1: to the next control, -1: to the one before
  void leave_focus() { focus_.clear(); }
  const std::string& focus() const { return focus_; }
  void press_focused() { is_pressed_ = true; }
  void press_arrow(ImVec2 by) { arrow_ = {arrow_.x + by.x, arrow_.y + by.y}; }
  /// The arrow keys that were pressed on this control; x to the right, y down.
  ImVec2 arrow_on(std::string_view name) const { return name == focus_ ? arrow_ : ImVec2(0, 0); }

  void curve(std::span<const float> values, int marker, float height, std::string_view tooltip);
  void sparkline(std::span<const float> values, ImVec2 size, std::string_view tooltip);
  void bar(float share, float width, float height, ImU32 fill);

 private:
  void keep_focus();
  float begin_row(const char* label, std::string_view tooltip);  ///< the control's width
  bool edit_text(const char* label, std::string& text, float width, std::string_view tooltip);
  bool edit_number(const char* label, double& value, const SliderRange& range, float width);

  const Style* style_;
  std::vector<ControlRect> controls_;
  std::vector<ControlRect> last_controls_;
  std::string focus_;        ///< name of the control that has the keyboard's focus; empty: none
  bool is_pressed_ = false;  ///< Enter, on it
  ImVec2 arrow_{};
  bool follows_focus_ = false;  ///< is to be scrolled to
  std::string hovered_;         ///< name of the control under the mouse
  std::string last_hovered_;    ///< in the last frame
  std::string tooltip_;
  float hover_seconds_ = 0;
  std::string edited_;  ///< the slider that is being typed into
  std::string edit_text_;
  bool edit_started_ = false;
};

/// Draws text within `width` and returns where the next line starts, as ImGui's wrapped text does.
void draw_text(ImDrawList& list, ImFont* font, ImVec2 at, ImU32 tint, std::string_view text);
ImVec2 text_size(ImFont* font, std::string_view text);

}  // namespace figment::app
