#include "formats/film.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "formats/film_sinks.h"

namespace figment::formats {

FilmWriter::FilmWriter(const std::filesystem::path& path, int width, int height, int frames_per_second,
                       const FilmOptions& options) {
  core::require(width >= 2 && height >= 2 && width <= 8192 && height <= 8192,
                "a film of {}x{} pixels cannot be made; each side must be 2 to 8192", width, height);
  core::require(frames_per_second >= 1 && frames_per_second <= 240,
                "a film of {} frames per second cannot be made; choose 1 to 240", frames_per_second);
  core::require(!path.filename().empty() || path.has_parent_path(), "give the film a file or folder to go to");
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char character) { return static_cast<char>(std::tolower(character)); });
  swaps_channels_ = options.is_bgra;
  std::error_code error;
  if (extension.empty() || std::filesystem::is_directory(path, error)) {
    sink_ = make_folder_sink(path, width, height, options);
    return;
  }
  if (extension == ".gif") {
    sink_ = make_gif_sink(path, width, height, frames_per_second, options);
    return;
  }
  if (extension == ".png" || extension == ".apng") {
    sink_ = make_apng_sink(path, width, height, frames_per_second, options);
    return;
  }
  core::require(extension == ".mp4" || extension == ".mov" || extension == ".mkv",
                "cannot write a film named {}; end it with .mp4, .mov, .mkv, .gif or .png, or name a folder",
                path.string());
  const char* container = extension == ".mkv" ? "matroska" : extension.c_str() + 1;
  swaps_channels_ = false;
  sink_ = make_h264_sink(path, container, width, height, frames_per_second, options);
}

FilmWriter::~FilmWriter() = default;
FilmWriter::FilmWriter(FilmWriter&&) noexcept = default;
FilmWriter& FilmWriter::operator=(FilmWriter&&) noexcept = default;

void FilmWriter::add_frame(std::span<const std::uint8_t> pixels) {
  core::require(!sink_->is_finished, "the film is finished already; start another");
  core::require(pixels.size() == sink_->frame_bytes, "a frame of this film has {} bytes, not {}", sink_->frame_bytes,
                pixels.size());
  if (swaps_channels_) {
    swapped_.assign(pixels.begin(), pixels.end());
    for (std::size_t i = 0; i < swapped_.size(); i += 4) std::swap(swapped_[i], swapped_[i + 2]);
    pixels = swapped_;
  }
  sink_->add(pixels);
  ++sink_->frame_count;
}

void FilmWriter::finish() {
  if (sink_->is_finished) return;
  core::require(sink_->frame_count > 0, "the film has no frame; nothing was written");
  sink_->is_finished = true;
  sink_->finish();
}

std::int64_t FilmWriter::frame_count() const { return sink_->frame_count; }

}  // namespace figment::formats
