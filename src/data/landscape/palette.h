#pragma once
#include "core/random.h"
#include "data/landscape.h"
#include "data/paint/canvas.h"

namespace figment::data::landscape {

using namespace paint;  // landscapes are painted with these brushes

/// The colours of one picture, chosen to fit each other.
struct Palette {
  Color top, middle, horizon;     ///< the sky, from zenith to horizon
  Color sun;                      ///< sun or moon, and their light
  Color shadow;                   ///< tint of all that lies in shade
  Color ground_far, ground_near;  ///< land in the distance and at one's feet
  Color haze;                     ///< what distant land fades into
  Color snow_light, snow_shade;   ///< snow on lit and on shaded slopes
};

Palette choose_palette(core::Random& random, TimeOfDay time, Terrain terrain);

}  // namespace figment::data::landscape
