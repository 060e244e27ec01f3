#pragma once
#include <imgui.h>

#include <string>

namespace figment::app {

/// The window's colours.
namespace color {
inline constexpr ImU32 background = IM_COL32(15, 17, 21, 255);
inline constexpr ImU32 panel = IM_COL32(18, 20, 25, 255);
inline constexpr ImU32 line = IM_COL32(38, 42, 50, 255);
inline constexpr ImU32 control = IM_COL32(29, 32, 40, 255);
inline constexpr ImU32 control_hovered = IM_COL32(37, 41, 52, 255);
inline constexpr ImU32 track = IM_COL32(38, 66, 92, 255);
inline constexpr ImU32 track_hovered = IM_COL32(46, 82, 115, 255);
inline constexpr ImU32 selected = IM_COL32(30, 42, 56, 255);
inline constexpr ImU32 accent = IM_COL32(122, 193, 255, 255);
inline constexpr ImU32 accent_hovered = IM_COL32(150, 207, 255, 255);
inline constexpr ImU32 on_accent = IM_COL32(12, 22, 34, 255);
inline constexpr ImU32 text = IM_COL32(220, 224, 232, 255);
inline constexpr ImU32 dim = IM_COL32(139, 145, 158, 255);
inline constexpr ImU32 faint = IM_COL32(92, 98, 110, 255);
inline constexpr ImU32 white = IM_COL32(255, 255, 255, 255);
inline constexpr ImU32 warning = IM_COL32(242, 160, 120, 255);
}  // namespace color

/// The fonts of the present scale.
struct Fonts {
  ImFont* regular = nullptr;
  ImFont* bold = nullptr;
  ImFont* small_bold = nullptr;  ///< headings
  ImFont* small = nullptr;
  ImFont* mono = nullptr;
  ImFont* large = nullptr;  ///< texts that are read: 1.2 and 1.5 times as large as the regular letters
  ImFont* larger = nullptr;
  ImFont* title = nullptr;  ///< of a film; Latin letters only
};

/// How everything is drawn. Lengths are for 96 dots per inch: multiply with px().
struct Style {
  Fonts fonts;
  float scale = 1;
  std::string missing_fonts;  ///< a sentence if a font of the system is missing, else empty

  float px(float length) const { return static_cast<float>(static_cast<int>(length * scale + 0.5F)); }
};

/// Loads the fonts into the current ImGui context and sets its style for this scale (1 is 96 dots per inch).
Style make_style(float scale);

/// A colour between two.
ImU32 mix(ImU32 from, ImU32 to, float share);
/// The colour with another opacity, 0 to 1.
ImU32 with_alpha(ImU32 color, float alpha);

}  // namespace figment::app
