#include "formats/lettering.h"

#include <ft2build.h>
#include <utf8proc.h>

#include <algorithm>
#include <string>
#include <vector>
#include FT_FREETYPE_H

#include "core/error.h"
#include "core/quote.h"
#include "formats/fonts.h"
#include "formats/text.h"

namespace figment::formats {

namespace {

namespace fs = std::filesystem;

constexpr std::array wanted_fonts{"Inter-Medium.otf",     "Inter-Regular.otf",        "Inter-Regular.ttf",
                                  "InterVariable.ttf",    "DejaVuSans.ttf",           "LiberationSans-Regular.ttf",
                                  "NotoSans-Regular.ttf", "Roboto-Regular.ttf",       "OpenSans-Regular.ttf",
                                  "FreeSans.ttf",         "JetBrainsMono-Regular.ttf"};
std::vector<char32_t> code_points(std::string_view text) {
  const std::string valid = repair_utf8(text);
  std::vector<char32_t> points;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(valid.data());
  auto left = static_cast<utf8proc_ssize_t>(valid.size());
  while (left > 0) {
    utf8proc_int32_t point = 0;
    const utf8proc_ssize_t taken = utf8proc_iterate(bytes, left, &point);
    if (taken <= 0) break;
    points.push_back(point < 32 ? U' ' : static_cast<char32_t>(point));
    bytes += taken;
    left -= taken;
  }
  return points;
}

int to_pixels(FT_Pos value) { return static_cast<int>((value + 32) >> 6); }

void blend(Picture& picture, const FT_Bitmap& bitmap, int left, int top, std::array<std::uint8_t, 3> color) {
  const int colors = std::min(picture.channels, 3);
  for (int row = 0; row < static_cast<int>(bitmap.rows); ++row) {
    const int y = top + row;
    if (y < 0 || y >= picture.height) continue;
    for (int column = 0; column < static_cast<int>(bitmap.width); ++column) {
      const int x = left + column;
      if (x < 0 || x >= picture.width) continue;
      const int cover = bitmap.buffer[row * bitmap.pitch + column];
      std::uint8_t* pixel =
          picture.pixels.data() +
          (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) + static_cast<std::size_t>(x)) *
              static_cast<std::size_t>(picture.channels);
      for (int c = 0; c < colors; ++c) {
        const int under = pixel[c];
        pixel[c] = static_cast<std::uint8_t>(under + (color[static_cast<std::size_t>(c)] - under) * cover / 255);
      }
    }
  }
}

}  // namespace

fs::path lettering_font() {
  static const fs::path found = find_font(wanted_fonts);
  core::require(!found.empty(), "There is no typeface to write the labels with; apt install fonts-inter.");
  return found;
}

struct Lettering::Face {
  FT_Library library = nullptr;
  FT_Face face = nullptr;
  ~Face() {
    if (face != nullptr) FT_Done_Face(face);
    if (library != nullptr) FT_Done_FreeType(library);
  }
  void choose(int size) {
    core::require(size >= 4 && size <= 512, "Letters of {} pixels make no sense; choose 4 to 512.", size);
    FT_Set_Pixel_Sizes(face, 0, static_cast<FT_UInt>(size));
  }
  bool load(char32_t point, FT_Int32 flags) { return FT_Load_Char(face, static_cast<FT_ULong>(point), flags) == 0; }
  int width_of(const std::vector<char32_t>& points) {
    FT_Pos width = 0;
    for (const char32_t point : points) {
      if (load(point, FT_LOAD_DEFAULT)) width += face->glyph->advance.x;
    }
    return to_pixels(width);
  }
};

Lettering::Lettering(const fs::path& font) : face_(std::make_unique<Face>()) {
  core::require(FT_Init_FreeType(&face_->library) == 0, "FreeType does not start, so there are no labels.");
  core::require(FT_New_Face(face_->library, font.c_str(), 0, &face_->face) == 0,
                "{} is no typeface that can be read; apt install fonts-inter.", core::quotable(font.string()));
  core::require(FT_IS_SCALABLE(face_->face), "{} has letters of one size only; apt install fonts-inter.",
                core::quotable(font.string()));
}

Lettering::~Lettering() = default;

int Lettering::width_of(std::string_view text, int size) {
  face_->choose(size);
  return face_->width_of(code_points(text));
}

void Lettering::draw(Picture& picture, std::string_view text, int left, int top, int size,
                     std::array<std::uint8_t, 3> color) {
  face_->choose(size);
  const int baseline = top + to_pixels(face_->face->size->metrics.ascender);
  FT_Pos pen = static_cast<FT_Pos>(left) * 64;
  for (const char32_t point : code_points(text)) {
    if (!face_->load(point, FT_LOAD_RENDER)) continue;
    const FT_GlyphSlot glyph = face_->face->glyph;
    if (glyph->bitmap.pixel_mode == FT_PIXEL_MODE_GRAY) {
      blend(picture, glyph->bitmap, to_pixels(pen) + glyph->bitmap_left, baseline - glyph->bitmap_top, color);
    }
    pen += glyph->advance.x;
  }
}

void Lettering::draw_centered(Picture& picture, std::string_view text, int left, int top, int width, int size,
                              std::array<std::uint8_t, 3> color) {
  std::string shown(text);
  for (std::size_t columns = code_point_count(text); columns > 1 && width_of(shown, size) > width; --columns) {
    shown = display_text(text, columns - 1);
  }
  draw(picture, shown, left + (width - width_of(shown, size)) / 2, top, size, color);
}

}  // namespace figment::formats
