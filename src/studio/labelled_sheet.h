#pragma once
#include <string>
#include <vector>

#include "formats/png.h"

namespace figment::studio {

/// A table of pictures with the names of its rows and columns, to be saved as one picture.
struct LabelledSheet {
  struct Cell {
    std::vector<float> pixels;  ///< [side, side, 3] in [-1, 1]; empty: not made
    std::string caption;        ///< below it
  };
  std::string title;
  std::string note;  ///< dim, below the title
  std::vector<std::string> columns;
  std::vector<std::string> rows;  ///< may be empty strings
  std::vector<Cell> cells;        ///< [rows, columns]
  int side = 0;                   ///< of a picture, in pixels

  const Cell& at(std::size_t row, std::size_t column) const { return cells[row * columns.size() + column]; }
};

/// Where draw() puts things, in pixels of the sheet.
struct SheetLayout {
  int zoom = 2;  ///< of the pictures
  int margin = 24;
  int heading = 0;     ///< height of title, note and the columns' names
  int row_labels = 0;  ///< width of the rows' names
  int cell = 0;        ///< width of a picture
  int line = 0;        ///< height of a cell with its caption
  int gap = 8;
  int width = 0;
  int height = 0;
};
SheetLayout layout_of(const LabelledSheet& sheet);

/// The sheet as a picture, RGB. Throws Error with one sentence if there is no typeface, or too much to draw.
formats::Picture draw(const LabelledSheet& sheet);

}  // namespace figment::studio
