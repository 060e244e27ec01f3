#pragma once
#include <imgui.h>

#include <array>
#include <string>

namespace figment::app {

enum class Theme { dark, light, high_contrast };
inline constexpr std::array<const char*, 3> theme_names{"dark", "light", "high contrast"};

/// The colours of a theme.
struct Palette {
  ImU32 background;
  ImU32 panel;
  ImU32 line;
  ImU32 control;
  ImU32 control_hovered;
  ImU32 track;
  ImU32 track_hovered;
  ImU32 selected;
  ImU32 accent;
  ImU32 accent_hovered;
  ImU32 on_accent;
  ImU32 text;
  ImU32 dim;
  ImU32 faint;
  ImU32 white;  ///< the strongest text
  ImU32 warning;
  ImU32 popup;                   ///< behind lists, tooltips and messages
  ImU32 floating;                ///< behind panels that lie over others
  std::array<ImU32, 10> series;  ///< of the lines and groups in plots
  std::array<ImU32, 5> heat;     ///< of values from the lowest to the highest
  std::array<ImU32, 3> odds;     ///< behind words: likely, so so, surprising
};
const Palette& palette_of(Theme theme);
namespace detail {
extern Palette palette;
}
/// Draws everything in the colours of this theme from now on; make_style() takes them to ImGui's own widgets.
void use_theme(Theme theme);

/// The colours of the theme in use.
namespace color {
inline const Palette& current = detail::palette;
inline const ImU32& background = detail::palette.background;
inline const ImU32& panel = detail::palette.panel;
inline const ImU32& line = detail::palette.line;
inline const ImU32& control = detail::palette.control;
inline const ImU32& control_hovered = detail::palette.control_hovered;
inline const ImU32& track = detail::palette.track;
inline const ImU32& track_hovered = detail::palette.track_hovered;
inline const ImU32& selected = detail::palette.selected;
inline const ImU32& accent = detail::palette.accent;
inline const ImU32& accent_hovered = detail::palette.accent_hovered;
inline const ImU32& on_accent = detail::palette.on_accent;
inline const ImU32& text = detail::palette.text;
inline const ImU32& dim = detail::palette.dim;
inline const ImU32& faint = detail::palette.faint;
inline const ImU32& white = detail::palette.white;
inline const ImU32& warning = detail::palette.warning;
inline const ImU32& popup = detail::palette.popup;
inline const ImU32& floating = detail::palette.floating;
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
/// Takes the colours of the theme in use to ImGui's own widgets.
void set_widget_colors();

/// A colour between two.
ImU32 mix(ImU32 from, ImU32 to, float share);
/// The colour with another opacity, 0 to 1.
ImU32 with_alpha(ImU32 color, float alpha);

}  // namespace figment::app
