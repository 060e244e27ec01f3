#include "app/film/performance.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace figment::app {

namespace {

constexpr float title_seconds = 2.0F;
constexpr float fade_seconds = 0.35F;
constexpr int writer_calls = 4;  // a frame: enough for the pace at which one reads

float pace_of(const PlannedScene& planned, float frame_seconds) {
  const float length = static_cast<float>(planned.frames) * frame_seconds;
  return std::clamp(scene_seconds / std::max(length, 0.1F), 1.0F, 1.8F);
}

std::string with_capital(std::string text) {
  if (!text.empty()) text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text;
}

}  // namespace

Performance::Performance(OffscreenWindow& window, const PlannedScene& planned, const studio::Request& request,
                         bool has_title)
    : window_(window),
      planned_(planned),
      hand_(planned_.scene.steps, pace_of(planned, window.frame_seconds())),
      has_title_(has_title) {
  take_stage(request);
}

void Performance::take_stage(const studio::Request& request) {
  State& state = window_.interface().state();
  const Players& players = window_.interface().players();
  state.request = request;
  state.is_paused = false;
  state.actions.select = planned_.family;
  if (!planned_.family->fills_stage) {
    state.actions.stop = players.painter().family;
  } else if (!planned_.scene.has_words) {
    state.actions.stop = players.writer().family;
  } else if (players.writer().family == nullptr) {
    const auto& families = players.families();
    const auto writer = std::ranges::find_if(families, [](const studio::Family& family) { return !family.fills_stage; });
    if (writer != families.end()) window_.interface().players().select(*writer);
  }
}

void Performance::advance() {
  State& state = window_.interface().state();
  hand_.advance(window_.frame_seconds(), window_.interface().widgets().controls());
  // Who holds an earlier step looks at it; then it goes on from there.
  if (!hand_.is_pressed()) state.is_paused = false;
  owed_calls_ += static_cast<float>(planned_.scene.calls_per_second) * window_.frame_seconds();
  const float calls = std::floor(owed_calls_ + 1e-3F);
  owed_calls_ -= calls;
  OffscreenWindow::Frame frame;
  frame.painter_calls = state.is_paused ? 0 : static_cast<int>(calls);
  frame.writer_calls = planned_.family->fills_stage ? writer_calls : static_cast<int>(calls);
  frame.has_mouse = hand_.is_shown();
  frame.mouse = hand_.at();
  frame.is_pressed = hand_.is_pressed();
  frame.overlay = [this] {
    draw_title();
    hand_.draw(window_.interface().style());
  };
  window_.advance(frame);
  seconds_ += window_.frame_seconds();
}

void Performance::draw_title() const {
  if (!has_title_ || seconds_ >= title_seconds) return;
  const Style& style = window_.interface().style();
  const Layout& layout = window_.interface().state().layout;
  const Rect& stage = layout.stage.is_empty() ? layout.words : layout.stage;
  const float alpha = std::clamp((title_seconds - seconds_) / fade_seconds, 0.0F, 1.0F);
  ImFont* large = style.fonts.title;
  ImFont* small = style.fonts.regular;
  const std::string& title = planned_.family->title;
  const std::string sentence = with_capital(planned_.family->sentence);
  const auto width_of = [](ImFont* font, const std::string& text) {
    return font->CalcTextSizeA(font->FontSize, 1e9F, 0, text.c_str()).x;
  };
  const float pad = style.px(22);
  const float width = std::max(width_of(large, title), width_of(small, sentence)) + 2 * pad;
  const float height = large->FontSize + small->FontSize + style.px(8) + 2 * style.px(16);
  const ImVec2 at(std::floor(stage.x + (stage.width - width) / 2),
                  std::floor(stage.y + stage.height - height - style.px(26)));
  ImDrawList& list = *ImGui::GetForegroundDrawList();
  list.AddRectFilled(at, {at.x + width, at.y + height}, with_alpha(IM_COL32(12, 14, 18, 255), 0.92F * alpha),
                     style.px(10));
  list.AddRectFilled({at.x, at.y + style.px(12)}, {at.x + style.px(3), at.y + height - style.px(12)},
                     with_alpha(color::accent, alpha));
  const float y = at.y + style.px(16);
  list.AddText(large, large->FontSize, {at.x + pad, y}, with_alpha(IM_COL32_WHITE, alpha), title.c_str());
  list.AddText(small, small->FontSize, {at.x + pad, y + large->FontSize + style.px(8)}, with_alpha(color::text, alpha),
               sentence.c_str());
}

}  // namespace figment::app
