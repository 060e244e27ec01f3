#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <cctype>

#include "app/panels/panels.h"
#include "app/parts/plot.h"
#include "app/workbench.h"

namespace figment::app {

namespace {

using Verdict = BenchKernel::Verdict;

const ImU32& good = color::current.series[2];

ImU32 tint_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return good;
    case Verdict::failed:
    case Verdict::broken:
      return color::warning;
    case Verdict::checking:
      return color::accent;
    case Verdict::unknown:
      break;
  }
  return color::faint;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

bool matches(const BenchKernel& kernel, std::string wanted) {
  std::ranges::transform(wanted, wanted.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return wanted.empty() || kernel.file.find(wanted) != std::string::npos ||
         joined(kernel.ops).find(wanted) != std::string::npos;
}

void draw_kernel_line(State& state, BenchKernel& kernel, bool is_selected) {
  const Style& style = state.style();
  ImFont* font = style.fonts.small;
  const float height = font->FontSize + style.px(9);
  const float width = ImGui::GetContentRegionAvail().x;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (ImGui::InvisibleButton(kernel.file.c_str(), {width, height})) {
    state.workbench_file = kernel.file;
    state.workbench->select(kernel);
  }
  const bool is_hovered = ImGui::IsItemHovered();
  state.widgets.note("shader: " + kernel.file, kernel.ops.empty() ? "No op's kernel: drawn with, or used to measure."
                                                                  : "Used by " + joined(kernel.ops) + ".");
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (is_selected || is_hovered) {
    list.AddRectFilled(at, {at.x + width, at.y + height}, is_selected ? color::selected : color::control, style.px(5));
  }
  list.AddCircleFilled({at.x + style.px(10), at.y + height / 2}, style.px(3.5F), tint_of(kernel.verdict), 16);
  const float y = at.y + (height - font->FontSize) / 2;
  const std::string share = kernel.share > 0.0005 ? fmt::format("{:.1f} %", kernel.share * 100) : "";
  const float share_width = text_size(font, share).x;
  draw_line_of_text(list, font, {at.x + style.px(20), y}, width - style.px(30) - share_width, color::text, kernel.file);
  draw_text(list, font, {at.x + width - share_width - style.px(6), y}, color::dim, share);
}

void draw_list(State& state, ImVec2 size) {
  ImGui::BeginChild("shaders", size, false, ImGuiWindowFlags_NoNav);
  std::vector<BenchKernel*> shown;
  for (const auto& kernel : state.workbench->kernels()) {
    if (matches(*kernel, state.workbench_search)) shown.push_back(kernel.get());
  }
  std::ranges::stable_sort(shown, std::greater<>(),
                           [](const BenchKernel* kernel) { return kernel->share > 0.0005 ? kernel->share : 0.0; });
  for (BenchKernel* kernel : shown) draw_kernel_line(state, *kernel, kernel->file == state.workbench_file);
  if (shown.empty()) ImGui::TextUnformatted("No shader has that in its name.");
  ImGui::EndChild();
}

}  // namespace

bool draw_workbench_panel(State& state) {
  const Style& style = state.style();
  const float height = sheet_area(state).height - style.px(24);
  ImGui::BeginChild("workbench", {0, height}, false, ImGuiWindowFlags_NoNav);
  ImGui::PushFont(style.fonts.bold);
  ImGui::TextUnformatted("Shader workbench");
  ImGui::PopFont();
  const float width = ImGui::GetContentRegionAvail().x;
  const float left = std::floor(std::clamp(width * 0.38F, style.px(170), style.px(280)));
  const float gap = style.px(18);
  const ImVec2 at = ImGui::GetCursorPos();
  ImGui::BeginGroup();
  ImGui::SetNextItemWidth(left);
  ImGui::InputTextWithHint("##search", "Search", &state.workbench_search);
  state.widgets.note("search shaders", "Shows the shaders whose name, or an op that uses them, holds this.");
  draw_list(state, {left, height - ImGui::GetCursorPosY()});
  ImGui::EndGroup();
  ImGui::SetCursorPos({at.x + left + gap, at.y});
  ImGui::BeginChild("kernel", {width - left - gap, height - at.y}, false, ImGuiWindowFlags_NoNav);
  draw_workbench_section(state);
  ImGui::EndChild();
  ImGui::EndChild();
  return false;
}

}  // namespace figment::app
