#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "formats/png.h"

namespace figment::formats {

/// The first of the usual typefaces without serifs (Inter, DejaVu, Liberation, Noto) that is installed. Throws Error
/// with one sentence that names what to install if there is none.
std::filesystem::path lettering_font();

/// Draws words into pictures, with FreeType.
class Lettering {
 public:
  /// Throws Error if the file is no font that FreeType can read.
  explicit Lettering(const std::filesystem::path& font = lettering_font());
  ~Lettering();
  Lettering(const Lettering&) = delete;
  Lettering& operator=(const Lettering&) = delete;

  /// Pixels that one line of UTF-8 takes, in letters of so many pixels. Invalid bytes count as U+FFFD.
  int width_of(std::string_view text, int size);
  /// Draws one line with its top left corner there; what lies outside the picture (1 to 4 channels) is left out.
  void draw(Picture& picture, std::string_view text, int left, int top, int size, std::array<std::uint8_t, 3> color);
  /// Draws the line in the middle of `width` pixels from `left` on; cut with an ellipsis where it is longer.
  void draw_centered(Picture& picture, std::string_view text, int left, int top, int width, int size,
                     std::array<std::uint8_t, 3> color);

 private:
  struct Face;
  std::unique_ptr<Face> face_;
};

}  // namespace figment::formats
