#include <fmt/format.h>

#include "core/error.h"
#include "data/composed.h"

namespace figment::data {
namespace {

constexpr std::array<std::string_view, 6> places = {"in the mountains", "by the lake",   "by the sea",
                                                    "in the desert",    "in the forest", "in the snow"};
constexpr std::array<std::string_view, 4> times = {"at sunset", "at dawn", "", "at night"};

/// Words one behind the other, empty ones left out.
std::string join(std::initializer_list<std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) {
    if (word.empty()) continue;
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

std::string_view article(std::string_view word) {
  // What begins like "you" takes an "a".
  const bool sounds_like_you = word.starts_with("uni") || word.starts_with("ufo");
  return std::string_view("aeiou").find(word.front()) != std::string_view::npos && !sounds_like_you ? "an" : "a";
}

/// Which of the attributes a caption says.
struct Said {
  bool size = true, color = true, position = true, terrain = true, time = true, plain = true;
};

/// "two blue doves", "a small red cat on the left".
std::string thing_phrase(const ComposedScene& scene, const Said& said) {
  const ComposedNoun& noun = composed_nouns()[static_cast<std::size_t>(scene.noun)];
  const std::string_view size =
      said.size && scene.size != 1 ? composed_size_names[static_cast<std::size_t>(scene.size)] : "";
  const std::string_view color =
      said.color && scene.color > 0 ? composed_color_names[static_cast<std::size_t>(scene.color)] : "";
  const std::string_view where = !said.position || scene.position == 0 ? ""
                                 : scene.position == 1                 ? "on the left"
                                                                       : "on the right";
  const std::string head = join({size, color, scene.number == 1 ? noun.singular : noun.plural});
  const std::string_view number = scene.number == 1   ? article(head)
                                  : scene.number == 2 ? std::string_view("two")
                                                      : std::string_view("three");
  return join({number, head, where});
}

void check(const ComposedScene& scene) {
  core::require(scene.noun >= 0 && scene.noun < composed_noun_count && scene.number >= 1 && scene.number <= 3 &&
                    scene.size >= 0 && scene.size < 3 && scene.color >= 0 && scene.color < 8 && scene.position >= 0 &&
                    scene.position < 3 && scene.plain < static_cast<int>(composed_plain_names.size()),
                "A composed scene is out of range; take one that draw_scene() made.");
}

}  // namespace

std::string background_phrase(int background) {
  ComposedScene scene;
  scene.set_background(background);
  if (scene.plain >= 0) return fmt::format("on {}", composed_plain_names[static_cast<std::size_t>(scene.plain)]);
  return join({places[static_cast<std::size_t>(scene.terrain)], times[static_cast<std::size_t>(scene.time)]});
}

std::string caption(const ComposedScene& scene) {
  check(scene);
  return join({thing_phrase(scene, {}), background_phrase(scene.background())});
}

std::string caption(const ComposedScene& scene, core::Random& random) {
  check(scene);
  // All chances are drawn, whatever the scene, so that the same luck says the same of two scenes.
  const Said said{.size = random.chance(0.8F),
                  .color = random.chance(0.85F),
                  .position = random.chance(0.6F),
                  .terrain = random.chance(0.85F),
                  .time = random.chance(0.8F),
                  .plain = random.chance(0.85F)};
  const bool long_plain = random.chance(0.3F), says_day = random.chance(0.25F), time_first = random.chance(0.3F);
  const bool background_first = random.chance(0.2F), says_picture = random.chance(0.06F);
  std::string background;
  if (scene.plain >= 0) {
    const std::string_view name = composed_plain_names[static_cast<std::size_t>(scene.plain)];
    if (said.plain) background = long_plain ? fmt::format("on a {} background", name) : fmt::format("on {}", name);
  } else {
    const std::string_view place = said.terrain ? places[static_cast<std::size_t>(scene.terrain)] : "";
    std::string_view time = said.time ? times[static_cast<std::size_t>(scene.time)] : "";
    if (said.time && scene.time == TimeOfDay::day && says_day) time = "by day";
    background = time_first ? join({time, place}) : join({place, time});
  }
  const std::string thing = join({says_picture ? "a picture of" : "", thing_phrase(scene, said)});
  return background_first ? join({background, thing}) : join({thing, background});
}

}  // namespace figment::data
