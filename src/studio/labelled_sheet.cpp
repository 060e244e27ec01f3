#include "studio/labelled_sheet.h"

#include <algorithm>
#include <array>

#include "core/error.h"
#include "formats/lettering.h"
#include "studio/picture_generator.h"

namespace figment::studio {
namespace {

using Color = std::array<std::uint8_t, 3>;

constexpr Color ground{15, 17, 21};
constexpr Color empty_cell{26, 29, 36};
constexpr Color bright{232, 236, 243};
constexpr Color dim{154, 163, 178};
constexpr int title_size = 24;
constexpr int note_size = 15;
constexpr int label_size = 16;
constexpr int caption_size = 13;
constexpr int widest_label = 240;

/// Large pictures for small tables, small ones for large tables.
int zoom_for(const LabelledSheet& sheet) {
  const std::size_t longest = std::max(sheet.columns.size(), sheet.rows.size());
  const int wanted = longest <= 4 ? 256 : longest <= 8 ? 192 : 128;
  return std::clamp(wanted / std::max(sheet.side, 1), 1, 8);
}

bool has_captions(const LabelledSheet& sheet) {
  return std::ranges::any_of(sheet.cells, [](const auto& cell) { return !cell.caption.empty(); });
}

void fill(formats::Picture& picture, int left, int top, int width, int height, Color color) {
  for (int y = top; y < top + height; ++y) {
    for (int x = left; x < left + width; ++x) {
      std::ranges::copy(color, picture.pixels.begin() + (static_cast<std::ptrdiff_t>(y) * picture.width + x) * 3);
    }
  }
}

void paste(const formats::Picture& from, formats::Picture& to, int left, int top) {
  for (int y = 0; y < from.height; ++y) {
    const auto row = from.pixels.begin() + static_cast<std::ptrdiff_t>(y) * from.width * 3;
    std::copy(row, row + static_cast<std::ptrdiff_t>(from.width) * 3,
              to.pixels.begin() + (static_cast<std::ptrdiff_t>(top + y) * to.width + left) * 3);
  }
}

}  // namespace

SheetLayout layout_of(const LabelledSheet& sheet) {
  core::require(sheet.side > 0 && !sheet.columns.empty() && !sheet.rows.empty() &&
                    sheet.cells.size() == sheet.columns.size() * sheet.rows.size(),
                "There is no grid of pictures to save yet.");
  SheetLayout layout;
  layout.zoom = zoom_for(sheet);
  layout.cell = sheet.side * layout.zoom;
  layout.line = layout.cell + (has_captions(sheet) ? caption_size + 8 : 0);
  layout.heading = title_size + 10 + note_size + 18 + label_size + 10;
  formats::Lettering letters;
  for (const std::string& row : sheet.rows) {
    if (!row.empty()) layout.row_labels = std::max(layout.row_labels, letters.width_of(row, label_size) + 16);
  }
  layout.row_labels = std::min(layout.row_labels, widest_label);
  const auto columns = static_cast<int>(sheet.columns.size());
  const auto rows = static_cast<int>(sheet.rows.size());
  const int pictures = columns * (layout.cell + layout.gap) - layout.gap;
  const int words = std::max(letters.width_of(sheet.title, title_size), letters.width_of(sheet.note, note_size));
  layout.width = 2 * layout.margin + std::max(layout.row_labels + pictures, words);
  layout.height = 2 * layout.margin + layout.heading + rows * (layout.line + layout.gap) - layout.gap;
  core::require(layout.width <= formats::largest_png_side && layout.height <= formats::largest_png_side,
                "The sheet would be {} x {} pixels; choose fewer rows or columns.", layout.width, layout.height);
  return layout;
}

formats::Picture draw(const LabelledSheet& sheet) {
  const SheetLayout layout = layout_of(sheet);
  formats::Picture picture{layout.width, layout.height, 3, {}};
  picture.pixels.resize(static_cast<std::size_t>(layout.width) * static_cast<std::size_t>(layout.height) * 3);
  fill(picture, 0, 0, layout.width, layout.height, ground);
  formats::Lettering letters;
  int y = layout.margin;
  letters.draw(picture, sheet.title, layout.margin, y, title_size, bright);
  y += title_size + 10;
  letters.draw(picture, sheet.note, layout.margin, y, note_size, dim);
  y = layout.margin + layout.heading - label_size - 10;
  const auto left_of = [&](std::size_t column) {
    return layout.margin + layout.row_labels + static_cast<int>(column) * (layout.cell + layout.gap);
  };
  for (std::size_t column = 0; column < sheet.columns.size(); ++column) {
    letters.draw_centered(picture, sheet.columns[column], left_of(column), y, layout.cell, label_size, bright);
  }
  for (std::size_t row = 0; row < sheet.rows.size(); ++row) {
    const int top = layout.margin + layout.heading + static_cast<int>(row) * (layout.line + layout.gap);
    if (layout.row_labels > 0) {
      letters.draw_centered(picture, sheet.rows[row], layout.margin, top + (layout.cell - label_size) / 2,
                            layout.row_labels - 12, label_size, bright);
    }
    for (std::size_t column = 0; column < sheet.columns.size(); ++column) {
      const LabelledSheet::Cell& cell = sheet.at(row, column);
      if (cell.pixels.empty()) {
        fill(picture, left_of(column), top, layout.cell, layout.cell, empty_cell);
      } else {
        paste(contact_sheet(cell.pixels, 1, sheet.side, 1, layout.zoom, 0), picture, left_of(column), top);
      }
      letters.draw_centered(picture, cell.caption, left_of(column), top + layout.cell + 3, layout.cell, caption_size,
                            dim);
    }
  }
  return picture;
}

}  // namespace figment::studio
