#include "data/landscape/palette.h"

#include <array>
#include <span>

namespace figment::data::landscape {
namespace {

struct SkyColors {
  std::uint32_t top, middle, horizon, sun, shadow;
};
struct GroundColors {
  std::uint32_t far, near;
};

constexpr std::array sunset_skies = {SkyColors{0x1d2b64, 0xf8746b, 0xffd27a, 0xfff0b0, 0x2a1b4a},
                                     SkyColors{0x23074d, 0xcc5333, 0xffb56b, 0xffe3a8, 0x24123a},
                                     SkyColors{0x3a2c6e, 0xe8588a, 0xffc48a, 0xffeecf, 0x2d1b4f},
                                     SkyColors{0x0f2350, 0xc94b7d, 0xff9a62, 0xffd9a0, 0x1d1440}};
constexpr std::array dawn_skies = {SkyColors{0x5b7db1, 0xf0bfd0, 0xffdfc0, 0xfff6d8, 0x4a5a86},
                                   SkyColors{0x6a85b6, 0xf3b6e4, 0xffe3c0, 0xfffbea, 0x545a8a},
                                   SkyColors{0x4f6fa5, 0xfabf9f, 0xffe9c2, 0xfff4d6, 0x4b5580},
                                   SkyColors{0x5a90ac, 0xc9d6df, 0xfde0cd, 0xfff7e4, 0x446078}};
constexpr std::array day_skies = {SkyColors{0x2f80d8, 0x7fc1f0, 0xd9f1fb, 0xfffbe8, 0x2f5d57},
                                  SkyColors{0x3a8fe0, 0x9ad4f7, 0xeaf7ff, 0xfffde8, 0x2b5a6a},
                                  SkyColors{0x1f6fc9, 0x6fb7ea, 0xcfeaf5, 0xfff6d8, 0x2e5550}};
constexpr std::array night_skies = {SkyColors{0x050a24, 0x13235a, 0x31498a, 0xdfe8ff, 0x060a1e},
                                    SkyColors{0x080618, 0x1d1850, 0x4a3d82, 0xe8e6ff, 0x070518},
                                    SkyColors{0x03121f, 0x0f3346, 0x2c6a78, 0xdffaff, 0x03101a}};

constexpr std::array sunset_grounds = {GroundColors{0x5a3a4c, 0x2a1b3a}, GroundColors{0x6b4035, 0x2c1a2e}};
constexpr std::array dawn_grounds = {GroundColors{0x6f9a86, 0x4a6f78}, GroundColors{0x93a37e, 0x5c7468}};
constexpr std::array day_grounds = {GroundColors{0x3f8f4f, 0x2c6b45}, GroundColors{0x6aa84f, 0x38761d},
                                    GroundColors{0x8fae5d, 0x4f7d3a}};
constexpr std::array night_grounds = {GroundColors{0x16304a, 0x0a1630}, GroundColors{0x1a2a4e, 0x0b1230}};

// Indexed by TimeOfDay.
constexpr std::array<std::span<const SkyColors>, 4> skies = {sunset_skies, dawn_skies, day_skies, night_skies};
constexpr std::array<std::span<const GroundColors>, 4> grounds = {sunset_grounds, dawn_grounds, day_grounds,
                                                                  night_grounds};
constexpr std::array<GroundColors, 4> sands = {GroundColors{0xb8603e, 0x4a2440}, GroundColors{0xdba98a, 0x8f6a73},
                                               GroundColors{0xebba70, 0xbd7c40}, GroundColors{0x33386a, 0x141636}};
constexpr std::array<GroundColors, 4> snows = {GroundColors{0xf0aeb0, 0x9c7fb4}, GroundColors{0xfbe6ea, 0x93a2c8},
                                               GroundColors{0xf4f9ff, 0x9fbbd8}, GroundColors{0x86a0d8, 0x5068a4}};

}  // namespace

Palette choose_palette(core::Random& random, TimeOfDay time, Terrain terrain) {
  const auto index = static_cast<std::size_t>(time);
  const SkyColors& sky = skies[index][random.below(static_cast<std::uint32_t>(skies[index].size()))];
  GroundColors ground = grounds[index][random.below(static_cast<std::uint32_t>(grounds[index].size()))];
  if (terrain == Terrain::desert) ground = sands[index];
  if (terrain == Terrain::snow) ground = snows[index];

  Palette palette{hex(sky.top),
                  hex(sky.middle),
                  hex(sky.horizon),
                  hex(sky.sun),
                  hex(sky.shadow),
                  hex(ground.far),
                  hex(ground.near),
                  {},
                  {},
                  {}};
  palette.haze = mix(palette.middle, palette.horizon, 0.6f);
  const bool night = time == TimeOfDay::night;
  palette.snow_light = night ? hex(terrain == Terrain::snow ? 0xa6b9e6 : 0x7286b8)
                             : mix(palette.haze, clamp01(palette.sun * 0.99f), 0.8f);
  palette.snow_shade = mix(palette.snow_light, mix(palette.shadow, palette.top, 0.5f), night ? 0.55f : 0.42f);
  return palette;
}

}  // namespace figment::data::landscape
