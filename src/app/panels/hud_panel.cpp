#include <fmt/format.h>

#include <algorithm>

#include "app/panels/panels.h"

namespace figment::app {

namespace {

void line(const Style& style, const char* label, const std::string& value) {
  ImGui::PushFont(style.fonts.small);
  const float right = ImGui::GetContentRegionMax().x;
  ImGui::PushStyleColor(ImGuiCol_Text, color::dim);
  ImGui::TextUnformatted(label);
  ImGui::PopStyleColor();
  ImGui::SameLine(std::max(right - text_size(style.fonts.small, value).x, style.px(90)));
  ImGui::TextUnformatted(value.c_str());
  ImGui::PopFont();
}

void draw_families(State& state) {
  const Style& style = state.style();
  ImGui::PushFont(style.fonts.small);
  const float width = ImGui::GetContentRegionAvail().x;
  for (int i = 0; i < tensor::family_count; ++i) {
    const auto index = static_cast<std::size_t>(i);
    const double share = state.measurements.family_share[index];
    if (share < 0.001) continue;
    const std::string name(tensor::name_of(static_cast<tensor::Family>(i)));
    ImGui::PushStyleColor(ImGuiCol_Text, color::dim);
    ImGui::TextUnformatted(name.c_str());
    ImGui::PopStyleColor();
    ImGui::SameLine(width * 0.36F);
    state.widgets.bar(static_cast<float>(share), width * 0.32F, style.fonts.small->FontSize - style.px(3),
                      color::accent);
    const std::string value = fmt::format("{:.0f} ms/s  {:2.0f}%", state.measurements.family_ms[index], share * 100);
    ImGui::SameLine(std::max(ImGui::GetContentRegionMax().x - text_size(style.fonts.small, value).x, width * 0.6F));
    ImGui::TextUnformatted(value.c_str());
  }
  ImGui::PopFont();
}

}  // namespace

bool draw_hud_panel(State& state) {
  const Style& style = state.style();
  const Measurements& measurements = state.measurements;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {style.px(8), style.px(3)});
  state.widgets.heading("MEASUREMENTS");
  line(style, "Device", measurements.device.substr(0, 34));
  line(style, "Frames", fmt::format("{:.1f} a second", measurements.frames_per_second));
  line(style, "p50 / p95 / p99",
       fmt::format("{:.1f} / {:.1f} / {:.1f} ms", state.frame_times.percentile_ms(0.5),
                   state.frame_times.percentile_ms(0.95), state.frame_times.percentile_ms(0.99)));
  line(style, "Frame budget", fmt::format("{:.0f} ms", measurements.budget_ms));
  line(style, "Drawing the window",
       fmt::format("{:.1f} + {:.1f} ms", measurements.build_ms, measurements.interface_ms));
  for (const Player* player : {&state.players.painter(), &state.players.writer()}) {
    const studio::View* view = player->view();
    if (view == nullptr) continue;
    line(style, view->title.c_str(), fmt::format("{:.1f} {}", view->rate, view->rate_unit));
  }
  line(style, "Dispatches", fmt::format("{:.0f} a second", measurements.dispatches_per_second));
  line(style, "Device memory", fmt::format("{:.0f} MiB", static_cast<double>(measurements.device_bytes) / 1048576.0));
  state.widgets.heading("KERNELS");
  draw_families(state);
  ImGui::PopStyleVar();
  return false;
}

}  // namespace figment::app
