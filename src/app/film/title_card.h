#pragma once
#include <string>

#include "app/layout.h"

namespace figment::app {

/// Draws a title and a sentence over the lower part of the stage; either may be empty. `alpha` is 0 to 1.
void draw_title_card(const Style& style, const Rect& stage, const std::string& title, const std::string& sentence,
                     float alpha);

/// The opacity of a card that stays so many seconds, `shown` seconds after it came.
float title_alpha(float shown, float seconds);

}  // namespace figment::app
