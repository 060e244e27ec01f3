#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.h"
#include "data/composed.h"
#include "data/creatures.h"
#include "data/digits.h"
#include "data/flower.h"
#include "data/landscape.h"
#include "data/picture_source.h"

namespace figment::data {
namespace {

using Classes = std::span<std::int32_t>;
using ConstClasses = std::span<const std::int32_t>;
using Bytes = std::span<std::uint8_t>;

template <std::size_t count>
ClassAxis axis(std::string_view name, const std::array<std::string_view, count>& values) {
  return {name, {values.begin(), values.end()}};
}

/// The signs of `text` as names of one character each.
ClassAxis axis_of_signs(std::string_view name, std::string_view text) {
  ClassAxis axis{name, {}};
  for (std::size_t i = 0; i < text.size(); ++i) axis.values.push_back(text.substr(i, 1));
  return axis;
}

/// Settles the class of an axis of `count`. One is always drawn, so that asking leaves the rest of the luck alone.
std::int32_t settle(core::Random& random, std::int32_t& id, std::size_t count) {
  const auto drawn = static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(count)));
  if (id < 0) id = drawn;
  core::require(id < static_cast<std::int32_t>(count), "There is no class {}; choose one below {}.", id, count);
  return id;
}

constexpr std::string_view digit_signs = "0123456789";

PictureSet landscapes() {
  PictureSet set{.name = "landscapes",
                 .description = "Painted landscapes at four times of day in six terrains, 64 pixels a side.",
                 .version = landscape_version,
                 .width = 64,
                 .height = 64,
                 .channels = 3};
  set.class_axes = {axis("time", time_of_day_names), axis("terrain", terrain_names)};
  set.has_mirrored = true;
  set.draw = [](core::Random& random, Bytes pixels, Classes classes) {
    LandscapeOptions options;
    if (classes[0] >= 0) options.time = static_cast<TimeOfDay>(std::min<std::int32_t>(classes[0], 3));
    if (classes[1] >= 0) options.terrain = static_cast<Terrain>(std::min<std::int32_t>(classes[1], 5));
    const Landscape landscape = draw_landscape(random, options);
    std::copy(landscape.pixels.begin(), landscape.pixels.end(), pixels.begin());
    classes[0] = static_cast<std::int32_t>(landscape.time);
    classes[1] = static_cast<std::int32_t>(landscape.terrain);
  };
  set.caption = [](ConstClasses classes) {
    const Landscape landscape{0, {}, static_cast<TimeOfDay>(classes[0]), static_cast<Terrain>(classes[1])};
    return landscape.caption();
  };
  return set;
}

/// White signs on black that are drawn by `write(random, sign, pixels)`.
template <typename Write>
PictureSet signs(std::string_view name, std::string_view description, std::string_view version, std::string_view axis,
                 std::string_view of, const Write& write) {
  PictureSet set{.name = name,
                 .description = description,
                 .version = version,
                 .width = glyph_size,
                 .height = glyph_size,
                 .channels = 1};
  set.class_axes = {axis_of_signs(axis, of)};
  set.is_quick = true;
  set.draw = [of, write](core::Random& random, Bytes pixels, Classes classes) {
    write(random, of[static_cast<std::size_t>(settle(random, classes[0], of.size()))], pixels);
  };
  set.caption = [axis, of](ConstClasses classes) {
    return fmt::format("the {} {}", axis, of[static_cast<std::size_t>(classes[0])]);
  };
  return set;
}

PictureSet printed_digits() {
  PictureSet set = signs("digits_fonts", "Digits from the fonts of this machine, bent and slanted, 32 pixels a side.",
                         digit_fonts_version, "digit", digit_signs, [](core::Random& random, char sign, Bytes pixels) {
                           print_digit(random, sign - '0', pixels);
                         });
  set.is_available = has_digit_fonts;
  return set;
}

/// What judges of digits are trained on: neither the strokes nor the seeds of `digits`.
void draw_other_digit(core::Random& random, char sign, Bytes pixels) {
  if (random.chance(0.5f) && has_digit_fonts())
    print_digit(random, sign - '0', pixels);
  else
    write_by_hand(random, sign, pixels, Hand::second);
}

using DrawCreature = void (*)(core::Random&, int, int, Bytes);

PictureSet creatures(std::string_view name, std::string_view description, std::string_view version, int size,
                     DrawCreature draw) {
  PictureSet set{
      .name = name, .description = description, .version = version, .width = size, .height = size, .channels = 3};
  set.class_axes = {axis("hue", hue_names), axis("body", body_names)};
  set.is_quick = true;
  set.draw = [draw](core::Random& random, Bytes pixels, Classes classes) {
    const std::int32_t hue = settle(random, classes[0], hue_names.size());
    draw(random, hue, settle(random, classes[1], body_names.size()), pixels);
  };
  set.caption = [](ConstClasses classes) {
    const std::string_view hue = hue_names[static_cast<std::size_t>(classes[0])];
    const std::string_view body = body_names[static_cast<std::size_t>(classes[1])];
    return fmt::format("{} {} {}{}", hue == "orange" ? "an" : "a", hue, body,
                       body == "ghost" || body == "bug" ? "" : " creature");
  };
  return set;
}

PictureSet flowers() {
  PictureSet set{.name = "flowers",
                 .description = "Flowers of eight hues with few, several or many petals, 64 pixels a side.",
                 .version = flower_version,
                 .width = 64,
                 .height = 64,
                 .channels = 3};
  set.class_axes = {axis("hue", hue_names), axis("petals", petal_names)};
  set.has_mirrored = true;
  set.draw = [](core::Random& random, Bytes pixels, Classes classes) {
    const std::int32_t hue = settle(random, classes[0], hue_names.size());
    draw_flower(random, hue, settle(random, classes[1], petal_names.size()), 64, pixels);
  };
  set.caption = [](ConstClasses classes) {
    const std::string_view hue = hue_names[static_cast<std::size_t>(classes[0])];
    return fmt::format("{} {} flower with {} petals", hue == "orange" ? "an" : "a", hue,
                       petal_names[static_cast<std::size_t>(classes[1])]);
  };
  return set;
}

ClassAxis axis_of_nouns() {
  ClassAxis axis{"noun", {}};
  for (const ComposedNoun& noun : composed_nouns()) axis.values.push_back(noun.singular);
  return axis;
}

ClassAxis axis_of_backgrounds() {
  static const std::vector<std::string> phrases = [] {
    std::vector<std::string> all;
    for (int id = 0; id < composed_background_count; ++id) all.push_back(background_phrase(id));
    return all;
  }();
  return {"background", {phrases.begin(), phrases.end()}};
}

PictureSet composed_pictures() {
  PictureSet set{
      .name = "composed",
      .description = "One to three things before a landscape or a plain colour, with captions, 64 pixels a side.",
      .version = composed_version,
      .width = composed_side,
      .height = composed_side,
      .channels = 3};
  set.class_axes = {axis_of_nouns(), axis("number", composed_number_names), axis("size", composed_size_names),
                    axis("color", composed_color_names), axis_of_backgrounds()};
  set.is_quick = true;
  set.draw = [](core::Random& random, Bytes pixels, Classes classes) {
    const ComposedScene scene = draw_scene(random, {.noun = classes[0],
                                                    .number = classes[1] < 0 ? -1 : classes[1] + 1,
                                                    .size = classes[2],
                                                    .color = classes[3],
                                                    .background = classes[4]});
    draw_composed(random, scene, pixels);
    const std::int32_t drawn[] = {scene.noun, scene.number - 1, scene.size, scene.color, scene.background()};
    std::copy(std::begin(drawn), std::end(drawn), classes.begin());
  };
  set.caption = [](ConstClasses classes) {
    ComposedScene scene{.noun = classes[0], .number = classes[1] + 1, .size = classes[2], .color = classes[3]};
    scene.set_background(classes[4]);
    return caption(scene);
  };
  set.is_available = has_emoji_font;
  return set;
}

std::vector<PictureSet> make_sets() {
  std::vector<PictureSet> sets;
  sets.push_back(landscapes());
  sets.push_back(signs("digits", "Handwritten digits from jittered strokes of a pen, 32 pixels a side.", digits_version,
                       "digit", digit_signs,
                       [](core::Random& random, char sign, Bytes pixels) { write_by_hand(random, sign, pixels); }));
  sets.push_back(printed_digits());
  sets.push_back(signs("digits_other",
                       "Digits of a second hand and of fonts, to judge what learned from the first hand.",
                       other_digits_version, "digit", digit_signs, draw_other_digit));
  sets.push_back(signs("letters", "Handwritten capitals that look like no digit, in the hand of the digits.",
                       letters_version, "letter", letters,
                       [](core::Random& random, char sign, Bytes pixels) { write_by_hand(random, sign, pixels); }));
  sets.push_back(creatures("creatures", "Symmetric pixel creatures of eight hues and five bodies, 32 pixels a side.",
                           creatures_version, creature_size, draw_creature));
  sets.push_back(creatures("creatures_palette", "Pixel creatures of 16 pixels a side in one palette of 16 colours.",
                           creatures_palette_version, creature_cells, draw_palette_creature));
  sets.back().palette.assign(creature_palette.begin(), creature_palette.end());
  sets.push_back(flowers());
  sets.push_back(composed_pictures());
  return sets;
}

}  // namespace

std::span<const PictureSet> picture_sets() {
  static const std::vector<PictureSet> sets = make_sets();
  return sets;
}

const PictureSet& find_picture_set(std::string_view name) {
  std::vector<std::string_view> names;
  for (const PictureSet& set : picture_sets()) {
    if (set.name == name) return set;
    names.push_back(set.name);
  }
  core::fail("There are no pictures called '{}'; choose one of {}.", name, fmt::join(names, ", "));
}

}  // namespace figment::data
