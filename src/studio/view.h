#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "runtime/variable_store.h"

/// Views: plain data that says what there is to see. The window draws each kind and knows no model.
namespace figment::studio {

/// Pictures that lie on the device: f32 [count, height, width, 3] in [-1, 1].
struct PictureView {
  runtime::BufferSlice memory;  ///< a variable's: valid while this is held; otherwise the activity's
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
  bool is_complete = false;    ///< the story has ended; the next one begins soon
  std::string note;            ///< "the context is full", ...
  bool takes_pointer = false;  ///< presses on "words" go back there, on "bars" choose that one
};

/// Named numbers, for instance the likeliest next tokens.
struct BarsView {
  struct Bar {
    std::string label;
    float value = 0;          ///< 0..1, or -1..1
    bool is_removed = false;  ///< taken out by a filter
    int id = 0;               ///< what choosing it refers to
  };
  std::string title;
  std::string note;
  std::vector<Bar> bars;
};

/// Several lines over one axis, for instance the losses of two networks that train each other.
struct CurvesView {
  struct Line {
    std::string label;
    std::vector<float> values;
  };
  std::vector<float> x;  ///< of the values of all lines; empty: 0, 1, 2 ...
  std::vector<Line> lines;
  bool is_logarithmic = false;  ///< the values' axis
};

/// How often values fall into each of the equal bins from `minimum` to `maximum`, for several sets.
struct HistogramView {
  struct Set {
    std::string label;
    std::vector<float> counts;
  };
  float minimum = 0;
  float maximum = 1;
  std::vector<Set> sets;
};

/// Points in a plane, coloured by group, with one that can be dragged.
struct PointsView {
  float minimum = -3;  ///< of both axes
  float maximum = 3;
  std::vector<float> x;
  std::vector<float> y;
  std::vector<int> group;           ///< of each point
  std::vector<std::string> groups;  ///< their labels
  bool has_marker = false;
  float marker_x = 0;
  float marker_y = 0;
};

/// A table of values shown as colours.
struct HeatMapView {
  int rows = 0;
  int columns = 0;
  std::vector<float> values;  ///< [rows, columns]
  float minimum = 0;
  float maximum = 1;
  std::vector<std::string> row_labels;  ///< may be empty
  std::vector<std::string> column_labels;
};

/// Words in lines that wrap, each of which can be coloured by how much it counts.
struct WordsView {
  enum class Look { plain, dim, given, blank, fresh, wrong };
  struct Word {
    std::string text;  ///< UTF-8; a blank before it belongs to it, as in TextToken
    float weight = 0;  ///< 0..1: how strongly the ground behind it is coloured
    Look look = Look::plain;
    bool is_marked = false;  ///< with a frame, for instance the word under the mouse
  };
  std::vector<Word> words;
  float size = 1;       ///< of the letters, beside the stage's usual size
  std::string speaker;  ///< small and dim above the words, for instance "You"; may be empty
};

/// A tree that grows from left to right, for instance the beams of a search.
struct TreeView {
  struct Node {
    int parent = -1;  ///< index of an earlier node; -1: a root
    std::string label;
    float value = 0;        ///< 0..1: how strongly it is coloured
    bool is_alive = false;  ///< still considered
    bool is_chosen = false;
  };
  std::vector<Node> nodes;
};

/// One thing among several on the stage. Parts of the same row lie side by side.
struct ViewPart {
  std::string name;   ///< for PointerEvent::part and for tests
  std::string title;  ///< above it
  std::string note;   ///< below it, dim
  std::variant<PictureView, BarsView, CurvesView, HistogramView, PointsView, HeatMapView, WordsView, TreeView> content;
  int row = 0;
  float height = 1;                   ///< share of its row among the rows; the largest of the row counts
  float width = 1;                    ///< share of the part in its row
  int columns = 0;                    ///< of pictures; 0: as they fit best
  std::vector<std::string> captions;  ///< below each picture
  int marked = -1;                    ///< picture with a frame
  bool takes_pointer = false;         ///< presses and drags on it go to Activity::point
  float pen = 0;  ///< diameter of the pen that is drawn with here, as a share of the width; 0: nothing is drawn
};

/// A press, drag or release of the mouse on something that a view shows.
struct PointerEvent {
  enum class Phase { press, drag, release };
  std::string part;  ///< ViewPart::name; "words", "bars", "progress" and "strip" for what every view has
  Phase phase = Phase::press;
  bool is_secondary = false;  ///< the right button
  int item = -1;              ///< picture, bar, token or stage under the mouse
  float x = 0;                ///< 0..1 from the left of that picture, or of the whole part if it has no items
  float y = 0;                ///< 0..1 from its top; strokes of a pen go on outside, from -1 to 2
};

/// All that an activity shows at the moment. Empty parts are not drawn.
struct View {
  std::string title;            ///< "Diffusion"
  std::string subtitle;         ///< "landscapes 64x64, 3.3 M weights"
  std::string sentence;         ///< what one is looking at, in plain words
  PictureView pictures;         ///< what capture saves; fills the stage if there are no parts
  std::vector<ViewPart> parts;  ///< what is on the stage instead, if any
  FilmStripView strip;
  CurveView curve;  ///< noise level over the steps
  TextView text;
  BarsView bars;
  std::string progress;   ///< "step 16 of 25"
  float fraction = 0;     ///< 0..1 of the present picture
  bool can_seek = false;  ///< "progress" and "strip" take the pointer; the window pauses at the step that was chosen
  float loading = 1;      ///< below 1 while kernels are being prepared: show how far that is
  std::string error;      ///< a sentence; the last good picture stays
  double rate = 0;        ///< steps or tokens per second
  std::string rate_unit;  ///< "steps/s"
};

}  // namespace figment::studio
