#include "app/layout.h"

#include <algorithm>
#include <cmath>

namespace figment::app {

Layout make_layout(ImVec2 window, const Style& style, bool has_pictures, bool has_words) {
  const auto px = [&](float length) { return style.px(length); };
  const float width = std::max(window.x, 1.0F);
  const float height = std::max(window.y, 1.0F);
  const bool is_narrow = width < px(1000);
  const float top = px(34);
  const float left = px(is_narrow ? 128 : 176);
  const float right = px(is_narrow ? 248 : 288);
  const float middle = std::max(width - right, 1.0F);
  const float transport = px(80);

  Layout layout;
  layout.top_bar = {0, 0, width, top};
  layout.controls = {width - right, top, right, std::max(height - top - transport, 1.0F)};
  layout.transport = {width - right, height - transport, right, transport};
  const float words = !has_words      ? 0.0F
                      : !has_pictures ? height - top
                                      : std::floor(std::clamp(height * 0.235F, px(116), px(230)));
  layout.models = {0, top, left, std::max(height - top - (has_pictures ? words : 0.0F), 1.0F)};
  layout.stage = {left, top, std::max(middle - left, 1.0F), std::max(height - top - words, 1.0F)};
  if (has_words && !has_pictures) layout.stage = {};
  layout.words = has_pictures ? Rect{0, height - words, middle, words} : Rect{left, top, middle - left, words};
  if (!has_words) layout.words = {};

  const float hud_width = std::min(px(290), middle - left - px(16));
  const float hud_height = std::min(px(400), layout.models.height - px(16));
  layout.hud = {middle - hud_width - px(12), top + px(8), hud_width, hud_height};
  const float help_width = std::min(px(800), width - px(40));
  const float help_height = std::min(px(560), height - px(40));
  layout.help = {std::floor((width - help_width) / 2), std::floor((height - help_height) / 2), help_width, help_height};
  layout.message = {left + px(14), height - words - px(52), std::max(middle - left - px(28), 1.0F), px(40)};
  return layout;
}

}  // namespace figment::app
