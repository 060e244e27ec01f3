#pragma once
#include <algorithm>
#include <cmath>
#include <string>

#include "app/parts/part.h"
#include "app/state.h"

namespace figment::app {

/// One painter's share of the stage, filled from the top and from the bottom.
struct Place {
  State& state;
  int index;  ///< 0, or 1 for the painter beside it
  Rect area;  ///< what is left

  const Style& style() const { return state.style(); }
  const Player& player() const { return state.players.painter(index); }
  std::string key(const char* name) const { return index == 0 ? name : std::string(name) + " beside"; }
  PointerReceiver receiver() const {
    return [this](const studio::PointerEvent& event) {
      // Who goes to a step wants to look at it.
      const bool goes_to_step = player().view()->can_seek && (event.part == "progress" || event.part == "strip");
      state.is_paused = state.is_paused || goes_to_step;
      state.players.point(true, event, index);
    };
  }
  void take_top(float height) {
    area.y += height;
    area.height = std::max(area.height - height, 0.0F);
  }
  Rect take_bottom(float height) {
    area.height = std::max(area.height - height, 0.0F);
    return {area.x, std::floor(area.y + area.height), area.width, height};
  }
};

}  // namespace figment::app
