#pragma once
#include <vector>

#include "formats/png.h"

namespace figment::app {

/// [width, height] RGB of a picture with at least as many pixels: each is the mean of what it covers.
formats::Picture shrunk_to(const formats::Picture& picture, int width, int height);

/// A contact sheet of a film: so many of its frames, evenly from the first to the last, row by row.
class FrameSheet {
 public:
  /// `count` of `frames` frames of this size; fewer if the film has fewer.
  FrameSheet(int count, int frames, int width, int height);
  /// The next frame of the film, RGBA.
  void add(const formats::Picture& frame);
  formats::Picture picture() const;
  int count() const { return count_; }

 private:
  int count_;
  int frames_;
  int columns_;
  int cell_width_;
  int cell_height_;
  int next_ = 0;  ///< frame of the film
  std::vector<formats::Picture> cells_;
};

}  // namespace figment::app
