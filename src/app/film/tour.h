#pragma once
#include <span>
#include <string>
#include <vector>

#include "studio/family.h"

namespace figment::app {

/// Something that the hand in a film does.
struct MouseStep {
  float seconds = 0;              ///< how long it takes
  const char* control = nullptr;  ///< on which it ends, by the name in Widgets::controls(); null: it stays
  float x = 0.5F;                 ///< where on it, as shares of its width and height
  float y = 0.5F;
  bool is_pressed = false;  ///< with the button held
};

/// How a family is shown.
struct TourScene {
  const char* family = nullptr;
  int calls_per_second = 60;              ///< of Activity::advance: the pace of what goes on
  float still_seconds = 4;                ///< when the scene makes the finest picture
  bool has_words = false;                 ///< a story is written below
  std::span<const MouseStep> steps = {};  ///< made for scenes of scene_seconds, quicker in shorter ones
};

/// Nominal length of a scene.
inline constexpr float scene_seconds = 5;

/// A scene of a film.
struct PlannedScene {
  const studio::Family* family = nullptr;
  TourScene scene;
  int frames = 0;
};

/// How this family is shown; one that the table does not know is watched.
TourScene scene_of(const studio::Family& family);
/// The families in the order of the tour, as many as `seconds` have room for: short films show the first only. Together
/// they have `frames` frames.
std::vector<PlannedScene> plan_tour(const std::vector<studio::Family>& families, double seconds, int frames);

}  // namespace figment::app
