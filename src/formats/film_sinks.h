#pragma once
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "formats/film.h"

namespace figment::formats {

/// Where the frames of a FilmWriter go.
class FilmWriter::Sink {
 public:
  explicit Sink(std::size_t bytes) : frame_bytes(bytes) {}
  virtual ~Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual void add(std::span<const std::uint8_t> pixels) = 0;
  virtual void finish() = 0;

  std::size_t frame_bytes;  ///< of one frame
  std::int64_t frame_count = 0;
  bool is_finished = false;
};

/// Numbered PNG files.
std::unique_ptr<FilmWriter::Sink> make_folder_sink(const std::filesystem::path& folder, int width, int height,
                                                   const FilmOptions& options);

/// H.264 through libav; `container` is a libav name: mp4, mov, matroska. Takes frames in the order of the options.
std::unique_ptr<FilmWriter::Sink> make_h264_sink(const std::filesystem::path& path, const char* container, int width,
                                                 int height, int frames_per_second, const FilmOptions& options);

/// A GIF that is repeated for ever. Each frame is shown for hundredths of a second: at 30 a second 3, 3, 4 of them.
std::unique_ptr<FilmWriter::Sink> make_gif_sink(const std::filesystem::path& path, int width, int height,
                                                int frames_per_second, const FilmOptions& options);

/// An animated PNG, without loss, that is repeated for ever.
std::unique_ptr<FilmWriter::Sink> make_apng_sink(const std::filesystem::path& path, int width, int height,
                                                 int frames_per_second, const FilmOptions& options);

}  // namespace figment::formats
