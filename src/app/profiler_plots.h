#pragma once
#include <span>
#include <string>

#include "app/frame_times.h"
#include "app/layout.h"
#include "app/profiler.h"
#include "app/widgets.h"

/// The pictures of the profiler.
namespace figment::app {

/// The colour of a family of kernels, the same everywhere in the profiler.
ImU32 family_color(tensor::Family family);
/// "1.2 k", "35 M": three digits and a power of thousand.
std::string with_prefix(double value);

/// Axes of a roofline, in powers of ten.
struct RooflineAxes {
  double low_intensity = -2, high_intensity = 3;  ///< operations a byte
  double low_flops = 7, high_flops = 11;          ///< operations a second
};
/// Such that all kernels and the corner of the roof are to be seen; finite whatever comes.
RooflineAxes axes_of(std::span<const KernelLoad> kernels, const runtime::Ceilings& ceilings);

/// Arithmetic intensity against speed, both logarithmic: the ceilings as lines, each kernel a dot whose area is its
/// time. Kernels that compute nothing lie at the left edge, as high as their bytes a second are. Returns the row that
/// the mouse is on, else `marked`, which is drawn bright (-1: none).
int draw_roofline(ImDrawList& list, const Style& style, const Rect& area, std::span<const KernelLoad> kernels,
                  const runtime::Ceilings& ceilings, int marked);

/// The last frames' times with their percentiles and the budget.
void draw_frame_graph(ImDrawList& list, const Style& style, const Rect& area, const FrameTimes& times,
                      double budget_ms);

/// Device memory as one bar and what is in it. Returns the height.
float draw_memory(Widgets& widgets, const Rect& area, const MemoryUse& memory);

}  // namespace figment::app
