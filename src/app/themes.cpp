#include "app/style.h"

namespace figment::app {

namespace {

constexpr ImU32 rgb(int red, int green, int blue) { return IM_COL32(red, green, blue, 255); }

constexpr Palette dark{
    .background = rgb(15, 17, 21),
    .panel = rgb(18, 20, 25),
    .line = rgb(38, 42, 50),
    .control = rgb(29, 32, 40),
    .control_hovered = rgb(37, 41, 52),
    .track = rgb(38, 66, 92),
    .track_hovered = rgb(46, 82, 115),
    .selected = rgb(30, 42, 56),
    .accent = rgb(122, 193, 255),
    .accent_hovered = rgb(150, 207, 255),
    .on_accent = rgb(12, 22, 34),
    .text = rgb(220, 224, 232),
    .dim = rgb(139, 145, 158),
    .faint = rgb(92, 98, 110),
    .white = rgb(255, 255, 255),
    .warning = rgb(242, 160, 120),
    .popup = rgb(26, 29, 36),
    .floating = rgb(22, 25, 31),
    .series = {rgb(122, 193, 255), rgb(255, 172, 104), rgb(128, 208, 140), rgb(240, 132, 158), rgb(176, 152, 250),
               rgb(236, 212, 116), rgb(88, 204, 196), rgb(214, 112, 88), rgb(198, 204, 216), rgb(152, 122, 96)},
    .heat = {rgb(22, 26, 34), rgb(35, 68, 104), rgb(66, 132, 190), rgb(134, 199, 250), rgb(240, 248, 255)},
    .odds = {rgb(28, 62, 46), rgb(70, 62, 26), rgb(98, 42, 28)},
};

constexpr Palette light{
    .background = rgb(241, 243, 246),
    .panel = rgb(252, 252, 253),
    .line = rgb(214, 219, 227),
    .control = rgb(233, 236, 241),
    .control_hovered = rgb(222, 227, 235),
    .track = rgb(169, 205, 242),
    .track_hovered = rgb(148, 192, 236),
    .selected = rgb(219, 234, 250),
    .accent = rgb(21, 104, 192),
    .accent_hovered = rgb(40, 122, 210),
    .on_accent = rgb(255, 255, 255),
    .text = rgb(34, 38, 46),
    .dim = rgb(88, 96, 110),
    .faint = rgb(132, 140, 154),
    .white = rgb(8, 12, 20),
    .warning = rgb(190, 78, 20),
    .popup = rgb(255, 255, 255),
    .floating = rgb(250, 251, 253),
    .series = {rgb(21, 104, 192), rgb(206, 104, 16), rgb(34, 138, 62), rgb(196, 50, 96), rgb(110, 76, 206),
               rgb(150, 118, 0), rgb(0, 132, 128), rgb(164, 60, 36), rgb(80, 90, 108), rgb(120, 84, 52)},
    .heat = {rgb(247, 249, 252), rgb(190, 216, 242), rgb(108, 168, 222), rgb(38, 110, 180), rgb(8, 44, 92)},
    .odds = {rgb(204, 236, 214), rgb(248, 234, 184), rgb(252, 208, 194)},
};

constexpr Palette high_contrast{
    .background = rgb(0, 0, 0),
    .panel = rgb(0, 0, 0),
    .line = rgb(150, 150, 150),
    .control = rgb(28, 28, 28),
    .control_hovered = rgb(66, 66, 66),
    .track = rgb(0, 92, 176),
    .track_hovered = rgb(0, 112, 212),
    .selected = rgb(0, 66, 126),
    .accent = rgb(255, 222, 64),
    .accent_hovered = rgb(255, 234, 130),
    .on_accent = rgb(0, 0, 0),
    .text = rgb(255, 255, 255),
    .dim = rgb(232, 232, 232),
    .faint = rgb(196, 196, 196),
    .white = rgb(255, 255, 255),
    .warning = rgb(255, 150, 96),
    .popup = rgb(16, 16, 16),
    .floating = rgb(12, 12, 12),
    .series = {rgb(110, 200, 255), rgb(255, 170, 60), rgb(100, 255, 130), rgb(255, 120, 170), rgb(200, 170, 255),
               rgb(255, 240, 90), rgb(80, 255, 240), rgb(255, 110, 80), rgb(255, 255, 255), rgb(210, 170, 130)},
    .heat = {rgb(0, 0, 0), rgb(0, 60, 130), rgb(0, 130, 230), rgb(120, 210, 255), rgb(255, 255, 255)},
    .odds = {rgb(0, 74, 32), rgb(92, 78, 0), rgb(140, 30, 10)},
};

}  // namespace

namespace detail {
Palette palette = dark;
}

const Palette& palette_of(Theme theme) {
  switch (theme) {
    case Theme::light:
      return light;
    case Theme::high_contrast:
      return high_contrast;
    case Theme::dark:
      break;
  }
  return dark;
}

void use_theme(Theme theme) { detail::palette = palette_of(theme); }

}  // namespace figment::app
