#include "app/film/film_output.h"

#include <fmt/format.h>

#include <utility>

#include "app/capture.h"
#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/leftovers.h"

namespace figment::app {

FilmOutput::FilmOutput(FilmOutputOptions options) : options_(std::move(options)), hash_(core::hash_text("")) {
  for (const auto& path : {options_.out, options_.hashes}) {
    if (!path.empty()) core::remove_leftovers_of(path);
  }
  if (options_.sheet > 0) {
    core::require(options_.out.extension() == ".png", "a contact sheet is a PNG; name it so with --out sheet.png");
    sheet_ = std::make_unique<FrameSheet>(options_.sheet, options_.frames, options_.width, options_.height);
  } else if (!options_.out.empty()) {
    formats::FilmOptions film;
    film.title = "figment";
    film.comment = studio::to_json(options_.request);
    film_ = std::make_unique<formats::FilmWriter>(options_.out, options_.width, options_.height,
                                                  options_.frames_per_second, film);
  }
}

void FilmOutput::add(const formats::Picture& frame) {
  if (film_) film_->add_frame(frame.pixels);
  if (sheet_) sheet_->add(frame);
  if (!options_.hashes.empty()) {
    hash_lines_ += fmt::format("{:06} {}\n", frames_, core::to_hex(core::hash_bytes(frame.pixels)));
    hash_ = core::hash_bytes(frame.pixels, hash_);
  }
  ++frames_;
}

void FilmOutput::finish() {
  if (film_) film_->finish();
  if (sheet_) {
    formats::write_png(options_.out, sheet_->picture(),
                       formats::PngText{{"Software", "figment"}, {request_keyword, studio::to_json(options_.request)}});
  }
  if (options_.hashes.empty()) return;
  hash_lines_ += fmt::format("all {} frames {}\n", frames_, core::to_hex(hash_));
  core::write_atomically(options_.hashes, std::string_view(hash_lines_));
}

std::string FilmOutput::report() const {
  std::string text;
  if (sheet_) {
    text = fmt::format("{} of {} frames are in {}\n", sheet_->count(), frames_, options_.out.string());
  } else if (film_) {
    text = fmt::format("{} frames of {}x{} ({:.1f} s) are in {}\n", frames_, options_.width, options_.height,
                       static_cast<double>(frames_) / options_.frames_per_second, options_.out.string());
  }
  if (!options_.hashes.empty()) {
    text += fmt::format("their hashes are in {}; that of all of them is {}\n", options_.hashes.string(),
                        core::to_hex(hash_));
  }
  return text;
}

}  // namespace figment::app
