#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "runtime/variable_store.h"

/// Views: plain data that says what there is to see. The window draws each kind and knows no model.
namespace figment::studio {

/// Pictures that lie on the device: f32 [count, height, width, 3] in [-1, 1].
struct PictureView {
  runtime::BufferSlice memory;  ///< owned by the activity; valid until it is destroyed or restarted
  int count = 0;
  int width = 0;
  int height = 0;
  std::uint64_t version = 0;  ///< grows when the pixels change
};

/// A few numbered stages of one picture, the noisiest first, for the strip under the grid.
struct FilmStripView {
  PictureView pictures;             ///< one picture a stage; stages not reached yet are black
  int current = 0;                  ///< index of the stage that was reached last
  std::vector<std::string> labels;  ///< below each stage
};

struct CurveView {
  std::string title;
  std::vector<float> x;
  std::vector<float> y;
  int marker = -1;  ///< index of the point to mark; -1: none
};

struct TextToken {
  std::string text;       ///< UTF-8
  float probability = 1;  ///< that the model gave it when it was chosen
  bool is_prompt = false;
};

/// A text as it is written.
struct TextView {
  std::vector<TextToken> tokens;
  std::uint64_t version = 0;
  bool is_complete = false;  ///< the story has ended; the next one begins soon
  std::string note;          ///< "the context is full", ...
};

/// Named numbers, for instance the likeliest next tokens.
struct BarsView {
  struct Bar {
    std::string label;
    float value = 0;          ///< 0..1
    bool is_removed = false;  ///< taken out by a filter
    int id = 0;               ///< what choosing it refers to
  };
  std::string title;
  std::string note;
  std::vector<Bar> bars;
};

/// All that an activity shows at the moment. Empty parts are not drawn.
struct View {
  std::string title;     ///< "Diffusion"
  std::string subtitle;  ///< "landscapes 64x64, 3.3 M weights"
  std::string sentence;  ///< what one is looking at, in plain words
  PictureView pictures;
  FilmStripView strip;
  CurveView curve;  ///< noise level over the steps
  TextView text;
  BarsView bars;
  std::string progress;   ///< "step 16 of 25"
  float fraction = 0;     ///< 0..1 of the present picture
  std::string error;      ///< a sentence; the last good picture stays
  double rate = 0;        ///< steps or tokens per second
  std::string rate_unit;  ///< "steps/s"
};

}  // namespace figment::studio
