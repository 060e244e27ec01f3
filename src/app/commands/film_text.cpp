#include "app/commands/film_text.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include <array>
#include <cmath>
#include <filesystem>
#include <string>

#include "core/error.h"
#include "formats/text.h"

namespace figment::app {
namespace {

std::string find_font(FilmFont::Weight weight) {
  constexpr std::array regular = {
      "/usr/share/fonts/opentype/inter/Inter-Regular.otf", "/usr/share/fonts/truetype/inter/Inter-Regular.ttf",
      "/usr/share/fonts/inter/InterVariable.ttf",          "/usr/share/fonts/TTF/Inter-Regular.ttf",
      "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",   "/usr/share/fonts/TTF/DejaVuSans.ttf"};
  constexpr std::array bold = {"/usr/share/fonts/opentype/inter/Inter-SemiBold.otf",
                               "/usr/share/fonts/truetype/inter/Inter-SemiBold.ttf",
                               "/usr/share/fonts/inter/InterVariable.ttf",
                               "/usr/share/fonts/TTF/Inter-SemiBold.ttf",
                               "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
                               "/usr/share/fonts/TTF/DejaVuSans-Bold.ttf"};
  for (const char* path : weight == FilmFont::Weight::bold ? bold : regular) {
    std::error_code error;
    if (std::filesystem::is_regular_file(path, error)) return path;
  }
  core::fail("no typeface was found to write the film's text with; apt install fonts-inter");
}

/// The code point at the start of valid UTF-8, which is removed.
unsigned take_code_point(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  unsigned code = first < 0x80 ? first : first & (0x7FU >> length);
  for (std::size_t i = 1; i < length && i < text.size(); ++i) {
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  text.remove_prefix(std::min(length, text.size()));
  return code;
}

}  // namespace

FilmFont::FilmFont(Weight weight, float pixels) : pixels_(pixels) {
  const std::string path = find_font(weight);
  if (FT_Init_FreeType(&library_) != 0) core::fail("the FreeType library does not start; reinstall libfreetype6");
  if (FT_New_Face(library_, path.c_str(), 0, &face_) != 0 ||
      FT_Set_Char_Size(face_, 0, static_cast<FT_F26Dot6>(std::lround(pixels * 64)), 72, 72) != 0) {
    FT_Done_FreeType(library_);
    core::fail("the typeface {} is damaged; reinstall it", path);
  }
}

FilmFont::~FilmFont() {
  FT_Done_Face(face_);
  FT_Done_FreeType(library_);
}

const FilmFont::Glyph& FilmFont::glyph(unsigned code, int place) {
  const auto [it, is_new] = glyphs_.try_emplace({code, place});
  Glyph& glyph = it->second;
  if (!is_new) return glyph;
  if (FT_Load_Char(face_, code, FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP) != 0) return glyph;
  FT_GlyphSlot slot = face_->glyph;
  glyph.advance = static_cast<float>(slot->linearHoriAdvance) / 65536.0F;
  FT_Outline_Translate(&slot->outline, 64 * place / places, 0);
  if (FT_Render_Glyph(slot, FT_RENDER_MODE_NORMAL) != 0) return glyph;
  glyph.left = slot->bitmap_left;
  glyph.top = slot->bitmap_top;
  glyph.width = static_cast<int>(slot->bitmap.width);
  glyph.height = static_cast<int>(slot->bitmap.rows);
  for (int y = 0; y < glyph.height; ++y) {
    const unsigned char* row = slot->bitmap.buffer + y * slot->bitmap.pitch;
    glyph.coverage.insert(glyph.coverage.end(), row, row + glyph.width);
  }
  return glyph;
}

float FilmFont::write(FilmCanvas& canvas, float x, float y, std::string_view text, FilmColor color) {
  const std::string valid = formats::repair_utf8(text);
  std::string_view rest = valid;
  const int baseline = static_cast<int>(std::lround(y));
  while (!rest.empty()) {
    const unsigned code = take_code_point(rest);
    const int quarter = static_cast<int>(std::floor(x * places));
    const int whole = static_cast<int>(std::floor(static_cast<float>(quarter) / places));
    const Glyph& shape = glyph(code, quarter - whole * places);
    for (int row = 0; row < shape.height; ++row) {
      for (int column = 0; column < shape.width; ++column) {
        const float share =
            static_cast<float>(shape.coverage[static_cast<std::size_t>(row * shape.width + column)]) / 255;
        // Light text on dark looks thin with linear coverage.
        canvas.blend(whole + shape.left + column, baseline - shape.top + row, color, std::pow(share, 0.85F));
      }
    }
    x += shape.advance;
  }
  return x;
}

float FilmFont::width(std::string_view text) {
  const std::string valid = formats::repair_utf8(text);
  std::string_view rest = valid;
  float total = 0;
  while (!rest.empty()) total += glyph(take_code_point(rest), 0).advance;
  return total;
}

}  // namespace figment::app
