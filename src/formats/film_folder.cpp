#include <algorithm>

#include "core/error.h"
#include "formats/film_sinks.h"
#include "formats/png.h"

namespace figment::formats {
namespace {

namespace fs = std::filesystem;

class FolderSink : public FilmWriter::Sink {
 public:
  FolderSink(fs::path folder, int width, int height, const FilmOptions& options)
      : Sink(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4), folder_(std::move(folder)) {
    std::error_code error;
    fs::create_directories(folder_, error);
    core::require(!error, "cannot make the folder {}: {}", folder_.string(), error.message());
    picture_ = {width, height, 3, {}};
    picture_.pixels.resize(frame_bytes / 4 * 3);
    if (!options.title.empty()) text_.emplace_back("Title", options.title);
    if (!options.comment.empty()) text_.emplace_back("Comment", options.comment);
  }

  void add(std::span<const std::uint8_t> rgba) override {
    for (std::size_t i = 0; i < rgba.size() / 4; ++i) std::copy_n(&rgba[i * 4], 3, &picture_.pixels[i * 3]);
    write_png(frame_path(frame_count), picture_, text_);
  }

  /// An earlier, longer film in this folder must not go on after this one.
  void finish() override {
    std::error_code error;
    for (std::int64_t number = frame_count; fs::remove(frame_path(number), error); ++number) continue;
  }

 private:
  [[nodiscard]] fs::path frame_path(std::int64_t number) const {
    return folder_ / fmt::format("frame_{:06}.png", number);
  }

  fs::path folder_;
  Picture picture_;
  PngText text_;
};

}  // namespace

std::unique_ptr<FilmWriter::Sink> make_folder_sink(const fs::path& folder, int width, int height,
                                                   const FilmOptions& options) {
  return std::make_unique<FolderSink>(folder, width, height, options);
}

}  // namespace figment::formats
