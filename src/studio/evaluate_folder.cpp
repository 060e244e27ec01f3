#include <algorithm>
#include <cctype>

#include "core/error.h"
#include "studio/evaluate_pictures.h"
#include "studio/input_picture.h"

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

}  // namespace

std::vector<float> fit_picture(const formats::Picture& picture, int side) {
  return resample_picture(picture, {.width = side, .height = side, .background = InputFormat::Background::black});
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
