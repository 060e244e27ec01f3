#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/layout.h"
#include "app/style.h"

/// What plots have in common: the frame with its axes, the legend, the box that reads values out, colours.
namespace figment::app {

/// Ten calm colours that are easily told apart on dark; further indices begin again.
ImU32 series_color(int index);
/// From the colour of the panel over blue to nearly white, for 0..1.
ImU32 heat_color(float share);

/// "0.25", "1.5e-05", "12000": at most five or six characters.
std::string short_number(float value);

/// The text, or as much of it as fits with an ellipsis.
std::string shortened(ImFont* font, std::string_view text, float width);
/// Draws one line within `width`.
void draw_line_of_text(ImDrawList& list, ImFont* font, ImVec2 at, float width, ImU32 tint, std::string_view text);

struct PlotLabels {
  std::string low, high;                  ///< of the values' axis
  std::string left, right;                ///< below
  std::span<const std::string> legend{};  ///< empty: none
};
/// Draws background, lines and labels of a plot, and returns where the values go.
Rect draw_plot_frame(ImDrawList& list, const Style& style, const Rect& area, const PlotLabels& labels);

/// A legend from `at`, in as many lines as `width` makes necessary; returns its height.
float draw_series_legend(ImDrawList& list, const Style& style, ImVec2 at, float width,
                         std::span<const std::string> labels);

/// One line of a read-out.
struct ReadOut {
  std::string text;
  ImU32 tint = 0;  ///< of the dot before it; 0: none
};
/// A small box with values beside the mouse, over everything else.
void draw_read_out(const Style& style, std::span<const ReadOut> lines);

}  // namespace figment::app
