#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "app/film/frame_sheet.h"
#include "formats/film.h"
#include "studio/request.h"

namespace figment::app {

/// Where the frames of `figment film` go.
struct FilmOutputOptions {
  std::filesystem::path out;     ///< a film, or a contact sheet; empty: none
  std::filesystem::path hashes;  ///< a text file with a hash of each frame; empty: none
  int sheet = 0;                 ///< above 0: `out` is a contact sheet of so many frames
  int width = 0;
  int height = 0;
  int frames_per_second = 30;
  int frames = 0;  ///< that will come
  studio::Request request;
};

/// Takes the frames of a film and writes what was asked for; each file gets its name when it is whole.
class FilmOutput {
 public:
  /// Removes what killed writers of the same files have left. Throws Error.
  explicit FilmOutput(FilmOutputOptions options);

  /// The next frame, RGBA.
  void add(const formats::Picture& frame);
  /// Writes the files. Throws Error.
  void finish();
  int frame_count() const { return frames_; }
  /// What is where, in one sentence.
  std::string report() const;

 private:
  FilmOutputOptions options_;
  std::unique_ptr<formats::FilmWriter> film_;
  std::unique_ptr<FrameSheet> sheet_;
  int frames_ = 0;
  std::uint64_t hash_;  ///< of all frames
  std::string hash_lines_;
};

}  // namespace figment::app
