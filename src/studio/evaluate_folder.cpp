#include <algorithm>
#include <cctype>
#include <cmath>

#include "core/error.h"
#include "studio/evaluate_pictures.h"

namespace figment::studio {
namespace {

constexpr std::size_t pictures_min = 8;

bool is_png(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char character) { return static_cast<char>(std::tolower(character)); });
  return extension == ".png";
}

std::vector<std::filesystem::path> list_pngs(const std::filesystem::path& folder) {
  std::error_code error;
  core::require(std::filesystem::exists(folder, error), "there is no folder {}; give --data a folder of PNG pictures",
                folder.string());
  core::require(std::filesystem::is_directory(folder, error),
                "{} is not a folder; give --data a folder of PNG pictures", folder.string());
  std::vector<std::filesystem::path> files;
  for (auto it = std::filesystem::directory_iterator(folder, error);
       !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
    if (is_png(it->path())) files.push_back(it->path());
  }
  core::require(!error, "the folder {} cannot be read: {}", folder.string(), error.message());
  core::require(files.size() >= pictures_min, "the folder {} holds {} PNG pictures; at least {} are needed to compare",
                folder.string(), files.size(), pictures_min);
  std::sort(files.begin(), files.end());
  return files;
}

/// One channel of red, green and blue, 0..255, on black where it is transparent.
float sample(const formats::Picture& picture, int y, int x, int c) {
  const std::size_t at =
      (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) + static_cast<std::size_t>(x)) *
      static_cast<std::size_t>(picture.channels);
  const bool grey = picture.channels <= 2;
  const bool alpha = picture.channels == 2 || picture.channels == 4;
  const auto value = static_cast<float>(picture.pixels[at + static_cast<std::size_t>(grey ? 0 : c)]);
  if (!alpha) return value;
  return value * static_cast<float>(picture.pixels[at + static_cast<std::size_t>(picture.channels) - 1]) / 255.0F;
}

/// The samples of one axis under a target sample, with weights that sum to 1: the area that it covers when the picture
/// shrinks, the straight line between two samples when it grows.
std::vector<std::pair<int, float>> taps(int target, int targets, int sources) {
  std::vector<std::pair<int, float>> result;
  const double ratio = static_cast<double>(sources) / targets;
  if (ratio < 1) {
    const double place = (target + 0.5) * ratio - 0.5;
    const double low = std::floor(place);
    const auto at = [&](double index) { return std::clamp(static_cast<int>(index), 0, sources - 1); };
    return {{at(low), static_cast<float>(low + 1 - place)}, {at(low + 1), static_cast<float>(place - low)}};
  }
  const double begin = target * ratio;
  const double end = begin + ratio;
  for (int i = static_cast<int>(begin); i < sources && i < end; ++i) {
    const double part = std::min(end, i + 1.0) - std::max(begin, static_cast<double>(i));
    if (part > 0) result.emplace_back(i, static_cast<float>(part / ratio));
  }
  return result;
}

}  // namespace

std::vector<float> fit_picture(const formats::Picture& picture, int side) {
  const int square = std::min(picture.width, picture.height);
  core::require(square >= 1, "a picture without pixels cannot be compared");
  const int left = (picture.width - square) / 2;
  const int top = (picture.height - square) / 2;
  std::vector<float> result;
  result.reserve(static_cast<std::size_t>(side) * static_cast<std::size_t>(side) * 3);
  for (int y = 0; y < side; ++y) {
    const auto rows = taps(y, side, square);
    for (int x = 0; x < side; ++x) {
      const auto columns = taps(x, side, square);
      for (int c = 0; c < 3; ++c) {
        float sum = 0;
        for (const auto& [row, row_weight] : rows) {
          for (const auto& [column, weight] : columns) {
            sum += row_weight * weight * sample(picture, top + row, left + column, c);
          }
        }
        result.push_back(sum / 127.5F - 1.0F);
      }
    }
  }
  return result;
}

PictureSet load_pictures(const std::filesystem::path& folder, std::int64_t count_max) {
  const std::vector<std::filesystem::path> files = list_pngs(folder);
  const std::size_t count =
      std::min(files.size(),
               static_cast<std::size_t>(std::max<std::int64_t>(count_max, static_cast<std::int64_t>(pictures_min))));
  PictureSet set;
  for (std::size_t i = 0; i < count; ++i) {
    const std::vector<float> pixels = fit_picture(formats::read_png(files[i * files.size() / count]));
    set.pixels.insert(set.pixels.end(), pixels.begin(), pixels.end());
  }
  return set;
}

}  // namespace figment::studio
