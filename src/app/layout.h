#pragma once
#include <imgui.h>

#include "app/style.h"

namespace figment::app {

/// A part of the window, whole pixels.
struct Rect {
  float x = 0;
  float y = 0;
  float width = 0;
  float height = 0;
  bool is_empty() const { return width < 1 || height < 1; }
};

/// Where everything is.
struct Layout {
  Rect top_bar;
  Rect models;
  Rect stage;
  Rect words;
  Rect controls;
  Rect transport;
  Rect hud;
  Rect help;
  Rect message;
  Rect hint;
};

/// Cuts a window of this size up; the stage or the words are empty if there is nothing to show there.
Layout make_layout(ImVec2 window, const Style& style, bool has_pictures, bool has_words);

}  // namespace figment::app
