#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace figment::formats {

struct FilmOptions {
  int quality = 18;          ///< constant rate factor, 0 (lossless) to 51; less is better and larger
  std::string title = {};    ///< metadata, UTF-8; empty for none
  std::string comment = {};  ///< metadata, UTF-8: figment writes its settings here
  bool is_bgra = false;      ///< the order of the frames' channels: many displays have them so
};

/// Writes frames to a film: H.264 in MP4 if `path` has the extension .mp4, .mov or .mkv; for small clips a GIF (.gif,
/// 255 colours, held in memory until the end) or an animated PNG (.png, .apng, without loss), which repeat for ever;
/// numbered PNG files (frame_000000.png ...) in a folder of that name if it has none. A file is written under a
/// temporary name beside `path` and renamed by finish(), so that the final name never holds half a film.
class FilmWriter {
 public:
  /// width and height in pixels; an odd side of an MP4 is padded to even by repeating the last row or column.
  /// Throws Error if there is no H.264 encoder here, or the path cannot be written.
  FilmWriter(const std::filesystem::path& path, int width, int height, int frames_per_second,
             const FilmOptions& options = {});
  ~FilmWriter();  ///< Without finish() the temporary file is removed.
  FilmWriter(FilmWriter&&) noexcept;
  FilmWriter& operator=(FilmWriter&&) noexcept;
  FilmWriter(const FilmWriter&) = delete;
  FilmWriter& operator=(const FilmWriter&) = delete;

  /// One frame, [height, width, 4] RGBA, or as the options say; alpha is ignored. Throws Error.
  void add_frame(std::span<const std::uint8_t> pixels);
  /// Completes the file. Throws Error if nothing was added or it cannot be written. A second call does nothing.
  void finish();
  [[nodiscard]] std::int64_t frame_count() const;

  class Sink;  ///< an encoder or a folder

 private:
  std::unique_ptr<Sink> sink_;
  bool swaps_channels_ = false;  ///< for a sink that takes only RGBA
  std::vector<std::uint8_t> swapped_;
};

}  // namespace figment::formats
