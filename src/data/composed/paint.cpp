#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>

#include "core/error.h"
#include "data/composed.h"
#include "data/composed/sprites.h"

namespace figment::data {
namespace {

using composed::Layer;
using composed::Placed;
using composed::Sprite;
using paint::Color;

constexpr int side = composed_side;
constexpr auto full = static_cast<float>(side);
constexpr int pixel_count = side * side;

/// By color id - 1.
constexpr std::array<Color, 7> hues = {paint::hex(0xe0231f), paint::hex(0xf97f0f), paint::hex(0xf8d516),
                                       paint::hex(0x2aa843), paint::hex(0x2468e8), paint::hex(0x8a36c8),
                                       paint::hex(0xfa6cb0)};
/// By plain id.
constexpr std::array<Color, 6> plains = {paint::hex(0xffffff), paint::hex(0x121212), paint::hex(0x78b4fa),
                                         paint::hex(0xffbed7), paint::hex(0x96d796), paint::hex(0xffe882)};
/// The light of a landscape on what stands in it, by TimeOfDay.
constexpr std::array<Color, 4> lights = {Color{1.0F, 0.88F, 0.82F}, Color{0.98F, 0.93F, 0.98F}, Color{1, 1, 1},
                                         Color{0.70F, 0.75F, 0.95F}};

/// Landscapes are slow to paint, so there is a stock of them, each painted when it is first needed, larger than
/// pictures are, so that each can be cut in many ways.
class LandscapeStock {
 public:
  static constexpr int per_kind = 96;
  static constexpr int stock_side = 72;
  static constexpr std::uint64_t seed = 0x636f'6d70'6f73'6564;

  static Landscape paint(core::Random& random, int kind) {
    return draw_landscape(
        random,
        {.size = stock_side, .time = static_cast<TimeOfDay>(kind / 6), .terrain = static_cast<Terrain>(kind % 6)});
  }

  /// RGB8 [72, 72, 3]
  std::span<const std::uint8_t> get(int kind, int number) {
    const auto index = static_cast<std::size_t>(kind * per_kind + number);
    std::call_once(painted_[index], [&] {
      core::Random random(seed, index);
      pixels_[index] = paint(random, kind).pixels;
    });
    return pixels_[index];
  }

 private:
  static constexpr std::size_t count = std::size_t{24} * per_kind;
  std::array<std::once_flag, count> painted_;
  std::array<std::vector<std::uint8_t>, count> pixels_;
};

/// RGB of the picture, [64, 64, 3] in [0, 1].
using Picture = std::vector<float>;

/// Where landscapes come from: stocked ones are quick, fresh ones have been seen by no training.
enum class Landscapes : std::uint8_t { stocked, fresh };

void paint_landscape(core::Random& random, const ComposedScene& scene, Landscapes from, Picture& picture) {
  static const auto stock = std::make_unique<LandscapeStock>();
  constexpr int stock_side = LandscapeStock::stock_side, room = stock_side - side + 1;
  const int kind = scene.background();
  Landscape fresh;
  if (from == Landscapes::fresh) fresh = LandscapeStock::paint(random, kind);
  const std::span<const std::uint8_t> pixels =
      from == Landscapes::fresh ? std::span<const std::uint8_t>(fresh.pixels)
                                : stock->get(kind, static_cast<int>(random.below(LandscapeStock::per_kind)));
  const auto left = static_cast<int>(random.below(room)), top = static_cast<int>(random.below(room));
  const bool is_mirrored = random.chance(0.5F);
  const float gain = random.uniform(0.94F, 1.06F) * (1.0F / 255.0F);
  float* out = picture.data();
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const int first = ((top + y) * stock_side + left + (is_mirrored ? side - 1 - x : x)) * 3;
      for (int c = 0; c < 3; ++c) *out++ = static_cast<float>(pixels[static_cast<std::size_t>(first + c)]) * gain;
    }
}

void paint_plain(core::Random& random, const ComposedScene& scene, Picture& picture) {
  const Color color = plains[static_cast<std::size_t>(scene.plain)];
  const auto vary = [&](float value) { return paint::clamp01(value + random.uniform(-0.03F, 0.03F)); };
  const float rgb[3] = {vary(color.r), vary(color.g), vary(color.b)};
  for (std::size_t i = 0; i < picture.size(); ++i) picture[i] = rgb[i % 3];
}

/// Where a sprite goes: the middle of its feet, and the length of its longer side.
struct Spot {
  float x = 0, bottom = 0, length = 0;
};

std::vector<Spot> choose_spots(core::Random& random, const ComposedScene& scene) {
  static constexpr std::array<float, 3> lengths = {0.33F, 0.53F, 0.82F};
  static constexpr std::array<float, 3> feet = {0.83F, 0.89F, 0.97F};
  const auto size = static_cast<std::size_t>(scene.size);
  const bool is_plain = scene.plain >= 0;
  const auto vary = [&](float most) { return random.uniform(-most, most); };
  if (scene.number == 1) {
    const float length = lengths[size] * random.uniform(0.95F, 1.05F);
    const float middle = scene.position == 1 ? 0.27F : scene.position == 2 ? 0.73F : 0.5F;
    const float bottom = is_plain ? 0.5F + length / 2 : feet[size];
    const float room = scene.size == 2 ? 0.015F : 0.045F;
    return {{middle + vary(room), bottom + vary(scene.size == 2 ? 0.01F : 0.035F), length}};
  }
  const bool are_two = scene.number == 2;
  const float length = (are_two ? 0.42F : 0.305F) * random.uniform(0.96F, 1.04F);
  const float bottom = (is_plain ? 0.5F + length / 2 : (are_two ? 0.87F : 0.84F)) + vary(0.025F);
  std::vector<Spot> spots;
  for (int i = 0; i < scene.number; ++i) {
    const float x = are_two ? 0.26F + 0.48F * static_cast<float>(i) : 0.175F + 0.325F * static_cast<float>(i);
    spots.push_back({x + vary(0.012F), bottom + vary(0.025F), length});
  }
  return spots;
}

/// Darkens the ground where something stands: an ellipse that fades outwards. All in pixels.
void paint_shadow(Picture& picture, float middle, float bottom, float width, float strength) {
  const float radius_x = std::max(2.0F, width * 0.5F), radius_y = std::max(1.2F, width * 0.1F);
  const int top = std::max(0, static_cast<int>(bottom - 2 * radius_y)),
            end = std::min(side, static_cast<int>(bottom + 2 * radius_y) + 1);
  for (int y = top; y < end; ++y)
    for (int x = 0; x < side; ++x) {
      const float u = (static_cast<float>(x) + 0.5F - middle) / radius_x,
                  v = (static_cast<float>(y) + 0.5F - bottom) / radius_y;
      const float dark = strength * std::clamp(1.25F - (u * u + v * v), 0.0F, 1.0F);
      for (int c = 0; c < 3; ++c) picture[static_cast<std::size_t>((y * side + x) * 3 + c)] *= 1 - dark;
    }
}

void blend(Picture& picture, const Placed& placed, Color light) {
  const Layer& layer = placed.layer;
  const float lit[3] = {light.r, light.g, light.b};
  const int first = std::max(0, -placed.x), end = std::min(layer.width, side - placed.x);
  for (int y = std::max(0, -placed.y); y < std::min(layer.height, side - placed.y); ++y)
    for (int x = first; x < end; ++x) {
      const float* rgba = layer.pixel(x, y);
      float* out = &picture[static_cast<std::size_t>(((placed.y + y) * side + placed.x + x) * 3)];
      for (int c = 0; c < 3; ++c) out[c] += rgba[c] * lit[c] - out[c] * rgba[3];
    }
}

void paint_thing(Picture& picture, const ComposedScene& scene, Spot spot) {
  const Sprite& sprite = composed::sprite_of(scene.noun);
  const float scale = spot.length * full / std::max(sprite.width(), sprite.height());
  const float width = sprite.width() * scale, height = sprite.height() * scale;
  const float left = std::clamp(spot.x * full - width / 2, 0.0F, full - width);
  // On plain paper the middle of the sprite lies where that of a square one would.
  const float raised = scene.plain >= 0 ? (spot.length * full - height) / 2 : 0;
  const float top = std::clamp(spot.bottom * full - raised - height, 0.0F, full - height);
  const bool is_plain = scene.plain >= 0;
  paint_shadow(picture, left + width / 2, top + height - 0.5F, width, is_plain ? 0.1F : 0.42F);
  Placed placed = composed::place(sprite, left, top, width, height);
  if (scene.color > 0) composed::tint(placed.layer, sprite, hues[static_cast<std::size_t>(scene.color - 1)]);
  blend(picture, placed, is_plain ? Color{1, 1, 1} : lights[static_cast<std::size_t>(scene.time)]);
}

/// The picture of a scene before it is rounded.
const Picture& compose(core::Random& random, const ComposedScene& scene, Landscapes from = Landscapes::stocked) {
  // Refuses what caption() refuses.
  core::require(!caption(scene).empty(), "A composed scene without a caption cannot be drawn.");
  thread_local Picture picture;
  picture.resize(pixel_count * 3);
  if (scene.plain >= 0)
    paint_plain(random, scene, picture);
  else
    paint_landscape(random, scene, from, picture);
  for (const Spot& spot : choose_spots(random, scene)) paint_thing(picture, scene, spot);
  return picture;
}

std::uint8_t to_byte(float value) { return static_cast<std::uint8_t>(paint::clamp01(value) * 255.0F + 0.5F); }

/// As a picture of bytes would be read.
void write_pixels(const Picture& picture, std::span<float> pixels) {
  std::transform(picture.begin(), picture.end(), pixels.begin(),
                 [](float value) { return static_cast<float>(to_byte(value)) * (2.0F / 255.0F) - 1.0F; });
}

void require_size(std::size_t values, std::size_t pictures) {
  core::require(values == pictures * pixel_count * 3, "{} composed pictures have {} values, not {}.", pictures,
                pictures * pixel_count * 3, values);
}

}  // namespace

bool has_emoji_font() { return composed::has_font(); }

void draw_composed(core::Random& random, const ComposedScene& scene, std::span<std::uint8_t> pixels) {
  require_size(pixels.size(), 1);
  const Picture& picture = compose(random, scene);
  std::transform(picture.begin(), picture.end(), pixels.begin(), to_byte);
}

void sample_composed(core::Random& random, std::span<float> pixels, std::span<ComposedScene> scenes) {
  require_size(pixels.size(), scenes.size());
  constexpr std::size_t size = std::size_t{pixel_count} * 3;
  for (std::size_t i = 0; i < scenes.size(); ++i) {
    scenes[i] = draw_scene(random);
    write_pixels(compose(random, scenes[i]), pixels.subspan(i * size, size));
  }
}

ComposedScene draw_composed_at(std::uint64_t index, std::uint64_t seed, std::span<float> pixels) {
  require_size(pixels.size(), 1);
  core::Random random(seed, index);
  const ComposedScene scene = draw_scene(random);
  write_pixels(compose(random, scene, Landscapes::fresh), pixels);
  return scene;
}

}  // namespace figment::data
