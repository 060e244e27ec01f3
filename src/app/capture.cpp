#include "app/capture.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <utility>

#include "app/film/frame_sheet.h"
#include "core/threads.h"
#include "gpu/buffer.h"

namespace figment::app {

namespace {

constexpr std::array<std::uint8_t, 3> gap_color{15, 17, 21};
constexpr std::size_t frames_waiting_most = 8;  // for the encoder of a film

/// Catmull-Rom weights of four neighbours at t of the way from the second to the third.
std::array<float, 4> weights_at(float t) {
  const float t2 = t * t;
  const float t3 = t2 * t;
  return {0.5F * (-t + 2 * t2 - t3), 0.5F * (2 - 5 * t2 + 3 * t3), 0.5F * (t + 4 * t2 - 3 * t3), 0.5F * (t3 - t2)};
}

/// [height, width, 3] enlarged along x, then transposed: twice gives the picture enlarged both ways.
std::vector<float> enlarge_and_transpose(const std::vector<float>& pixels, int width, int height, int factor) {
  const int wide = width * factor;
  std::vector<float> result(static_cast<std::size_t>(wide) * static_cast<std::size_t>(height) * 3);
  for (int x = 0; x < wide; ++x) {
    const float at = (static_cast<float>(x) + 0.5F) / static_cast<float>(factor) - 0.5F;
    const auto first = static_cast<int>(std::floor(at));
    const auto weights = weights_at(at - std::floor(at));
    for (int y = 0; y < height; ++y) {
      for (int c = 0; c < 3; ++c) {
        float sum = 0;
        for (int k = 0; k < 4; ++k) {
          const int source = std::clamp(first - 1 + k, 0, width - 1);
          sum += weights[static_cast<std::size_t>(k)] * pixels[static_cast<std::size_t>((y * width + source) * 3 + c)];
        }
        result[static_cast<std::size_t>((x * height + y) * 3 + c)] = sum;
      }
    }
  }
  return result;
}

std::uint8_t to_byte(float value) {
  return static_cast<std::uint8_t>(std::clamp((0.5F + 0.5F * value) * 255.0F + 0.5F, 0.0F, 255.0F));
}

}  // namespace

formats::Picture read_pictures(gpu::Device& device, const studio::PictureView& pictures, int factor) {
  core::require(pictures.count > 0 && pictures.memory.owner != nullptr,
                "There are no pictures to save yet; start a model that paints.");
  const auto one = static_cast<std::size_t>(pictures.width) * static_cast<std::size_t>(pictures.height) * 3;
  std::vector<float> values(one * static_cast<std::size_t>(pictures.count));
  device.wait_idle();
  gpu::download(device, *pictures.memory.owner, std::as_writable_bytes(std::span(values)), pictures.memory.offset);

  const int columns = static_cast<int>(std::ceil(std::sqrt(static_cast<double>(pictures.count) * 1.5)));
  const int shown_columns = std::min(columns, pictures.count);
  const int rows = (pictures.count + shown_columns - 1) / shown_columns;
  const int gap = pictures.count > 1 ? 2 * factor : 0;
  const int cell_width = pictures.width * factor;
  const int cell_height = pictures.height * factor;
  formats::Picture result;
  result.width = shown_columns * (cell_width + gap) + gap;
  result.height = rows * (cell_height + gap) + gap;
  result.channels = 3;
  result.pixels.resize(static_cast<std::size_t>(result.width) * static_cast<std::size_t>(result.height) * 3);
  for (std::size_t i = 0; i < result.pixels.size(); ++i) result.pixels[i] = gap_color[i % 3];
  for (int n = 0; n < pictures.count; ++n) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(one * static_cast<std::size_t>(n));
    const std::vector<float> small(begin, begin + static_cast<std::ptrdiff_t>(one));
    const std::vector<float> wide = enlarge_and_transpose(small, pictures.width, pictures.height, factor);
    const std::vector<float> large = enlarge_and_transpose(wide, pictures.height, cell_width, factor);
    const int left = gap + n % shown_columns * (cell_width + gap);
    const int top = gap + n / shown_columns * (cell_height + gap);
    for (int y = 0; y < cell_height; ++y) {
      const auto source = static_cast<std::size_t>(y) * static_cast<std::size_t>(cell_width) * 3;
      const auto target = (static_cast<std::size_t>(top + y) * static_cast<std::size_t>(result.width) +
                           static_cast<std::size_t>(left)) *
                          3;
      for (std::size_t i = 0; i < static_cast<std::size_t>(cell_width) * 3; ++i) {
        result.pixels[target + i] = to_byte(large[source + i]);
      }
    }
  }
  return result;
}

std::string date_for_name() { return fmt::format("{:%Y-%m-%d-%H%M%S}", fmt::localtime(std::time(nullptr))); }

std::filesystem::path write_capture(const std::filesystem::path& folder, const std::string& model,
                                    const formats::Picture& picture, const studio::Request& request) {
  const std::string stem = fmt::format("figment-{}-{}-{}", date_for_name(), model, request.picture.seed);
  std::filesystem::path path = folder / (stem + ".png");
  for (int i = 2; std::filesystem::exists(path); ++i) path = folder / fmt::format("{}-{}.png", stem, i);
  const formats::PngText text{{request_keyword, studio::to_json(request)}, {"Software", "figment"}};
  formats::write_png(path, picture, text);
  return path;
}

bool is_capture(const std::filesystem::path& path) {
  for (const auto& [keyword, text] : formats::read_png_text(path)) {
    if (keyword == request_keyword) return true;
  }
  return false;
}

studio::Request read_capture(const std::filesystem::path& path) {
  for (const auto& [keyword, text] : formats::read_png_text(path)) {
    if (keyword == request_keyword) return studio::request_from_json(text);
  }
  core::fail("{} carries no settings of figment; drop a PNG that was saved with F12.", path.filename().string());
}

Film::Film(std::filesystem::path path, const studio::Request& request, const FilmShape& shape)
    : path_(std::move(path)), shape_(shape), comment_(studio::to_json(request)), thread_([this] { work(); }) {}

Film::~Film() {
  {
    const std::scoped_lock lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Film::wants_frame(double now_s) const {
  if (is_full() || is_stopped_ || is_wanted_) return false;  // it has ended
  {
    const std::scoped_lock lock(mutex_);
    if (queue_.size() + repeats_.size() >= frames_waiting_most) return false;
  }
  return start_s_ < 0 || (now_s - start_s_) * shape_.frames_per_second >= static_cast<double>(frames_);
}

void Film::note_frame(double now_s) {
  if (start_s_ < 0) start_s_ = now_s;
  // A frame that comes late fills the gap before it, so that the film keeps time.
  auto end = static_cast<std::int64_t>((now_s - start_s_) * shape_.frames_per_second) + 1;
  if (shape_.seconds_most > 0)
    end = std::min<std::int64_t>(end, std::llround(shape_.seconds_most * shape_.frames_per_second));
  repeats_.push_back(static_cast<int>(std::max<std::int64_t>(end - frames_, 1)));
  frames_ += repeats_.back();
}

void Film::add(std::shared_ptr<const FramePixels> pixels) {
  if (repeats_.empty()) return;
  const int repeats = repeats_.front();
  repeats_.pop_front();
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return queue_.size() < frames_waiting_most || !error_.empty(); });
    queue_.push_back({std::move(pixels), repeats});
  }
  changed_.notify_all();
}

/// The area of it, no larger than it may be; RGBA.
formats::Picture Film::shaped(const formats::Picture& picture) const {
  const int left = std::clamp(static_cast<int>(shape_.area.x), 0, picture.width - 2);
  const int top = std::clamp(static_cast<int>(shape_.area.y), 0, picture.height - 2);
  formats::Picture part;
  part.width =
      shape_.area.is_empty() ? picture.width : std::min(static_cast<int>(shape_.area.width), picture.width - left);
  part.height =
      shape_.area.is_empty() ? picture.height : std::min(static_cast<int>(shape_.area.height), picture.height - top);
  part.channels = 4;
  for (int y = 0; y < part.height; ++y) {
    const auto from = picture.pixels.begin() + (std::ptrdiff_t{top + y} * picture.width + left) * 4;
    part.pixels.insert(part.pixels.end(), from, from + std::ptrdiff_t{part.width} * 4);
  }
  const int side = std::max(part.width, part.height);
  if (shape_.side_most == 0 || side <= shape_.side_most) return part;
  const formats::Picture small = shrunk_to(part, std::max(2, part.width * shape_.side_most / side),
                                           std::max(2, part.height * shape_.side_most / side));
  formats::Picture result{small.width, small.height, 4, {}};
  for (std::size_t i = 0; i < small.pixels.size(); ++i) {
    result.pixels.push_back(small.pixels[i]);
    if (i % 3 == 2) result.pixels.push_back(255);
  }
  return result;
}

void Film::encode(const Item& item) {
  if (!writer_) {
    width_ = item.pixels->width;
    height_ = item.pixels->height;
  }
  if (item.pixels->width != width_ || item.pixels->height != height_) return;
  const formats::Picture part = is_whole() ? formats::Picture{} : shaped(item.pixels->picture());
  if (!writer_) {
    formats::FilmOptions options;
    options.title = "figment";
    options.comment = comment_;
    options.is_bgra = is_whole() && item.pixels->is_bgra;
    writer_ = std::make_unique<formats::FilmWriter>(
        path_, is_whole() ? width_ : part.width, is_whole() ? height_ : part.height, shape_.frames_per_second, options);
  }
  for (int i = 0; i < item.repeats; ++i) writer_->add_frame(is_whole() ? item.pixels->bytes : part.pixels);
}

void Film::guard(const std::function<void()>& function) {
  try {
    function();
  } catch (const std::exception& error) {
    const std::scoped_lock lock(mutex_);
    error_ = error.what();
  }
}

/// Gives the file its name, if it is wanted and all went well.
void Film::complete() {
  guard([this] {
    if (!is_wanted_ || !error_.empty()) return;
    core::require(writer_ != nullptr, "The film has no frame; let it run a little longer.");
    writer_->finish();
  });
  is_done_ = true;
}

void Film::work() {
  core::work_behind_others();
  while (true) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !queue_.empty() || is_ending_; });
    if (queue_.empty()) break;
    Item item = std::move(queue_.front());
    queue_.pop_front();
    const bool has_failed = !error_.empty();
    lock.unlock();
    changed_.notify_all();
    if (!has_failed) guard([&] { encode(item); });
    item = {};  // whose memory the next frame may use
  }
  complete();
}

void Film::end() {
  {
    const std::scoped_lock lock(mutex_);
    is_ending_ = true;
    is_wanted_ = true;
  }
  changed_.notify_all();
}

std::filesystem::path Film::finish() {
  end();
  if (thread_.joinable()) thread_.join();
  if (!error_.empty()) core::fail("{}", error_);
  return path_;
}

}  // namespace figment::app
