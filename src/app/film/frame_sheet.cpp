#include "app/film/frame_sheet.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace figment::app {

namespace {

constexpr int sheet_width_most = 2400;
constexpr int gap = 8;
constexpr std::array<std::uint8_t, 3> gap_color{15, 17, 21};

/// Rows and columns of about the shape of a screen, with as few empty places as possible.
int columns_for(int count) {
  const int most = std::max(1, static_cast<int>(std::ceil(std::sqrt(1.6 * count))));
  int best = most;
  for (int columns = most; columns >= std::max(1, most - 2); --columns) {
    const auto empty = [count](int n) { return (count + n - 1) / n * n - count; };
    if (empty(columns) < empty(best)) best = columns;
  }
  return std::min(best, count);
}

}  // namespace

formats::Picture shrunk_to(const formats::Picture& picture, int width, int height) {
  formats::Picture result{width, height, 3, {}};
  result.pixels.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  // Shares of 1/256 of a pixel, so that sizes that do not divide stay smooth.
  const auto range = [](int index, int size, int from) {
    return std::pair(std::int64_t{index} * from * 256 / size, std::int64_t{index + 1} * from * 256 / size);
  };
  for (int y = 0; y < height; ++y) {
    const auto [top, bottom] = range(y, height, picture.height);
    for (int x = 0; x < width; ++x) {
      const auto [left, right] = range(x, width, picture.width);
      std::array<std::int64_t, 3> sum{};
      for (std::int64_t row = top / 256; row * 256 < bottom; ++row) {
        const std::int64_t high = std::min(bottom, row * 256 + 256) - std::max(top, row * 256);
        for (std::int64_t column = left / 256; column * 256 < right; ++column) {
          const std::int64_t area = high * (std::min(right, column * 256 + 256) - std::max(left, column * 256));
          const auto at = static_cast<std::size_t>((row * picture.width + column) * picture.channels);
          for (std::size_t c = 0; c < 3; ++c) sum[c] += area * picture.pixels[at + c];
        }
      }
      const std::int64_t whole = (bottom - top) * (right - left);
      const auto to = static_cast<std::size_t>((y * width + x) * 3);
      for (std::size_t c = 0; c < 3; ++c)
        result.pixels[to + c] = static_cast<std::uint8_t>((sum[c] + whole / 2) / whole);
    }
  }
  return result;
}

FrameSheet::FrameSheet(int count, int frames, int width, int height)
    : count_(std::min(count, frames)), frames_(frames), columns_(columns_for(count_)) {
  const int room = (sheet_width_most - gap) / columns_ - gap;
  cell_width_ = std::max(1, std::min(width, room));
  cell_height_ = std::max(1, height * cell_width_ / width);
}

void FrameSheet::add(const formats::Picture& frame) {
  const auto kept = static_cast<std::int64_t>(cells_.size());
  // The first, the last, and those between at equal distances.
  const std::int64_t due = count_ < 2 ? 0 : kept * (frames_ - 1) / (count_ - 1);
  if (kept < count_ && next_ >= due) cells_.push_back(shrunk_to(frame, cell_width_, cell_height_));
  ++next_;
}

formats::Picture FrameSheet::picture() const {
  const auto shown = static_cast<int>(cells_.size());
  const int rows = std::max(1, (shown + columns_ - 1) / columns_);
  formats::Picture sheet;
  sheet.width = columns_ * (cell_width_ + gap) + gap;
  sheet.height = rows * (cell_height_ + gap) + gap;
  sheet.channels = 3;
  sheet.pixels.resize(static_cast<std::size_t>(sheet.width) * static_cast<std::size_t>(sheet.height) * 3);
  for (std::size_t i = 0; i < sheet.pixels.size(); ++i) sheet.pixels[i] = gap_color[i % 3];
  for (int n = 0; n < shown; ++n) {
    const formats::Picture& cell = cells_[static_cast<std::size_t>(n)];
    const int left = gap + n % columns_ * (cell_width_ + gap);
    const int top = gap + n / columns_ * (cell_height_ + gap);
    const auto row_bytes = static_cast<std::size_t>(cell_width_) * 3;
    for (int y = 0; y < cell_height_; ++y) {
      std::copy_n(cell.pixels.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(y) * row_bytes), row_bytes,
                  sheet.pixels.begin() + (std::ptrdiff_t{top + y} * sheet.width + left) * 3);
    }
  }
  return sheet;
}

}  // namespace figment::app
