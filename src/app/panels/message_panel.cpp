#include <algorithm>

#include "app/panels/panels.h"

namespace figment::app {

bool draw_message_panel(State& state) {
  const Style& style = state.style();
  const double left = state.message.until - ImGui::GetTime();
  if (left <= 0) {
    state.message = {};
    return false;
  }
  const float alpha = static_cast<float>(std::min(1.0, left / 0.4));
  const ImVec2 at = ImGui::GetWindowPos();
  const float most = ImGui::GetWindowSize().x;
  ImFont* font = style.fonts.regular;
  const float pad = style.px(14);
  const ImVec2 size = font->CalcTextSizeA(font->FontSize, 1e9F, most - 2 * pad, state.message.text.c_str());
  const float height = size.y + style.px(18);
  const ImVec2 end(at.x + size.x + 2 * pad, at.y + ImGui::GetWindowSize().y);
  const ImVec2 start(at.x, end.y - height);
  ImDrawList& list = *ImGui::GetForegroundDrawList();
  list.AddRectFilled(start, end, with_alpha(color::popup, alpha * 0.97F), style.px(8));
  list.AddRectFilled(start, {start.x + style.px(3), end.y},
                     with_alpha(state.message.is_error ? color::warning : color::accent, alpha), style.px(2));
  list.AddText(font, font->FontSize, {start.x + pad, start.y + style.px(9)}, with_alpha(color::text, alpha),
               state.message.text.c_str(), nullptr, most - 2 * pad);
  return false;
}

}  // namespace figment::app
