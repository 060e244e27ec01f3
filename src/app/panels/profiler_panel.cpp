#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/panels/panels.h"
#include "app/profiler_plots.h"

namespace figment::app {

namespace {

void draw_top(State& state) {
  const Style& style = state.style();
  Profiler& profiler = *state.profiler;
  const float width = ImGui::GetContentRegionAvail().x;
  ImGui::PushFont(style.fonts.bold);
  ImGui::TextUnformatted("Profiler");
  ImGui::PopFont();
  const float button = style.px(104);
  ImGui::SameLine(width - 3 * button - style.px(12));
  ImGui::PushFont(style.fonts.small);
  if (state.widgets.button(profiler.by_variant ? "Variants###variants" : "Shaders###variants", button, false,
                           "A row for each set of constants that a shader was specialized with, or one for each "
                           "shader.")) {
    profiler.by_variant = !profiler.by_variant;
  }
  ImGui::SameLine(0, style.px(6));
  if (state.widgets.button(profiler.every_dispatch ? "All replays###every" : "One in 16###every", button, false,
                           "Times the kernels of one replay in sixteen, or of every one: more in the trace, and a "
                           "little slower.")) {
    profiler.every_dispatch = !profiler.every_dispatch;
  }
  ImGui::SameLine(0, style.px(6));
  if (state.widgets.button("Save a trace", button, true,
                           "Writes what host and device did in the last seconds, for ui.perfetto.dev.")) {
    state.actions.save_trace = true;
  }
  ImGui::PopFont();
}

std::string summary(const State& state) {
  const Profiler& profiler = *state.profiler;
  std::string text = fmt::format("{:.0f} dispatches a frame, {:.0f} a second; the device is {:.0f} % busy with kernels",
                                 profiler.dispatches_per_frame(), profiler.dispatches_per_second(),
                                 std::min(profiler.busy_share(), 1.0) * 100);
  if (profiler.kernels().empty()) text = "Nothing runs on the device now.";
  if (profiler.is_measuring()) {
    text = fmt::format("Measuring what the device can do at most: {:.0f} %", profiler.measured_share() * 100);
  } else if (!profiler.ceilings().are_known()) {
    text += ". It has no timestamps, so its ceilings are not known.";
  }
  return text;
}

}  // namespace

bool draw_profiler_panel(State& state) {
  const Style& style = state.style();
  const Rect sheet = sheet_area(state);
  const float inner_height = sheet.height - style.px(24);
  ImGui::BeginChild("profiler", {0, inner_height}, false, ImGuiWindowFlags_NoNav);
  draw_top(state);
  ImGui::PushFont(style.fonts.small);
  ImGui::PushStyleColor(ImGuiCol_Text, color::dim);
  ImGui::TextUnformatted(summary(state).c_str());
  ImGui::PopStyleColor();
  ImGui::PopFont();
  ImGui::Dummy({0, style.px(2)});

  const float gap = style.px(10);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  const bool is_wide = width > style.px(640);
  const float left = is_wide ? std::floor(width * 0.60F) : width;
  const float plot = std::clamp(inner_height * 0.46F, style.px(230), style.px(420));
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const auto& kernels = state.profiler->kernels();
  state.profiler_dot = draw_roofline(list, style, {at.x, at.y, left, plot}, kernels, state.profiler->ceilings(),
                                     state.profiler_row < static_cast<int>(kernels.size()) ? state.profiler_row : -1);
  ImGui::Dummy({left, plot});
  state.widgets.note("roofline",
                     ImGui::IsMouseHoveringRect(at, {at.x + left, at.y + style.px(26)})
                         ? "Each dot is a kernel, as large as its share of the time. The yellow roof is what this "
                           "device can do: on its slope memory is the limit, under the flat part arithmetic is."
                         : "");
  const Rect side{is_wide ? at.x + left + gap : at.x, is_wide ? at.y : at.y + plot + gap,
                  is_wide ? width - left - gap : width, 0};
  const float memory_height = style.px(34) + 6 * (style.fonts.small->FontSize + style.px(5));
  const float frames = is_wide ? plot - gap - memory_height : style.px(110);
  draw_frame_graph(list, style, {side.x, side.y, side.width, frames}, state.frame_times, state.measurements.budget_ms);
  draw_memory(state.widgets, {side.x, side.y + frames + gap, side.width, memory_height}, state.profiler->memory());
  const float below = is_wide ? at.y + plot + gap : side.y + frames + gap + memory_height + gap;
  ImGui::SetCursorScreenPos({at.x, below});
  const float rest = sheet.y + style.px(12) + inner_height - below;
  draw_kernel_table(state, is_wide ? std::max(rest, style.px(120)) : style.px(260));
  ImGui::EndChild();
  return false;
}

}  // namespace figment::app
