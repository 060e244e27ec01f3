#include <algorithm>

#include "core/error.h"
#include "data/composed.h"

namespace figment::data {
namespace {

constexpr int landscape_count = 24;
constexpr int terrain_count = 6;

int below(core::Random& random, std::size_t count) {
  return static_cast<int>(random.below(static_cast<std::uint32_t>(count)));
}

void check_wish(int value, int first, int end, std::string_view what) {
  core::require(value == -1 || (value >= first && value < end), "There is no {} {}; choose one from {} to {}.", what,
                value, first, end - 1);
}

void check(const ComposedWish& wish) {
  check_wish(wish.noun, 0, composed_noun_count, "noun");
  check_wish(wish.number, 1, 4, "number");
  check_wish(wish.size, 0, static_cast<int>(composed_size_names.size()), "size");
  check_wish(wish.color, 0, static_cast<int>(composed_color_names.size()), "color");
  check_wish(wish.background, 0, composed_background_count, "background");
  core::require(wish.number <= 1 || wish.size == -1 || wish.size == 1,
                "Only one thing can be small or big; ask for one of it, or for the normal size.");
  core::require(wish.color <= 0 || wish.noun < 0 || composed_nouns()[static_cast<std::size_t>(wish.noun)].may_be_tinted,
                "A {} comes in its own colors only; ask for color 0.",
                composed_nouns()[static_cast<std::size_t>(std::max(wish.noun, 0))].singular);
}

/// Blue on blue is hard to see.
bool vanishes(const ComposedScene& scene) {
  return scene.plain >= 0 && composed_plain_names[static_cast<std::size_t>(scene.plain)] ==
                                 composed_color_names[static_cast<std::size_t>(scene.color)];
}

int draw_background(core::Random& random) {
  constexpr float landscape_chance = 0.6F;
  const bool is_landscape = random.chance(landscape_chance);
  const int landscape = below(random, landscape_count), plain = below(random, composed_plain_names.size());
  return is_landscape ? landscape : landscape_count + plain;
}

}  // namespace

int ComposedScene::background() const {
  return plain >= 0 ? landscape_count + plain : static_cast<int>(time) * terrain_count + static_cast<int>(terrain);
}

void ComposedScene::set_background(int id) {
  core::require(id >= 0 && id < composed_background_count, "There is no background {}; choose one from 0 to {}.", id,
                composed_background_count - 1);
  plain = id < landscape_count ? -1 : id - landscape_count;
  time = plain < 0 ? static_cast<TimeOfDay>(id / terrain_count) : TimeOfDay::day;
  terrain = plain < 0 ? static_cast<Terrain>(id % terrain_count) : Terrain::mountains;
}

ComposedScene draw_scene(core::Random& random, const ComposedWish& wish) {
  static constexpr float number_weights[] = {0.62F, 0.2F, 0.18F};
  static constexpr float size_weights[] = {0.28F, 0.44F, 0.28F};
  constexpr float tint_chance = 0.5F, aside_chance = 0.35F;
  check(wish);
  ComposedScene scene;
  scene.noun = wish.noun;
  while (scene.noun < 0) {
    const int noun = below(random, composed_noun_count);
    if (wish.color <= 0 || composed_nouns()[static_cast<std::size_t>(noun)].may_be_tinted) scene.noun = noun;
  }
  const bool must_be_one = wish.size == 0 || wish.size == 2;
  const int number = static_cast<int>(random.weighted(number_weights)) + 1;
  scene.number = wish.number > 0 ? wish.number : (must_be_one ? 1 : number);
  const int size = static_cast<int>(random.weighted(size_weights));
  scene.size = wish.size >= 0 ? wish.size : (scene.number == 1 ? size : 1);
  const int side = 1 + below(random, 2);
  if (random.chance(aside_chance) && scene.number == 1 && scene.size != 2) scene.position = side;

  const bool is_tinted = random.chance(tint_chance);
  const int color = 1 + below(random, composed_color_names.size() - 1);
  const bool may_be_tinted = composed_nouns()[static_cast<std::size_t>(scene.noun)].may_be_tinted;
  scene.color = wish.color >= 0 ? wish.color : (is_tinted && may_be_tinted ? color : 0);
  do {
    const int background = draw_background(random);
    scene.set_background(wish.background >= 0 ? wish.background : background);
    if (vanishes(scene) && wish.background >= 0 && wish.color < 0) scene.color = 0;
  } while (vanishes(scene) && wish.background < 0);
  return scene;
}

}  // namespace figment::data
