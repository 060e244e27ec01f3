#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "app/frame_recorder.h"
#include "app/layout.h"
#include "formats/film.h"
#include "formats/png.h"
#include "gpu/device.h"
#include "studio/request.h"
#include "studio/view.h"

namespace figment::app {

/// The keyword under which a capture carries its request.
inline constexpr const char* request_keyword = "figment";

/// The pictures of a view as one grid, each enlarged `factor` times; waits for the device. Throws Error.
formats::Picture read_pictures(gpu::Device& device, const studio::PictureView& pictures, int factor = 4);

/// Writes `figment-<date>-<model>-<seed>.png` into a folder, with the request in its metadata; returns the path.
std::filesystem::path write_capture(const std::filesystem::path& folder, const std::string& model,
                                    const formats::Picture& picture, const studio::Request& request);

/// Whether a PNG carries a request. Throws Error if it is none.
bool is_capture(const std::filesystem::path& path);
/// The request that a capture carries. Throws Error with one sentence if the file is none.
studio::Request read_capture(const std::filesystem::path& path);

/// "2024-05-31-142355"
std::string date_for_name();

/// What of the window is filmed, and how.
struct FilmShape {
  int frames_per_second = 30;
  double seconds_most = 0;  ///< 0: until it is ended
  Rect area;                ///< of the window, pixels; empty: all of it
  int side_most = 0;        ///< of the film, pixels: larger ones are shrunk; 0: as large as it is
};

/// A film of the window, encoded on a thread of its own: see formats::FilmWriter for what the path may end with. Frames
/// come when they come; each is shown for as long as it was on the screen.
class Film {
 public:
  Film(std::filesystem::path path, const studio::Request& request, const FilmShape& shape = {});
  ~Film();
  Film(const Film&) = delete;
  Film& operator=(const Film&) = delete;

  /// Whether a frame at this time (seconds) would be part of the film. Not while the encoder has too many to do: who
  /// draws never waits for it, the film shows what came before for longer.
  bool wants_frame(double now_s) const;
  /// Says that the frame drawn now is being fetched.
  void note_frame(double now_s);
  /// Pixels of the frames noted, in order. A frame of another size than the first is left out.
  void add(std::shared_ptr<const FramePixels> pixels);
  /// Whether it has the length that it was to have.
  bool is_full() const { return shape_.seconds_most > 0 && frames_ >= shape_.seconds_most * shape_.frames_per_second; }
  /// No frame is wanted any more; those that were noted may still come.
  void stop() { is_stopped_ = true; }
  bool awaits_frames() const { return !repeats_.empty(); }
  /// No frame comes any more: the encoder completes the file.
  void end();
  /// Whether it has done so.
  bool is_done() const { return is_done_; }
  /// Ends it and waits for the encoder. Throws Error if anything went wrong on the way.
  std::filesystem::path finish();

 private:
  struct Item {
    std::shared_ptr<const FramePixels> pixels;
    int repeats = 1;
  };
  void work();
  void encode(const Item& item);
  void complete();
  void guard(const std::function<void()>& function);  ///< an exception becomes the film's error
  bool is_whole() const { return shape_.area.is_empty() && shape_.side_most == 0; }
  formats::Picture shaped(const formats::Picture& picture) const;

  std::filesystem::path path_;
  FilmShape shape_;
  std::string comment_;
  std::deque<int> repeats_;  ///< of frames noted whose pixels are not there yet
  double start_s_ = -1;
  std::int64_t frames_ = 0;  ///< of the film so far
  std::unique_ptr<formats::FilmWriter> writer_;
  int width_ = 0;
  int height_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> queue_;
  bool is_ending_ = false;
  std::atomic<bool> is_done_ = false;
  bool is_stopped_ = false;
  bool is_wanted_ = false;  ///< whole, rather than thrown away
  std::string error_;
  std::thread thread_;
};

}  // namespace figment::app
