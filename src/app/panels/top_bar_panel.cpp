#include <fmt/format.h>

#include <algorithm>

#include "app/panels/panels.h"

namespace figment::app {

namespace {

/// "conv 61% · attn 14% · denoise 2%"
std::string describe_families(const Measurements& measurements) {
  std::array<int, tensor::family_count> order{};
  for (int i = 0; i < tensor::family_count; ++i) order[static_cast<std::size_t>(i)] = i;
  const auto share = [&](int i) { return measurements.family_share[static_cast<std::size_t>(i)]; };
  std::ranges::stable_sort(order, [&](int a, int b) { return share(a) > share(b); });
  std::string text;
  for (int i = 0; i < 3; ++i) {
    const int family = order[static_cast<std::size_t>(i)];
    if (share(family) < 0.005) continue;
    text += fmt::format("{}{} {:.0f}%", text.empty() ? "" : " · ", tensor::name_of(static_cast<tensor::Family>(family)),
                        share(family) * 100);
  }
  return text;
}

/// Pieces of text, laid out from the right edge to the left.
class RightToLeft {
 public:
  RightToLeft(const State& state, float right) : state_(state), x_(right) {}

  float left() const { return x_; }
  bool fits(float width) const { return x_ - width > state_.layout.top_bar.width * 0.42F; }
  float take(float width) {
    x_ -= width;
    const float at = x_;
    x_ -= state_.style().px(18);
    return at;
  }
  void text(std::string_view value, ImU32 tint, std::string_view strong = {}) {
    ImFont* font = state_.style().fonts.small;
    const float width = text_size(font, value).x + text_size(font, strong).x;
    if (value.empty() || !fits(width)) return;
    const float at = take(width);
    const float y = (state_.layout.top_bar.height - font->FontSize) / 2;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_text(list, font, {at, y}, color::accent, strong);
    draw_text(list, font, {at + text_size(font, strong).x, y}, tint, value);
  }

 private:
  const State& state_;
  float x_;
};

/// The models on show, as many as there is room for up to `right`.
void draw_title(const State& state, float right) {
  const Style& style = state.style();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float height = state.layout.top_bar.height;
  float x = style.px(14);
  draw_text(list, style.fonts.bold, {x, (height - style.fonts.bold->FontSize) / 2}, color::white, "figment");
  x += text_size(style.fonts.bold, "figment").x + style.px(20);
  std::string title;
  for (const Player* player : {&state.players.painter(), &state.players.writer()}) {
    const studio::View* view = player->view();
    if (view == nullptr) continue;
    const std::string longer =
        title + (title.empty() ? "" : "     ") + view->title + (view->subtitle.empty() ? "" : " · " + view->subtitle);
    if (!title.empty() && x + text_size(style.fonts.small, longer).x > right) break;
    title = longer;
  }
  list.PushClipRect({x, 0}, {right, height}, true);
  draw_text(list, style.fonts.small, {x, (height - style.fonts.small->FontSize) / 2}, color::dim, title);
  list.PopClipRect();
}

/// How busy the device is, and how fast everything goes.
void draw_measurements(State& state, RightToLeft& row) {
  const Style& style = state.style();
  const Measurements& measurements = state.measurements;
  row.text(describe_families(measurements), color::dim);
  const float spark = style.px(80);
  if (row.fits(spark)) {
    ImGui::SetCursorPos({row.take(spark), style.px(9)});
    const std::vector<float> recent = state.frame_times.recent(60);
    state.widgets.sparkline(
        recent, {spark, state.layout.top_bar.height - style.px(18)},
        fmt::format("How long the last frames took: half of them {:.0f} ms or less, 95 of 100 {:.0f} "
                    "ms or less. H shows more.",
                    state.frame_times.percentile_ms(0.5), state.frame_times.percentile_ms(0.95)));
  }
  row.text(" fps", color::text, fmt::format("{:.0f}", measurements.frames_per_second));
  for (const Player* player : {&state.players.writer(), &state.players.painter()}) {
    const studio::View* view = player->view();
    if (view == nullptr || view->rate_unit.empty()) continue;
    row.text(" " + view->rate_unit, color::text, fmt::format("{:.{}f}", view->rate, view->rate < 10 ? 1 : 0));
  }
}

}  // namespace

bool draw_top_bar_panel(State& state) {
  const Style& style = state.style();
  const Measurements& measurements = state.measurements;
  RightToLeft row(state, state.layout.top_bar.width - style.px(8));

  const float button = style.px(26);
  ImGui::SetCursorPos({row.take(button), (state.layout.top_bar.height - button) / 2});
  bool is_pressed = ImGui::InvisibleButton("help", {button, button});
  const ImVec2 at = ImGui::GetItemRectMin();
  draw_text(*ImGui::GetWindowDrawList(), style.fonts.bold,
            {at.x + style.px(9), at.y + (button - style.fonts.bold->FontSize) / 2},
            ImGui::IsItemHovered() ? color::accent : color::text, "?");
  is_pressed |= state.widgets.note("help", "Keys, hints and appearance (F1).");
  if (is_pressed) state.shows_help = !state.shows_help;

  if (state.is_writing_script) row.text(" script", color::text, "F9");
  if (state.shows_measurements) draw_measurements(state, row);
  row.text(measurements.device.substr(0, measurements.device.find(" (")), color::dim);
  draw_title(state, row.left());
  return false;
}

}  // namespace figment::app
