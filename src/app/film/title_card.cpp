#include "app/film/title_card.h"

#include <algorithm>
#include <cmath>

#include "app/parts/plot.h"
#include "app/widgets.h"

namespace figment::app {

namespace {

constexpr float fade_seconds = 0.35F;

}  // namespace

float title_alpha(float shown, float seconds) { return std::clamp((seconds - shown) / fade_seconds, 0.0F, 1.0F); }

void draw_title_card(const Style& style, const Rect& stage, const std::string& title, const std::string& sentence,
                     float alpha) {
  if (alpha <= 0 || (title.empty() && sentence.empty())) return;
  ImFont* large = style.fonts.title;
  ImFont* small = style.fonts.regular;
  const float pad = style.px(22);
  const float room = stage.width - 2 * pad;
  const std::string above = shortened(large, title, room);
  const std::string below = shortened(small, sentence, room);
  const auto width_of = [](ImFont* font, const std::string& text) { return text_size(font, text).x; };
  const float width = std::max(width_of(large, above), width_of(small, below)) + 2 * pad;
  const float gap = above.empty() || below.empty() ? 0 : style.px(8);
  const float top_height = above.empty() ? 0 : large->FontSize;
  const float height = top_height + gap + (below.empty() ? 0 : small->FontSize) + 2 * style.px(16);
  const ImVec2 at(std::floor(stage.x + (stage.width - width) / 2),
                  std::floor(stage.y + stage.height - height - style.px(26)));
  ImDrawList& list = *ImGui::GetForegroundDrawList();
  list.AddRectFilled(at, {at.x + width, at.y + height}, with_alpha(IM_COL32(12, 14, 18, 255), 0.92F * alpha),
                     style.px(10));
  list.AddRectFilled({at.x, at.y + style.px(12)}, {at.x + style.px(3), at.y + height - style.px(12)},
                     with_alpha(color::accent, alpha));
  const float y = at.y + style.px(16);
  draw_text(list, large, {at.x + pad, y}, with_alpha(color::white, alpha), above);
  draw_text(list, small, {at.x + pad, y + top_height + gap}, with_alpha(color::text, alpha), below);
}

}  // namespace figment::app
