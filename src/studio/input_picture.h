#pragma once
#include <vector>

#include "formats/png.h"

/// Pictures from outside, as models take them. formats::read_png has refused what is no picture, damaged or too large,
/// and made grey, palettes and 16 bits plain; here the size, the colours and what is transparent come into shape.
namespace figment::studio {

/// What a model takes.
struct InputFormat {
  enum class Fit {
    crop,       ///< the largest part of the right proportions in the middle
    letterbox,  ///< all of it, with the background beside it
  };
  enum class Background {
    white,
    black,
    contrasting,  ///< to what is not transparent: black beneath white ink, white beneath black ink
  };
  int width = 64;
  int height = 64;
  int channels = 3;  ///< 3, or 1: the mean of the colours
  Fit fit = Fit::crop;
  Background background = Background::white;  ///< beneath transparent parts
};

/// Shorter sides of pictures from a person are refused: nothing can be seen in them.
inline constexpr int least_input_side = 8;

/// A person's picture as a model takes it: [height, width, channels] in [-1, 1]. Shrinks by averaging areas, grows by
/// straight lines between pixels. Throws Error with one sentence if it is too small.
std::vector<float> fit_input(const formats::Picture& picture, const InputFormat& format);

/// A person's mask: [height, width] from 0 to 1, 1 where it is white; what is transparent counts as black. Throws Error
/// as fit_input.
std::vector<float> fit_mask(const formats::Picture& mask, int width, int height,
                            InputFormat::Fit fit = InputFormat::Fit::crop);

/// As fit_input, of any size.
std::vector<float> resample_picture(const formats::Picture& picture, const InputFormat& format);

}  // namespace figment::studio
