#include <array>
#include <cmath>
#include <map>
#include <numbers>

#include "core/error.h"
#include "data/digits.h"

namespace figment::data {
namespace {

using Skeletons = std::vector<Skeleton>;

/// Points on an ellipse; angles in degrees, clockwise from three o'clock.
Stroke arc(float center_x, float center_y, float radius_x, float radius_y, float from, float to, int points = 9) {
  Stroke stroke;
  for (int i = 0; i < points; ++i) {
    const float share = static_cast<float>(i) / static_cast<float>(points - 1);
    const float angle = (from + (to - from) * share) * std::numbers::pi_v<float> / 180.0f;
    stroke.push_back({center_x + radius_x * std::cos(angle), center_y + radius_y * std::sin(angle)});
  }
  return stroke;
}

Stroke operator+(Stroke a, const Stroke& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// Nearly straight: points between that may stray.
Stroke line(Point a, Point b) { return {a, {a.x + (b.x - a.x) * 0.5f, a.y + (b.y - a.y) * 0.5f}, b}; }

// clang-format off
std::array<Skeletons, 10> make_digits() {
  std::array<Skeletons, 10> all;
  all[0] = {{1, {arc(.5f, .5f, .34f, .48f, -80, 282, 11)}},
            {1, {arc(.5f, .5f, .30f, .48f, -60, 305, 11)}},
            {.4f, {arc(.5f, .5f, .36f, .46f, -110, 245, 11)}}};
  all[1] = {{.60f, {line({.5f, 0}, {.5f, 1})}},
            {.27f, {{{.28f, .24f}, {.42f, .12f}, {.53f, 0}}, line({.53f, 0}, {.53f, 1})}},
            {.13f, {line({.32f, .2f}, {.52f, 0}), line({.52f, 0}, {.52f, 1}), line({.3f, 1}, {.74f, 1})}}};
  all[2] = {{1, {arc(.5f, .27f, .33f, .27f, 190, 400, 7) + Stroke{{.42f, .78f}, {.15f, 1}}, {{.15f, 1}, {.45f, .97f}, {.88f, 1}}}},
            {.6f, {arc(.5f, .27f, .33f, .27f, 190, 400, 7) + Stroke{{.45f, .75f}, {.25f, .95f}, {.14f, .9f}, {.25f, .8f}, {.42f, .9f}, {.62f, 1}, {.9f, .92f}}}},
            {.4f, {arc(.5f, .28f, .34f, .28f, 205, 405, 7) + Stroke{{.40f, .76f}, {.12f, .98f}}, {{.12f, .98f}, {.5f, .98f}, {.92f, .96f}}}}};
  all[3] = {{1, {arc(.46f, .25f, .32f, .25f, 200, 440, 8) + Stroke{{.44f, .48f}}, Stroke{{.44f, .48f}} + arc(.46f, .74f, .36f, .26f, -70, 150, 8)}},
            {.35f, {line({.15f, .02f}, {.82f, .02f}), {{.82f, .02f}, {.6f, .25f}, {.45f, .42f}}, Stroke{{.45f, .42f}} + arc(.45f, .71f, .38f, .29f, -80, 150, 8)}}};
  all[4] = {{1, {{{.22f, .05f}, {.2f, .3f}, {.15f, .55f}}, {{.15f, .55f}, {.5f, .55f}, {.88f, .52f}}, line({.74f, .08f}, {.66f, 1})}},
            {.8f, {{{.66f, 0}, {.40f, .32f}, {.08f, .66f}}, line({.08f, .66f}, {.95f, .66f}), line({.66f, 0}, {.66f, 1})}}};
  all[5] = {{1, {{{.84f, .02f}, {.5f, .02f}, {.26f, .03f}}, {{.26f, .03f}, {.23f, .22f}, {.20f, .45f}}, Stroke{{.20f, .45f}} + arc(.44f, .70f, .38f, .30f, -105, 150, 8)}},
            {.4f, {{{.80f, .0f}, {.55f, .04f}, {.30f, .03f}}, {{.30f, .03f}, {.26f, .2f}, {.20f, .42f}}, Stroke{{.20f, .42f}} + arc(.40f, .68f, .42f, .32f, -85, 135, 8)}}};
  all[6] = {{1, {Stroke{{.72f, .02f}, {.45f, .2f}, {.25f, .45f}} + arc(.48f, .72f, .32f, .27f, 180, -180, 10)}},
            {.8f, {Stroke{{.6f, 0}, {.32f, .3f}, {.19f, .62f}} + arc(.46f, .75f, .28f, .24f, 185, -185, 10)}}};
  all[7] = {{.75f, {{{.10f, .04f}, {.45f, .03f}, {.88f, .04f}}, {{.88f, .04f}, {.6f, .45f}, {.42f, 1}}}},
            {.25f, {{{.10f, .04f}, {.45f, .03f}, {.88f, .04f}}, {{.88f, .04f}, {.6f, .45f}, {.42f, 1}}, line({.3f, .5f}, {.78f, .48f})}}};
  all[8] = {{1, {{{.74f, .12f}, {.5f, 0}, {.25f, .12f}, {.27f, .31f}, {.5f, .47f}, {.75f, .66f}, {.78f, .87f}, {.5f, 1}, {.22f, .87f}, {.25f, .66f}, {.5f, .47f}, {.72f, .30f}, {.74f, .12f}}}},
            {.8f, {arc(.5f, .25f, .26f, .25f, 90, 450, 9), arc(.5f, .74f, .31f, .26f, -90, 270, 10)}}};
  all[9] = {{1, {arc(.48f, .28f, .31f, .27f, -20, 340, 9), {{.79f, .18f}, {.77f, .5f}, {.72f, .75f}, {.66f, 1}}}},
            {.6f, {arc(.48f, .28f, .31f, .27f, -20, 340, 9), Stroke{{.79f, .2f}, {.78f, .6f}} + arc(.48f, .76f, .29f, .24f, 10, 140, 5)}}};
  return all;
}

/// The same digits as somebody else writes them.
std::array<Skeletons, 10> make_second_hand() {
  std::array<Skeletons, 10> all;
  all[0] = {{1, {arc(.5f, .5f, .38f, .5f, -45, 315, 10)}}, {1, {arc(.5f, .5f, .28f, .5f, -90, -465, 9)}}};
  all[1] = {{1, {{{.30f, .30f}, {.55f, 0}}, {{.55f, 0}, {.54f, .4f}, {.52f, 1}}}},
            {1, {{{.52f, 0}, {.5f, .3f}, {.5f, .7f}, {.48f, 1}}}},
            {.5f, {{{.25f, .2f}, {.5f, 0}}, line({.5f, 0}, {.5f, 1}), line({.2f, 1}, {.8f, 1})}}};
  all[2] = {{1, {{{.15f, .25f}, {.32f, .03f}, {.68f, .03f}, {.82f, .28f}, {.62f, .56f}, {.38f, .78f}, {.12f, 1}}, line({.12f, 1}, {.9f, 1})}},
            {1, {{{.18f, .2f}, {.45f, 0}, {.78f, .14f}, {.74f, .45f}, {.4f, .85f}, {.2f, .98f}, {.12f, .86f}, {.3f, .8f}, {.6f, .95f}, {.92f, .94f}}}}};
  all[3] = {{1, {{{.15f, .12f}, {.45f, 0}, {.78f, .1f}, {.76f, .36f}, {.42f, .47f}}, {{.42f, .47f}, {.78f, .56f}, {.86f, .8f}, {.5f, 1}, {.12f, .88f}}}},
            {.5f, {line({.12f, 0}, {.84f, 0}), line({.84f, 0}, {.48f, .4f}), {{.48f, .4f}, {.8f, .5f}, {.86f, .78f}, {.5f, 1}, {.1f, .9f}}}}};
  all[4] = {{1, {line({.32f, 0}, {.1f, .6f}), line({.1f, .6f}, {.92f, .6f}), line({.66f, .25f}, {.64f, 1})}},
            {1, {{{.2f, 0}, {.16f, .28f}, {.24f, .5f}, {.5f, .53f}, {.8f, .48f}}, line({.8f, 0}, {.76f, 1})}},
            {1, {line({.7f, 0}, {.08f, .62f}), line({.08f, .62f}, {.94f, .62f}), line({.7f, 0}, {.7f, 1})}}};
  all[5] = {{1, {line({.28f, 0}, {.86f, 0}), line({.28f, 0}, {.22f, .44f}), {{.22f, .44f}, {.52f, .36f}, {.84f, .54f}, {.82f, .84f}, {.5f, 1}, {.12f, .9f}}}},
            {1, {{{.8f, .03f}, {.32f, .02f}}, {{.32f, .02f}, {.26f, .4f}}, {{.26f, .4f}, {.6f, .4f}, {.8f, .64f}, {.68f, .92f}, {.38f, 1}, {.14f, .94f}}}}};
  all[6] = {{1, {{{.66f, 0}, {.36f, .22f}, {.17f, .6f}, {.24f, .9f}, {.52f, 1}, {.8f, .84f}, {.74f, .58f}, {.46f, .5f}, {.19f, .68f}}}},
            {1, {{{.56f, 0}, {.26f, .36f}, {.16f, .74f}, {.36f, 1}, {.7f, .94f}, {.76f, .66f}, {.5f, .54f}, {.2f, .74f}}}}};
  all[7] = {{1, {line({.08f, .05f}, {.88f, .02f}), {{.88f, .02f}, {.62f, .38f}, {.46f, .7f}, {.38f, 1}}}},
            {.6f, {line({.12f, .02f}, {.86f, .02f}), line({.86f, .02f}, {.34f, 1})}},
            {.5f, {{{.12f, .16f}, {.12f, .02f}}, line({.12f, .02f}, {.88f, .02f}), line({.88f, .02f}, {.4f, 1})}},
            {.5f, {line({.12f, .02f}, {.86f, .02f}), line({.86f, .02f}, {.34f, 1}), line({.26f, .48f}, {.82f, .48f})}}};
  all[8] = {{1, {{{.5f, .46f}, {.24f, .3f}, {.3f, .06f}, {.5f, 0}, {.72f, .08f}, {.76f, .3f}, {.5f, .46f}, {.2f, .68f}, {.24f, .92f}, {.5f, 1}, {.78f, .9f}, {.8f, .68f}, {.5f, .46f}}}},
            {1, {{{.8f, .1f}, {.44f, .0f}, {.2f, .18f}, {.4f, .4f}, {.72f, .6f}, {.8f, .84f}, {.5f, 1}, {.2f, .86f}, {.3f, .6f}, {.8f, .1f}}}}};
  all[9] = {{1, {{{.76f, .14f}, {.48f, 0}, {.2f, .16f}, {.24f, .44f}, {.52f, .5f}, {.76f, .34f}, {.76f, .14f}}, {{.76f, .14f}, {.76f, .55f}, {.68f, 1}}}},
            {1, {{{.78f, .24f}, {.54f, .02f}, {.22f, .14f}, {.22f, .44f}, {.56f, .5f}, {.78f, .24f}, {.74f, .7f}, {.52f, .98f}, {.2f, .92f}}}}};
  return all;
}

std::map<char, Skeletons> make_letters() {
  std::map<char, Skeletons> all;
  const Point top{.5f, 0};
  all['A'] = {{1, {line(top, {.08f, 1}), line(top, {.92f, 1}), line({.24f, .64f}, {.76f, .64f})}}};
  all['C'] = {{1, {arc(.54f, .5f, .42f, .49f, -48, -312, 11)}}};
  all['E'] = {{1, {line({.18f, 0}, {.18f, 1}), line({.18f, 0}, {.84f, 0}), line({.18f, .48f}, {.72f, .48f}), line({.18f, 1}, {.86f, 1})}},
              {.4f, {arc(.58f, .25f, .34f, .24f, -30, -262, 6), arc(.58f, .74f, .42f, .26f, -98, -325, 7)}}};
  all['F'] = {{1, {line({.2f, 0}, {.2f, 1}), line({.2f, 0}, {.86f, 0}), line({.2f, .46f}, {.72f, .46f})}}};
  all['H'] = {{1, {line({.14f, 0}, {.14f, 1}), line({.86f, 0}, {.86f, 1}), line({.14f, .5f}, {.86f, .5f})}}};
  all['K'] = {{1, {line({.18f, 0}, {.18f, 1}), line({.82f, .02f}, {.18f, .56f}), line({.36f, .42f}, {.86f, 1})}}};
  all['M'] = {{1, {line({.08f, 1}, {.14f, 0}), line({.14f, 0}, {.5f, .66f}), line({.5f, .66f}, {.86f, 0}), line({.86f, 0}, {.92f, 1})}}};
  all['N'] = {{1, {line({.14f, 1}, {.14f, 0}), line({.14f, 0}, {.86f, 1}), line({.86f, 1}, {.86f, 0})}}};
  all['P'] = {{1, {line({.2f, 0}, {.2f, 1}), Stroke{{.2f, .02f}, {.45f, 0}} + arc(.54f, .26f, .30f, .26f, -70, 75, 5) + Stroke{{.2f, .54f}}}}};
  all['R'] = {{1, {line({.2f, 0}, {.2f, 1}), Stroke{{.2f, .02f}, {.45f, 0}} + arc(.54f, .25f, .28f, .25f, -70, 75, 5) + Stroke{{.2f, .52f}}, line({.44f, .52f}, {.86f, 1})}}};
  all['T'] = {{1, {line({.06f, .02f}, {.94f, .02f}), line({.5f, .02f}, {.5f, 1})}}};
  all['U'] = {{1, {Stroke{{.14f, 0}, {.14f, .35f}} + arc(.5f, .64f, .36f, .36f, 180, 0, 7) + Stroke{{.86f, .35f}, {.86f, 0}}}}};
  all['V'] = {{1, {line({.06f, 0}, {.5f, 1}), line({.5f, 1}, {.94f, 0})}}};
  all['W'] = {{1, {line({.02f, 0}, {.25f, 1}), line({.25f, 1}, {.5f, .3f}), line({.5f, .3f}, {.75f, 1}), line({.75f, 1}, {.98f, 0})}}};
  all['X'] = {{1, {line({.1f, 0}, {.9f, 1}), line({.9f, 0}, {.1f, 1})}}};
  all['Y'] = {{1, {line({.08f, 0}, {.5f, .48f}), line({.92f, 0}, {.5f, .48f}), line({.5f, .48f}, {.5f, 1})}}};
  return all;
}
// clang-format on

}  // namespace

std::span<const Skeleton> skeletons_of(char sign, Hand hand) {
  static const std::array<Skeletons, 10> digit_skeletons = make_digits();
  static const std::array<Skeletons, 10> second_skeletons = make_second_hand();
  static const std::map<char, Skeletons> letter_skeletons = make_letters();
  if (sign >= '0' && sign <= '9')
    return (hand == Hand::first ? digit_skeletons : second_skeletons)[static_cast<std::size_t>(sign - '0')];
  const auto found = letter_skeletons.find(sign);
  core::require(found != letter_skeletons.end(), "Nobody taught figment to write '{}'; choose a digit or one of {}.",
                sign, letters);
  return found->second;
}

}  // namespace figment::data
