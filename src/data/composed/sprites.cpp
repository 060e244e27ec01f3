#include "data/composed/sprites.h"

#include <ft2build.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include FT_FREETYPE_H

#include "core/error.h"
#include "data/composed.h"

namespace figment::data::composed {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view file_name = "NotoColorEmoji.ttf";
constexpr float least_alpha = 0.06F;  // below it a pixel is no part of a sprite's box

/// Wherever distributions put it; empty if it is not there.
const fs::path& font_path() {
  static const fs::path path = [] {
    std::error_code error;
    constexpr auto skip = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator entry("/usr/share/fonts", skip, error), end; !error && entry != end;
         entry.increment(error))
      if (entry->path().filename() == file_name) return entry->path();
    return fs::path();
  }();
  return path;
}

float luminance(const float* rgb) { return 0.3F * rgb[0] + 0.59F * rgb[1] + 0.11F * rgb[2]; }

/// FreeType's premultiplied BGRA, cut down to the box of what is visible.
Layer cut_out(const FT_Bitmap& bitmap) {
  const auto width = static_cast<int>(bitmap.width), height = static_cast<int>(bitmap.rows);
  const auto at = [&](int x, int y) { return bitmap.buffer + y * bitmap.pitch + x * 4; };
  int left = width, right = -1, top = height, bottom = -1;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      if (static_cast<float>(at(x, y)[3]) > least_alpha * 255.0F) {
        left = std::min(left, x), right = std::max(right, x);
        top = std::min(top, y), bottom = y;
      }
  if (right < left) return {};
  Layer layer{right - left + 1, bottom - top + 1, {}};
  layer.values.reserve(static_cast<std::size_t>(layer.width) * layer.height * 4);
  for (int y = top; y <= bottom; ++y)
    for (int x = left; x <= right; ++x)
      for (const int channel : {2, 1, 0, 3})
        layer.values.push_back(static_cast<float>(at(x, y)[channel]) * (1.0F / 255.0F));
  return layer;
}

/// Averages blocks of 2x2; what is missing of the last ones is empty.
Layer halve(const Layer& from) {
  Layer to{(from.width + 1) / 2, (from.height + 1) / 2, {}};
  to.values.assign(static_cast<std::size_t>(to.width) * to.height * 4, 0.0F);
  for (int y = 0; y < from.height; ++y)
    for (int x = 0; x < from.width; ++x)
      for (int c = 0; c < 4; ++c) to.pixel(x / 2, y / 2)[c] += 0.25F * from.pixel(x, y)[c];
  return to;
}

/// Spreads a sprite's luminances so that their middle lies in the middle: white doves and black spiders alike then have
/// room for darker and lighter tones of a colour.
std::array<float, 256> spread(const Layer& layer) {
  double sum = 0, weight = 0;
  for (std::size_t i = 0; i < layer.values.size(); i += 4) {
    sum += static_cast<double>(luminance(&layer.values[i]));
    weight += static_cast<double>(layer.values[i + 3]);
  }
  const double mean = std::clamp(sum / std::max(weight, 1e-6), 0.05, 0.95);
  const double gamma = std::clamp(std::log(0.5) / std::log(mean), 0.45, 4.0);
  std::array<float, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i)
    table[i] = static_cast<float>(std::pow(static_cast<double>(i) / 255.0, gamma));
  return table;
}

Sprite read_sprite(FT_Face face, const ComposedNoun& noun) {
  const bool is_read = FT_Load_Char(face, static_cast<FT_ULong>(noun.sign), FT_LOAD_COLOR) == 0 &&
                       face->glyph->bitmap.pixel_mode == FT_PIXEL_MODE_BGRA;
  Sprite sprite;
  if (is_read) sprite.levels[0] = cut_out(face->glyph->bitmap);
  core::require(sprite.levels[0].width > 0, "The emoji font {} has no picture of a {}; install a newer {}.",
                font_path().string(), noun.singular, "fonts-noto-color-emoji");
  sprite.levels[1] = halve(sprite.levels[0]);
  sprite.lightness = spread(sprite.levels[1]);
  return sprite;
}

std::vector<Sprite> read_sprites() {
  core::require(has_font(), "Composed pictures need the emoji font; install the package fonts-noto-color-emoji.");
  FT_Library library = nullptr;
  core::require(FT_Init_FreeType(&library) == 0, "FreeType cannot be started; reinstall the package libfreetype6.");
  struct Closer {
    FT_Library library;
    ~Closer() { FT_Done_FreeType(library); }  // closes the face as well
  } const closer{library};
  FT_Face face = nullptr;
  core::require(FT_New_Face(library, font_path().c_str(), 0, &face) == 0 && FT_Select_Size(face, 0) == 0,
                "The emoji font {} holds no pictures; reinstall the package fonts-noto-color-emoji.",
                font_path().string());
  std::vector<Sprite> sprites;
  for (const ComposedNoun& noun : composed_nouns()) sprites.push_back(read_sprite(face, noun));
  return sprites;
}

/// Which pixels of a line make one of a smaller line, and how much each counts.
struct Tap {
  int first = 0;
  std::vector<float> weights;
};

/// For each of `count` pixels, the first of which begins `offset` before the sprite: a tent over the sprite's `size`
/// pixels, of which it covers `scale`. What lies outside the sprite is empty.
std::vector<Tap> make_taps(int size, int count, float scale, float offset) {
  std::vector<Tap> taps(static_cast<std::size_t>(count));
  const float radius = std::max(0.85F * scale, 1.0F);
  for (int i = 0; i < count; ++i) {
    const float center = (static_cast<float>(i) + 0.5F - offset) * scale;  // in pixels of the sprite
    const int first = std::max(0, static_cast<int>(std::floor(center - radius)));
    const int last = std::min(size - 1, static_cast<int>(std::ceil(center + radius)));
    Tap& tap = taps[static_cast<std::size_t>(i)];
    tap.first = first;
    float total = 0;
    for (int j = static_cast<int>(std::floor(center - radius)); j <= static_cast<int>(std::ceil(center + radius));
         ++j) {
      const float weight = std::max(0.0F, 1.0F - std::abs(static_cast<float>(j) + 0.5F - center) / radius);
      total += weight;
      if (j >= first && j <= last) tap.weights.push_back(weight);
    }
    for (float& weight : tap.weights) weight /= std::max(total, 1e-6F);
  }
  return taps;
}

}  // namespace

bool has_font() { return !font_path().empty(); }

const Sprite& sprite_of(int noun) {
  static const std::vector<Sprite> sprites = read_sprites();
  return sprites.at(static_cast<std::size_t>(noun));
}

Placed place(const Sprite& sprite, float left, float top, float width, float height) {
  // The smaller level where its pixels are still smaller than the picture's.
  const Layer& from = sprite.levels[sprite.width() > 2.4F * width ? 1 : 0];
  Placed placed{static_cast<int>(std::floor(left)) - 1, static_cast<int>(std::floor(top)) - 1, {}};
  Layer& to = placed.layer;
  to.width = static_cast<int>(std::ceil(width)) + 3, to.height = static_cast<int>(std::ceil(height)) + 3;
  to.values.assign(static_cast<std::size_t>(to.width) * to.height * 4, 0.0F);
  const std::vector<Tap> across = make_taps(from.width, to.width, static_cast<float>(from.width) / width,
                                            left - static_cast<float>(placed.x)),
                         down = make_taps(from.height, to.height, static_cast<float>(from.height) / height,
                                          top - static_cast<float>(placed.y));
  std::vector<float> narrow(static_cast<std::size_t>(from.height) * to.width * 4, 0.0F);
  for (int y = 0; y < from.height; ++y)
    for (int x = 0; x < to.width; ++x) {
      const Tap& tap = across[static_cast<std::size_t>(x)];
      float* out = &narrow[(static_cast<std::size_t>(y) * to.width + x) * 4];
      const float* in = tap.weights.empty() ? nullptr : from.pixel(tap.first, y);
      for (const float weight : tap.weights)
        for (int c = 0; c < 4; ++c) out[c] += weight * *in++;
    }
  const int row = to.width * 4;
  for (int y = 0; y < to.height; ++y) {
    const Tap& tap = down[static_cast<std::size_t>(y)];
    float* out = to.pixel(0, y);
    for (std::size_t j = 0; j < tap.weights.size(); ++j) {
      const float* in = &narrow[(static_cast<std::size_t>(tap.first) + j) * row];
      for (int i = 0; i < row; ++i) out[i] += tap.weights[j] * in[i];
    }
  }
  return placed;
}

void tint(Layer& layer, const Sprite& sprite, paint::Color color) {
  constexpr float kept = 0.1F;  // of a sprite's own colours
  const paint::Color dark = color * 0.16F, light = paint::mix(color, {1, 1, 1}, 0.82F);
  for (std::size_t i = 0; i < layer.values.size(); i += 4) {
    float* rgba = &layer.values[i];
    const float alpha = rgba[3];
    if (alpha < 1e-3F) continue;
    const float value = luminance(rgba) / alpha * 255.0F;
    const float tone = sprite.lightness[static_cast<std::size_t>(std::clamp(value, 0.0F, 255.0F))];
    const paint::Color painted =
        tone < 0.5F ? paint::mix(dark, color, tone * 2) : paint::mix(color, light, tone * 2 - 1);
    rgba[0] += (painted.r * alpha - rgba[0]) * (1 - kept);
    rgba[1] += (painted.g * alpha - rgba[1]) * (1 - kept);
    rgba[2] += (painted.b * alpha - rgba[2]) * (1 - kept);
  }
}

}  // namespace figment::data::composed
