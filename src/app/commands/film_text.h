#pragma once
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "app/commands/film_canvas.h"

struct FT_LibraryRec_;
struct FT_FaceRec_;

namespace figment::app {

/// A typeface at one size that writes on film frames.
class FilmFont {
 public:
  enum class Weight { regular, bold };

  /// Inter, or DejaVu Sans if that is missing. Throws Error, which says what to install, if both are.
  FilmFont(Weight weight, float pixels);
  ~FilmFont();
  FilmFont(const FilmFont&) = delete;
  FilmFont& operator=(const FilmFont&) = delete;

  /// Writes UTF-8 with its baseline at y; returns where the next character would begin.
  float write(FilmCanvas& canvas, float x, float y, std::string_view text, FilmColor color);
  float width(std::string_view text);
  float pixels() const { return pixels_; }

 private:
  static constexpr int places = 4;  ///< positions within a pixel at which a glyph is drawn
  struct Glyph {
    int left = 0;
    int top = 0;
    int width = 0;
    int height = 0;
    float advance = 0;
    std::vector<unsigned char> coverage;
  };
  const Glyph& glyph(unsigned code, int place);

  FT_LibraryRec_* library_ = nullptr;
  FT_FaceRec_* face_ = nullptr;
  float pixels_;
  std::map<std::pair<unsigned, int>, Glyph> glyphs_;
};

}  // namespace figment::app
