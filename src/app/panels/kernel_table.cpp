#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/panels/panels.h"
#include "app/parts/plot.h"
#include "app/profiler_plots.h"

namespace figment::app {

namespace {

enum Column : int { kernel_column, calls_column, time_column, flops_column, bytes_column, roof_column, column_count };

struct Heading {
  const char* title;
  const char* tooltip;
};
constexpr std::array<Heading, column_count> headings{
    {{"Kernel", "The shader, and the constants it was specialized with. Click a heading to sort by it."},
     {"Calls/s", "Dispatches of it a second."},
     {"Time", "Its share of the time of all kernels."},
     {"FLOP/s", "Operations a second of its own time; a multiply-add counts for two. Counted from the shapes."},
     {"B/s", "Bytes that it must at least read and write, a second of its own time."},
     {"Of roof",
      "How much of what the device allows at its ratio of operations to bytes. More than 100 %: its data "
      "came from the caches, or it touched only a part of what it might."}}};

double value_of(const KernelLoad& kernel, int column, const runtime::Ceilings& ceilings) {
  switch (column) {
    case calls_column:
      return kernel.calls;
    case flops_column:
      return kernel.flops;
    case bytes_column:
      return kernel.bytes;
    case roof_column:
      return kernel.efficiency(ceilings);
    default:
      return kernel.ms;
  }
}

/// The rows in the order that the table's headings ask for.
std::vector<int> sorted_rows(std::span<const KernelLoad> kernels, const runtime::Ceilings& ceilings) {
  std::vector<int> order(kernels.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  const ImGuiTableSortSpecs* specs = ImGui::TableGetSortSpecs();
  if (specs == nullptr || specs->SpecsCount == 0) return order;
  const int column = specs->Specs[0].ColumnIndex;
  const bool ascends = specs->Specs[0].SortDirection == ImGuiSortDirection_Ascending;
  std::ranges::stable_sort(order, [&](int a, int b) {
    const KernelLoad& left = kernels[static_cast<std::size_t>(ascends ? a : b)];
    const KernelLoad& right = kernels[static_cast<std::size_t>(ascends ? b : a)];
    if (column == kernel_column) return left.shader + left.variant < right.shader + right.variant;
    return value_of(left, column, ceilings) < value_of(right, column, ceilings);
  });
  return order;
}

void draw_headings(State& state) {
  ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
  for (int column = 0; column < column_count; ++column) {
    const Heading& heading = headings[static_cast<std::size_t>(column)];
    if (!ImGui::TableSetColumnIndex(column)) continue;
    ImGui::PushStyleColor(ImGuiCol_Text, color::dim);
    ImGui::TableHeader(heading.title);
    ImGui::PopStyleColor();
    state.widgets.note(std::string("profiler: ") + heading.title, heading.tooltip);
  }
}

void right_text(const std::string& text, ImU32 tint) {
  const float room = ImGui::GetContentRegionAvail().x - ImGui::CalcTextSize(text.c_str()).x;
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(room, 0.0F));
  ImGui::PushStyleColor(ImGuiCol_Text, tint);
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopStyleColor();
}

void draw_kernel_name(const Style& style, const KernelLoad& kernel) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  list.AddCircleFilled({at.x + style.px(4), at.y + ImGui::GetFontSize() / 2}, style.px(3.5F),
                       family_color(kernel.family), 16);
  const std::string name = shortened(style.fonts.small, kernel.shader, width - style.px(14));
  draw_text(list, style.fonts.small, {at.x + style.px(13), at.y}, color::text, name);
  const float used = style.px(22) + text_size(style.fonts.small, name).x;
  draw_line_of_text(list, style.fonts.small, {at.x + used, at.y}, width - used, color::faint, kernel.variant);
  ImGui::Dummy({width, ImGui::GetFontSize()});
}

/// Returns whether the mouse is on the row.
bool draw_row(State& state, const KernelLoad& kernel, bool is_marked, int row) {
  const Style& style = state.style();
  const runtime::Ceilings& ceilings = state.profiler->ceilings();
  ImGui::TableNextRow();
  ImGui::TableSetColumnIndex(0);
  ImGui::Selectable(fmt::format("##row{}", row).c_str(), is_marked,
                    ImGuiSelectableFlags_SpanAllColumns | ImGuiSelectableFlags_AllowItemOverlap);
  const bool is_hovered = ImGui::IsItemHovered();
  ImGui::SameLine(0, 0);
  draw_kernel_name(style, kernel);
  if (ImGui::TableSetColumnIndex(calls_column)) right_text(fmt::format("{:.0f}", kernel.calls), color::text);
  if (ImGui::TableSetColumnIndex(time_column)) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x - style.px(46);
    const float height = ImGui::GetFontSize() - style.px(5);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled({at.x, at.y + style.px(3)},
                       {at.x + std::max(width * static_cast<float>(kernel.share), 1.0F), at.y + style.px(3) + height},
                       with_alpha(family_color(kernel.family), 0.75F), style.px(2));
    right_text(fmt::format("{:.1f} %", kernel.share * 100), color::text);
  }
  const auto rate = [](double value) { return value > 0 ? with_prefix(value) : std::string("\u2013 "); };
  if (ImGui::TableSetColumnIndex(flops_column)) right_text(rate(kernel.flops), color::text);
  if (ImGui::TableSetColumnIndex(bytes_column)) right_text(rate(kernel.bytes), color::text);
  if (ImGui::TableSetColumnIndex(roof_column)) {
    const double share = kernel.efficiency(ceilings);
    right_text(share > 0 ? fmt::format("{:.0f} %", share * 100) : "\u2013", share > 0.5 ? color::accent : color::text);
  }
  return is_hovered;
}

}  // namespace

void draw_kernel_table(State& state, float height) {
  const Style& style = state.style();
  const auto& kernels = state.profiler->kernels();
  ImGui::PushFont(style.fonts.small);
  ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {style.px(6), style.px(2)});
  ImGui::PushStyleColor(ImGuiCol_TableHeaderBg, 0);
  const ImGuiTableFlags flags = ImGuiTableFlags_Sortable | ImGuiTableFlags_ScrollY | ImGuiTableFlags_SizingFixedFit;
  if (ImGui::BeginTable("kernels", column_count, flags, {0, height})) {
    const std::array<float, column_count> widths{0, 54, 130, 66, 66, 58};
    for (int column = 0; column < column_count; ++column) {
      const auto index = static_cast<std::size_t>(column);
      const ImGuiTableColumnFlags kind =
          column == kernel_column ? ImGuiTableColumnFlags_WidthStretch
                                  : ImGuiTableColumnFlags_WidthFixed | ImGuiTableColumnFlags_PreferSortDescending;
      ImGui::TableSetupColumn(headings[index].title,
                              kind | (column == time_column ? ImGuiTableColumnFlags_DefaultSort : 0),
                              style.px(widths[index]));
    }
    ImGui::TableSetupScrollFreeze(0, 1);
    draw_headings(state);
    state.profiler_row = -1;
    for (const int row : sorted_rows(kernels, state.profiler->ceilings())) {
      const KernelLoad& kernel = kernels[static_cast<std::size_t>(row)];
      if (draw_row(state, kernel, row == state.profiler_dot, row)) state.profiler_row = row;
    }
    ImGui::EndTable();
  }
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
  ImGui::PopFont();
}

}  // namespace figment::app
