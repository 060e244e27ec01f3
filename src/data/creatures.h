#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/random.h"

namespace figment::data {

inline constexpr std::string_view creatures_version = "creatures-1";
inline constexpr std::string_view creatures_palette_version = "creatures_palette-1";

/// The values are the class ids that models are trained on; never reorder them.
inline constexpr std::array<std::string_view, 8> hue_names = {"red",  "orange", "yellow", "green",
                                                              "teal", "blue",   "purple", "pink"};
/// Position of each hue on the colour circle, 0 to 1.
inline constexpr std::array<float, 8> hue_angles = {0.0f, 0.07f, 0.14f, 0.33f, 0.48f, 0.6f, 0.76f, 0.9f};
/// The values are the class ids that models are trained on; never reorder them.
inline constexpr std::array<std::string_view, 5> body_names = {"round", "tall", "wide", "ghost", "bug"};

inline constexpr int creature_cells = 16;  ///< cells along each side of a creature
inline constexpr int creature_size = 32;   ///< pixels along each side of draw_creature: two a cell
inline constexpr int palette_colors = 16;  ///< of draw_palette_creature

/// The 16 colours of palette creatures: background, ink, white, cream, four dark shades, eight hues.
extern const std::array<std::array<std::uint8_t, 3>, palette_colors> creature_palette;

/// A symmetric pixel creature in shades of its hue: RGB8 [32, 32, 3]. A function of the state of `random` and the
/// classes alone. Throws core::Error for classes out of range and for another size.
void draw_creature(core::Random& random, int hue, int body, std::span<std::uint8_t> pixels);

/// The same kind of creature as indices into creature_palette, [16, 16]: one colour index a cell.
void draw_palette_creature(core::Random& random, int hue, int body, std::span<std::uint8_t> indices);

}  // namespace figment::data
