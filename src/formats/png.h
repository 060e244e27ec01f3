#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace figment::formats {

/// A picture of 8 bits a channel.
struct Picture {
  int width = 0;
  int height = 0;
  int channels = 0;                  ///< 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA
  std::vector<std::uint8_t> pixels;  ///< [height, width, channels], row by row, channels interleaved
};

/// Keyword and UTF-8 text, in the order of the file. A keyword has 1 to 79 printable Latin-1 characters.
using PngText = std::vector<std::pair<std::string, std::string>>;
using PngTextView = std::span<const std::pair<std::string, std::string>>;

/// Larger pictures are refused, by reader and writer alike.
inline constexpr int largest_png_side = 16384;
inline constexpr std::int64_t largest_png_pixels = std::int64_t{64} << 20;

/// The bytes of a PNG file; each text becomes a tEXt chunk if it is ASCII, else iTXt. Throws
/// Error if sizes do not agree or exceed the limits.
std::vector<std::uint8_t> encode_png(const Picture& picture, PngTextView text = {});

/// Atomic: a kill leaves the old file or the new one. Makes missing folders. Throws Error.
void write_png(const std::filesystem::path& path, const Picture& picture, PngTextView text = {});

/// Any PNG as 8-bit grey, grey and alpha, RGB or RGBA: 16 bits are rounded, palettes and fewer bits
/// expanded, a transparent colour becomes alpha. Throws Error for what is damaged, cut short, too large or no PNG.
Picture read_png(const std::filesystem::path& path);

/// As read_png; `name` stands for the file in messages.
Picture decode_png(std::span<const std::uint8_t> bytes, const std::string& name);

/// All tEXt, zTXt and iTXt of the file, as UTF-8. Throws Error as read_png.
PngText read_png_text(const std::filesystem::path& path);
PngText decode_png_text(std::span<const std::uint8_t> bytes, const std::string& name);

}  // namespace figment::formats
