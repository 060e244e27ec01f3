#pragma once
#include <string>

#include "app/layout.h"

/// Zooming of plots along their horizontal axis: the wheel zooms about the mouse, a drag pans, a double click shows
/// all.
namespace figment::app {

/// A stretch of an axis.
struct PlotRange {
  float left = 0;
  float right = 1;
  float width() const { return right - left; }
};

/// The range after so many turns of the wheel (up: closer) with the mouse at this share of the width; within `whole`.
PlotRange zoomed(const PlotRange& shown, const PlotRange& whole, float at, float turns);
/// The range after a drag by this share of the width to the right; within `whole`.
PlotRange panned(const PlotRange& shown, const PlotRange& whole, float shares);

/// What is to be shown of `whole`: what was chosen for the plot `key`, which is kept with the window of ImGui that is
/// being drawn. What one has zoomed to the end of goes on with an axis that grows.
PlotRange plot_range(const std::string& key, const PlotRange& whole);
/// Takes mouse and wheel on `inner`, where `shown` is, for the next frame. Where the window itself scrolls, the wheel
/// zooms with Control only.
void take_plot_zoom(const std::string& key, const Rect& inner, const PlotRange& shown, const PlotRange& whole);

}  // namespace figment::app
