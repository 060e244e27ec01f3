#pragma once
#include <vector>

#include "core/random.h"
#include "data/landscape.h"
#include "data/landscape/palette.h"
#include "data/paint/canvas.h"

namespace figment::data::landscape {

/// One picture while it is painted, from back to front. Positions and lengths are fractions of the side,
/// x to the right and y downwards.
struct Scene {
  Scene(core::Random& source, int side) : random(source), canvas(side), reflected(0) {}

  core::Random& random;
  TimeOfDay time{};
  Terrain terrain{};
  Palette palette;
  float horizon = 0;
  float sun_x = 0, sun_y = 0, sun_radius = 0;
  Canvas canvas;
  Canvas reflected;  ///< the sky alone, where water reflects it (terrain sea)

  bool is_night() const { return time == TimeOfDay::night; }
  bool is_day() const { return time == TimeOfDay::day; }
  bool is_rocky() const {
    return terrain == Terrain::mountains || terrain == Terrain::snow || terrain == Terrain::lake;
  }
  bool has_water() const { return terrain == Terrain::lake || terrain == Terrain::sea; }
  float water_line() const { return terrain == Terrain::sea ? horizon : horizon + 0.01f; }
};

void paint_sky(Scene& scene);         // sky.cpp: gradient, glow, sun or moon
void paint_stars(Scene& scene);       // sky.cpp: and sometimes an aurora
void paint_clouds(Scene& scene);      // sky.cpp
void paint_ground(Scene& scene);      // ground.cpp: two to four ranges of hills, dunes, woods or peaks
void paint_water(Scene& scene);       // water.cpp
void paint_foreground(Scene& scene);  // foreground.cpp: pines, cacti, boat, birds

}  // namespace figment::data::landscape
