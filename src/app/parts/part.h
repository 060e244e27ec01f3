#pragma once
#include <functional>
#include <string>
#include <vector>

#include "app/state.h"

/// The parts of a view on the stage, one file for each kind of content.
namespace figment::app {

/// What is to be drawn, and where.
struct PartCanvas {
  State& state;
  const studio::ViewPart& part;
  std::string key;          ///< of its place on the screen: for sheets, the mouse and tests
  Rect area;                ///< for the content, without title and note
  bool is_hovered = false;  ///< the mouse is over `area` and nothing covers it
  float drop = 0.5F;        ///< of content that is less high than the area: 0 is at its top, a half in its middle
  const Style& style() const { return state.style(); }
};

/// What the mouse can meet in a part that has been drawn.
struct PartHits {
  Rect bounds;              ///< what was really covered; title and note align with it
  std::vector<Rect> items;  ///< pictures or bars; x and y of events are within the item
  /// Without items: which one is at x, y (0..1 of the bounds), for PointerEvent::item; null: none.
  std::function<int(float x, float y)> item_at;
};

PartHits draw_content(const PartCanvas& canvas, const studio::PictureView& pictures);
PartHits draw_content(const PartCanvas& canvas, const studio::BarsView& bars);
PartHits draw_content(const PartCanvas& canvas, const studio::CurvesView& curves);
PartHits draw_content(const PartCanvas& canvas, const studio::HistogramView& histogram);
PartHits draw_content(const PartCanvas& canvas, const studio::PointsView& points);
PartHits draw_content(const PartCanvas& canvas, const studio::HeatMapView& map);
PartHits draw_content(const PartCanvas& canvas, const studio::WordsView& words);
PartHits draw_content(const PartCanvas& canvas, const studio::TreeView& tree);

/// Pictures as they fill an area best, or in so many columns, each with its caption. `marked` gets a frame.
struct PictureGrid {
  int columns = 0;
  std::vector<std::string> captions;
  int marked = -1;
  float drop = 0.5F;  ///< as in PartCanvas
};
PartHits draw_pictures(State& state, const std::string& key, const studio::PictureView& pictures,
                       const PictureGrid& grid, const Rect& area);

/// How high pictures are that fill an area best, or in so many columns.
float height_of_pictures(const Style& style, const studio::PictureView& pictures, const PictureGrid& grid, ImVec2 area);

/// How much height a part of this width can use of what it is offered, without title and note.
float height_of_use(const Style& style, const studio::ViewPart& part, float width, float offered);

/// All parts of a view in rows, with titles, notes and the mouse. `place` tells painters side by side apart; -1 is
/// what writes.
void draw_parts(State& state, int place, const studio::View& view, const Rect& area);

/// What is done with events of the mouse.
using PointerReceiver = std::function<void(const studio::PointerEvent&)>;
/// Makes what was drawn answer to the mouse: sends a press, every place of a drag, and the release. `pen` as in
/// ViewPart; `key` is the name of the place for ImGui and tests.
void follow_mouse(State& state, const std::string& key, const std::string& part, float pen, const PartHits& hits,
                  const PointerReceiver& send);

inline bool contains(const Rect& area, ImVec2 at) {
  return at.x >= area.x && at.y >= area.y && at.x < area.x + area.width && at.y < area.y + area.height;
}
inline ImVec2 top_left(const Rect& area) { return {area.x, area.y}; }
inline ImVec2 bottom_right(const Rect& area) { return {area.x + area.width, area.y + area.height}; }

}  // namespace figment::app
