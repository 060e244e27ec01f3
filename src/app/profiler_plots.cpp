#include "app/profiler_plots.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "app/parts/plot.h"

namespace figment::app {

namespace {

const ImU32& roof_tint = color::current.series[5];
const ImU32& p99_tint = color::current.series[3];
const ImU32& p95_tint = color::current.series[1];

/// Where things are in a roofline.
struct RooflineMap {
  RooflineAxes axes;
  Rect area;
  float x(double intensity) const {
    const double share =
        (std::log10(std::max(intensity, 1e-30)) - axes.low_intensity) / (axes.high_intensity - axes.low_intensity);
    return area.x + area.width * static_cast<float>(std::clamp(share, 0.0, 1.0));
  }
  float y(double flops) const {
    const double share = (std::log10(std::max(flops, 1e-30)) - axes.low_flops) / (axes.high_flops - axes.low_flops);
    return area.y + area.height * (1 - static_cast<float>(std::clamp(share, 0.0, 1.0)));
  }
  double least_intensity() const { return std::pow(10.0, axes.low_intensity); }
  double most_intensity() const { return std::pow(10.0, axes.high_intensity); }
  ImVec2 place(const KernelLoad& kernel) const {
    if (kernel.flops > 0) return {x(kernel.intensity()), y(kernel.flops)};
    return {area.x, y(kernel.bytes * least_intensity())};
  }
};

void draw_grid(ImDrawList& list, const Style& style, const RooflineMap& map) {
  ImFont* font = style.fonts.small;
  const Rect& area = map.area;
  const float bottom = area.y + area.height;
  for (double power = std::ceil(map.axes.low_intensity); power <= map.axes.high_intensity; ++power) {
    const float x = map.x(std::pow(10.0, power));
    list.AddLine({x, area.y}, {x, bottom}, color::line);
    const std::string label = power < 0 ? fmt::format("{:.{}f}", std::pow(10.0, power), static_cast<int>(-power))
                                        : with_prefix(std::pow(10.0, power));
    const float width = text_size(font, label).x;
    draw_text(list, font, {std::min(x - width / 2, area.x + area.width - width), bottom + style.px(3)}, color::faint,
              label);
  }
  for (double power = std::ceil(map.axes.low_flops); power <= map.axes.high_flops; ++power) {
    const float y = map.y(std::pow(10.0, power));
    list.AddLine({area.x, y}, {area.x + area.width, y}, color::line);
    const std::string label = with_prefix(std::pow(10.0, power));
    draw_text(list, font, {area.x - style.px(8) - text_size(font, label).x, y - font->FontSize / 2}, color::faint,
              label);
  }
}

/// One roof: along the bandwidth up to the peak, and along that.
void draw_roof(ImDrawList& list, const Style& style, const RooflineMap& map, double bytes, double peak, ImU32 tint,
               bool is_filled) {
  const double ridge = std::clamp(peak / bytes, map.least_intensity(), map.most_intensity());
  const ImVec2 low(map.x(map.least_intensity()), map.y(bytes * map.least_intensity()));
  const ImVec2 corner(map.x(ridge), map.y(std::min(peak, bytes * ridge)));
  const ImVec2 end(map.area.x + map.area.width, corner.y);
  const float bottom = map.area.y + map.area.height;
  if (is_filled) {
    const std::array<ImVec2, 5> shape{low, corner, end, {end.x, bottom}, {low.x, bottom}};
    list.AddConvexPolyFilled(shape.data(), static_cast<int>(shape.size()), with_alpha(tint, 0.05F));
    for (float y = corner.y; y < bottom; y += style.px(8)) {
      list.AddLine({corner.x, y}, {corner.x, std::min(y + style.px(4), bottom)}, with_alpha(tint, 0.25F));
    }
  }
  const std::array<ImVec2, 3> line{low, corner, end};
  list.AddPolyline(line.data(), is_filled ? 3 : 2, tint, 0, style.scale * (is_filled ? 2.0F : 1.2F));
}

void draw_ceilings(ImDrawList& list, const Style& style, const RooflineMap& map, const runtime::Ceilings& ceilings) {
  if (!ceilings.are_known()) return;
  ImFont* font = style.fonts.small;
  if (ceilings.cache_bytes > ceilings.memory_bytes * 1.2) {
    draw_roof(list, style, map, ceilings.cache_bytes, ceilings.flops, with_alpha(roof_tint, 0.4F), false);
  }
  draw_roof(list, style, map, ceilings.memory_bytes, ceilings.flops, roof_tint, true);
  const std::string peak = with_prefix(ceilings.flops) + "FLOP/s";
  const ImVec2 right(map.area.x + map.area.width - text_size(font, peak).x - style.px(4),
                     map.y(ceilings.flops) - font->FontSize - style.px(3));
  draw_text(list, font, right, roof_tint, peak);
  const std::string memory = with_prefix(ceilings.memory_bytes) + "B/s memory";
  const std::string cache = with_prefix(ceilings.cache_bytes) + "B/s caches";
  const float line = font->FontSize + style.px(2);
  const ImVec2 top(map.area.x + style.px(8), map.area.y + style.px(4));
  draw_text(list, font, top, roof_tint, memory);
  if (ceilings.cache_bytes > ceilings.memory_bytes * 1.2) {
    draw_text(list, font, {top.x, top.y + line}, with_alpha(roof_tint, 0.55F), cache);
  }
}

void read_out(const Style& style, const KernelLoad& kernel, const runtime::Ceilings& ceilings) {
  std::vector<ReadOut> lines{
      {kernel.shader + (kernel.variant.empty() ? "" : "  [" + kernel.variant + "]"), family_color(kernel.family)},
      {fmt::format("{:.1f} % of the kernels' time, {:.1f} \u00b5s a call", kernel.share * 100, kernel.us_per_call())},
      {fmt::format("{}FLOP/s, {}B/s, {:.2g} FLOP a byte", with_prefix(kernel.flops), with_prefix(kernel.bytes),
                   kernel.intensity())}};
  if (ceilings.are_known()) {
    const bool is_bound_by_memory = kernel.intensity() * ceilings.memory_bytes < ceilings.flops;
    lines.push_back({fmt::format("{:.0f} % of what {} allows", kernel.efficiency(ceilings) * 100,
                                 is_bound_by_memory ? "memory" : "arithmetic")});
  }
  draw_read_out(style, lines);
}

}  // namespace

ImU32 family_color(tensor::Family family) {
  static constexpr std::array order{0, 1, 4, 2, 8, 5, 9, 6, 3, 7, 1};
  return series_color(order[static_cast<std::size_t>(family) % order.size()]);
}

std::string with_prefix(double value) {
  if (!std::isfinite(value) || value <= 0) return "0 ";
  static constexpr std::array<const char*, 6> names{"", "k", "M", "G", "T", "P"};
  std::size_t index = 0;
  while (value >= 999.5 && index + 1 < names.size()) {
    value /= 1000;
    ++index;
  }
  const int digits = value >= 99.95 || value == std::floor(value) ? 0 : value >= 9.995 ? 1 : 2;
  return fmt::format("{:.{}f} {}", value, digits, names[index]);
}

RooflineAxes axes_of(std::span<const KernelLoad> kernels, const runtime::Ceilings& ceilings) {
  RooflineAxes axes{-1, 2, 9, 10};
  const auto include = [](double value, double& low, double& high) {
    if (!std::isfinite(value) || value <= 0) return;
    low = std::min(low, std::max(std::log10(value), -6.0));
    high = std::max(high, std::min(std::log10(value), 18.0));
  };
  for (const KernelLoad& kernel : kernels) {
    if (kernel.share < 0.002) continue;
    include(kernel.intensity(), axes.low_intensity, axes.high_intensity);
    include(kernel.flops, axes.low_flops, axes.high_flops);
  }
  if (ceilings.are_known()) {
    include(ceilings.flops / ceilings.memory_bytes * 3, axes.low_intensity, axes.high_intensity);
    include(ceilings.flops * 2.5, axes.low_flops, axes.high_flops);
  }
  axes.low_intensity = std::max(std::floor(axes.low_intensity * 2) / 2, -3.0);
  axes.high_intensity += 0.2;
  axes.low_flops = std::max(std::floor(axes.low_flops), axes.high_flops - 7);
  axes.high_flops += 0.05;
  return axes;
}

int draw_roofline(ImDrawList& list, const Style& style, const Rect& area, std::span<const KernelLoad> kernels,
                  const runtime::Ceilings& ceilings, int marked) {
  ImFont* font = style.fonts.small;
  list.AddRectFilled({area.x, area.y}, {area.x + area.width, area.y + area.height}, color::panel, style.px(7));
  const float gutter = style.px(44);
  const float top = style.px(10) + font->FontSize + style.px(8);
  const RooflineMap map{axes_of(kernels, ceilings),
                        {area.x + gutter, area.y + top, area.width - gutter - style.px(12),
                         area.height - top - style.px(12) - 2 * font->FontSize}};
  draw_text(list, font, {area.x + style.px(12), area.y + style.px(9)}, color::dim, "FLOP/s");
  const std::string below = "operations a byte";
  draw_text(list, font,
            {map.area.x + (map.area.width - text_size(font, below).x) / 2,
             area.y + area.height - font->FontSize - style.px(4)},
            color::dim, below);
  draw_grid(list, style, map);
  draw_ceilings(list, style, map, ceilings);

  std::vector<int> order(kernels.size());
  std::iota(order.begin(), order.end(), 0);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const bool is_near = ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows);
  int hovered = -1;
  const auto radius_of = [&](const KernelLoad& kernel) {
    return style.scale * (2.5F + 17.0F * static_cast<float>(std::sqrt(std::clamp(kernel.share, 0.0, 1.0))));
  };
  for (const int index : order) {  // the smaller ones lie above
    const KernelLoad& kernel = kernels[static_cast<std::size_t>(index)];
    const ImVec2 at = map.place(kernel);
    const float distance = std::hypot(mouse.x - at.x, mouse.y - at.y);
    if (is_near && distance <= radius_of(kernel) + style.px(2)) hovered = index;
  }
  const int bright = hovered >= 0 ? hovered : marked;
  for (const int index : order) {
    const KernelLoad& kernel = kernels[static_cast<std::size_t>(index)];
    const ImVec2 at = map.place(kernel);
    const ImU32 tint = family_color(kernel.family);
    const float radius = radius_of(kernel);
    const bool is_bright = index == bright;
    if (kernel.flops > 0) {
      list.AddCircleFilled(at, radius, with_alpha(tint, is_bright ? 0.95F : 0.55F), 32);
    }
    list.AddCircle(at, radius, is_bright ? color::white : with_alpha(tint, 0.95F), 32, style.scale * 1.3F);
  }
  if (hovered >= 0) read_out(style, kernels[static_cast<std::size_t>(hovered)], ceilings);
  return bright;
}

void draw_frame_graph(ImDrawList& list, const Style& style, const Rect& area, const FrameTimes& times,
                      double budget_ms) {
  ImFont* font = style.fonts.small;
  list.AddRectFilled({area.x, area.y}, {area.x + area.width, area.y + area.height}, color::panel, style.px(7));
  draw_text(list, font, {area.x + style.px(12), area.y + style.px(9)}, color::dim, "Frame times");
  const std::vector<float> recent = times.recent(FrameTimes::capacity);
  const double p99 = times.percentile_ms(0.99);
  const double high = std::max({p99 * 1.25, budget_ms * 1.25, 1.0});
  const float top = style.px(14) + font->FontSize;
  const Rect inner{area.x + style.px(12), area.y + top, area.width - style.px(24) - style.px(64),
                   area.height - top - style.px(12)};
  const auto y_of = [&](double ms) {
    return inner.y + inner.height * (1 - static_cast<float>(std::clamp(ms / high, 0.0, 1.0)));
  };
  const float step = inner.width / static_cast<float>(FrameTimes::capacity);
  const float start = inner.x + step * static_cast<float>(FrameTimes::capacity - recent.size());
  for (std::size_t i = 0; i < recent.size(); ++i) {
    const double ms = recent[i];
    const float x = start + step * static_cast<float>(i);
    const ImU32 tint = budget_ms > 0 && ms > 2 * budget_ms     ? p99_tint
                       : budget_ms > 0 && ms > budget_ms * 1.1 ? p95_tint
                                                               : color::accent;
    list.AddRectFilled({x, y_of(ms)}, {x + std::max(step, 1.0F), inner.y + inner.height}, with_alpha(tint, 0.55F));
  }
  struct Mark {
    double ms;
    std::string label;
    ImU32 tint;
  };
  std::vector<Mark> marks{{times.percentile_ms(0.5), "p50", color::accent},
                          {times.percentile_ms(0.95), "p95", p95_tint},
                          {p99, "p99", p99_tint}};
  if (budget_ms > 0) marks.push_back({budget_ms, "budget", color::text});
  std::ranges::sort(marks, std::greater<>(), &Mark::ms);
  float free_y = area.y + style.px(6);
  const float line = font->FontSize + style.px(1);
  float room = line * static_cast<float>(marks.size());
  for (const Mark& mark : marks) {
    const float y = y_of(mark.ms);
    const bool is_budget = mark.label == "budget";
    for (float x = inner.x; x < inner.x + inner.width; x += style.px(is_budget ? 8 : 3)) {
      list.AddLine({x, y}, {std::min(x + style.px(is_budget ? 5 : 3), inner.x + inner.width), y},
                   with_alpha(mark.tint, is_budget ? 0.6F : 0.8F));
    }
    const float lowest = area.y + area.height - style.px(6) - room;
    const float at = std::clamp(y - line / 2, free_y, std::max(lowest, free_y));
    draw_text(list, font, {inner.x + inner.width + style.px(6), at}, mark.tint,
              fmt::format("{:.{}f} {}", mark.ms, mark.ms < 10 ? 1 : 0, mark.label));
    free_y = at + line;
    room -= line;
  }
}

float draw_memory(Widgets& widgets, const Rect& area, const MemoryUse& memory) {
  const Style& style = widgets.style();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  ImFont* font = style.fonts.small;
  struct Row {
    const char* name;
    double bytes;
    ImU32 tint;
    const char* tooltip;
  };
  const std::array<Row, 7> rows{
      {{"Weights", memory.weights, series_color(0), "Parameters of the models, and their running means in training."},
       {"Activations", memory.activations, series_color(4),
        "The arenas of the programs: what the layers hand on. Tensors that live at different times share memory."},
       {"Optimizer", memory.optimizer, series_color(1), "Moments of the gradients."},
       {"State", memory.state, series_color(2),
        "Other variables: pictures that are painted, caches of the texts, and room that is set aside for more."},
       {"Inputs", memory.inputs, series_color(5), "Of the programs, and the slots through which the host writes them."},
       {"Constants", memory.constants, series_color(6), "Tables and masks that the programs hold."},
       {"Window", memory.other, series_color(8), "Pictures on show, fonts, vertices; and rounding by the driver."}}};
  const float line = font->FontSize + style.px(5);
  const float height = style.px(20) + 2 * line + style.px(14) + line * 4;
  list.AddRectFilled({area.x, area.y}, {area.x + area.width, area.y + height}, color::panel, style.px(7));
  const float pad = style.px(12);
  draw_text(list, font, {area.x + pad, area.y + style.px(9)}, color::dim, "Device memory");
  const std::string total = fmt::format("{:.1f} MiB", memory.total() / 1048576.0);
  draw_text(list, font, {area.x + area.width - pad - text_size(font, total).x, area.y + style.px(9)}, color::text,
            total);
  const float width = area.width - 2 * pad;
  float x = area.x + pad;
  const float y = area.y + style.px(12) + line;
  for (const Row& row : rows) {
    if (memory.total() <= 0) break;
    const float length = width * static_cast<float>(row.bytes / memory.total());
    if (length >= 1) list.AddRectFilled({x, y}, {x + length - 1, y + style.px(14)}, with_alpha(row.tint, 0.8F));
    x += length;
  }
  const float column = width / 2;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ImVec2 at(area.x + pad + column * static_cast<float>(i % 2),
                    y + style.px(22) + line * static_cast<float>(i / 2));
    list.AddCircleFilled({at.x + style.px(4), at.y + font->FontSize / 2}, style.px(3.5F), rows[i].tint, 16);
    draw_text(list, font, {at.x + style.px(13), at.y}, color::dim, rows[i].name);
    const std::string value = fmt::format("{:.1f}", rows[i].bytes / 1048576.0);
    draw_text(list, font, {at.x + column - style.px(16) - text_size(font, value).x, at.y}, color::text, value);
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy({column - style.px(10), line});
    widgets.note(std::string("memory: ") + rows[i].name, rows[i].tooltip);
  }
  return height;
}

}  // namespace figment::app
