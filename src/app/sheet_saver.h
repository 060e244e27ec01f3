#pragma once
#include <filesystem>

#include "app/state.h"
#include "studio/sheet_maker.h"

namespace figment::app {

/// What the painter on the stage is, if it lays pictures out in a grid with labels; else null.
const studio::SheetMaker* sheet_maker_of(const Players& players);

/// Saves a labelled grid as one sheet, as soon as it is complete.
class SheetSaver {
 public:
  /// Asks for a grid, where none is on the stage. Throws Error with one sentence if what paints has none.
  void ask(State& state);
  /// Saves the grid that was asked for into a folder once nothing of it is left to be made. Throws Error.
  void follow(State& state, const std::filesystem::path& folder);

 private:
  bool waits_ = false;
};

}  // namespace figment::app
