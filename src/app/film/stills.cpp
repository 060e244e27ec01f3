#include "app/film/stills.h"

#include <algorithm>
#include <cmath>

#include "app/capture.h"
#include "app/film/performance.h"

namespace figment::app {

namespace {

constexpr int icon_side = 44;  // twice what the list shows, for displays of small pixels

formats::Picture without_alpha(const formats::Picture& picture) {
  formats::Picture result{picture.width, picture.height, 3, {}};
  result.pixels.reserve(picture.pixels.size() / 4 * 3);
  for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
    if (i % 4 != 3) result.pixels.push_back(picture.pixels[i]);
  }
  return result;
}

void write_icon(OffscreenWindow& window, const studio::Family& family, const std::filesystem::path& folder) {
  const studio::View* view = window.interface().players().painter().view();
  if (!family.paints || view == nullptr || view->pictures.count < 1) return;
  studio::PictureView first = view->pictures;
  first.count = 1;
  const int factor = std::max(1, 4 * icon_side / std::max(first.width, 1));
  formats::write_png(folder / (family.name + ".png"), shrunk(read_pictures(window.device(), first, factor), icon_side));
}

void make_still(OffscreenWindow& window, const PlannedScene& planned, const studio::Request& request,
                const StillsOptions& options) {
  Performance performance(window, planned, request, false);
  const int frames = std::max(1, static_cast<int>(std::lround(planned.scene.still_seconds / window.frame_seconds())));
  for (int frame = 0; frame < frames; ++frame) performance.advance();
  if (!options.folder.empty()) {
    const std::string settings = studio::to_json(window.interface().state().request);
    formats::write_png(options.folder / (planned.family->name + ".png"), without_alpha(window.draw()),
                       formats::PngText{{"Software", "figment"}, {request_keyword, settings}});
  }
  if (!options.icons.empty()) write_icon(window, *planned.family, options.icons);
}

}  // namespace

formats::Picture shrunk(const formats::Picture& picture, int side) {
  formats::Picture result{side, side, 3, {}};
  const auto range = [side](int index, int size) {
    const int first = index * size / side;
    return std::pair(first, std::max((index + 1) * size / side, first + 1));
  };
  for (int y = 0; y < side; ++y) {
    const auto [top, bottom] = range(y, picture.height);
    for (int x = 0; x < side; ++x) {
      const auto [left, right] = range(x, picture.width);
      for (int c = 0; c < 3; ++c) {
        int sum = 0;
        for (int row = top; row < bottom; ++row) {
          for (int column = left; column < right; ++column) {
            sum += picture.pixels[static_cast<std::size_t>((row * picture.width + column) * picture.channels + c)];
          }
        }
        const int count = (bottom - top) * (right - left);
        result.pixels.push_back(static_cast<std::uint8_t>((sum + count / 2) / count));
      }
    }
  }
  return result;
}

void make_stills(OffscreenWindow& window, const std::vector<PlannedScene>& scenes, const studio::Request& request,
                 const StillsOptions& options, const std::function<void(double)>& progress) {
  for (std::size_t i = 0; i < scenes.size(); ++i) {
    leave_out_if_it_fails(scenes.size() > 1, *scenes[i].family,
                          [&] { make_still(window, scenes[i], request, options); });
    progress(static_cast<double>(i + 1) / static_cast<double>(scenes.size()));
  }
}

}  // namespace figment::app
