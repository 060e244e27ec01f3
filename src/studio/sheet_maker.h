#pragma once
#include "formats/png.h"
#include "studio/request.h"

namespace figment::studio {

/// What an activity is besides, if it lays its pictures out in a grid with names, to be saved as one sheet.
class SheetMaker {
 public:
  virtual ~SheetMaker() = default;
  /// Asks for a grid instead of what is on show, by changing the request; leaves it alone if a grid is on show.
  virtual void ask_for_grid(Request& request) const = 0;
  virtual bool is_grid_complete() const = 0;  ///< nothing of the grid on show is left to be made
  /// The pictures on show with the names of rows and columns, RGB. Throws Error with one sentence if there are none.
  virtual formats::Picture labelled_sheet() const = 0;
};

/// What an activity is besides, if the mouse changes settings on its stage.
class RequestEditor {
 public:
  virtual ~RequestEditor() = default;
  /// Writes what was changed since the last call into the request; returns whether that was anything.
  virtual bool edit(Request& request) = 0;
};

}  // namespace figment::studio
