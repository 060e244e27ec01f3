#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace figment::formats {

using PaletteColor = std::array<float, 3>;  ///< red, green, blue, 0 to 255

/// How often each colour occurs, in bins of 64 levels a channel.
class ColorHistogram {
 public:
  static constexpr int levels = 64;
  static constexpr std::size_t bin_count = std::size_t{levels} * levels * levels;

  ColorHistogram() : bins_(bin_count) {}
  static std::size_t bin_of(const std::uint8_t* rgb) {
    return (static_cast<std::size_t>(rgb[0] >> 2) << 12) | (static_cast<std::size_t>(rgb[1] >> 2) << 6) | (rgb[2] >> 2);
  }
  /// [n, 4] RGBA; alpha is ignored.
  void add(std::span<const std::uint8_t> rgba);
  std::uint64_t count(std::size_t bin) const { return bins_[bin].count; }
  /// The mean of what fell into the bin; its middle if nothing did.
  PaletteColor mean(std::size_t bin) const;

 private:
  struct Bin {
    std::uint64_t count = 0;
    std::array<std::uint64_t, 3> sum{};
  };
  std::vector<Bin> bins_;
};

/// At most `count` colours that stand for those of the histogram: cut in halves by variance (Heckbert 1982, Wu 1991),
/// then moved to the means of what is nearest (k-means). Rare colours count for more than their share.
std::vector<PaletteColor> choose_palette(const ColorHistogram& histogram, int count);

/// Draws pictures with a palette. Where no colour of it fits, two alternate in a pattern that is fixed on the screen,
/// so that what stands still does not flicker (ordered dither, Bayer 1973).
class PaletteMapper {
 public:
  PaletteMapper(std::vector<PaletteColor> palette, const ColorHistogram& histogram);
  /// [height, width, 4] RGBA to [height, stride] indices.
  void map(std::span<const std::uint8_t> rgba, int width, std::uint8_t* indices, int stride);
  const std::vector<PaletteColor>& palette() const { return palette_; }

 private:
  /// Of a bin: the second colour takes the places of the pattern below `share`, of 64.
  struct Choice {
    std::uint8_t first = 0;
    std::uint8_t second = 0;
    std::uint8_t share = 0;
    bool is_known = false;
  };
  Choice choose(const PaletteColor& color) const;

  std::vector<PaletteColor> palette_;
  const ColorHistogram& histogram_;
  std::vector<Choice> choices_;
};

}  // namespace figment::formats
