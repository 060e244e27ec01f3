// Pictures that move by themselves in a page or a message: GIF of at most 255 colours, and APNG without loss.
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/error.h"
#include "formats/film_libav.h"
#include "formats/film_sinks.h"
#include "formats/palette.h"

namespace figment::formats {
namespace {

namespace fs = std::filesystem;

constexpr int gif_rate_most = 50;     // readers slow down what is quicker
constexpr int gif_colors_most = 255;  // one index is left for what has not changed
constexpr std::size_t held_bytes_most = std::size_t{1} << 30;

LibavOwned<AVCodecContext> open_encoder(AVCodecID codec_id, AVPixelFormat format, int width, int height,
                                        int frames_per_second) {
  const AVCodec* codec = avcodec_find_encoder(codec_id);
  core::require(codec != nullptr, "libavcodec here has no encoder for {}; make an MP4, or name a folder for PNG files",
                avcodec_get_name(codec_id));
  LibavOwned<AVCodecContext> encoder(avcodec_alloc_context3(codec));
  core::require(encoder != nullptr, "cannot make the film: memory is full");
  encoder->width = width;
  encoder->height = height;
  encoder->time_base = {1, frames_per_second};
  encoder->framerate = {frames_per_second, 1};
  encoder->pix_fmt = format;
  core::require(avcodec_open2(encoder.get(), codec, nullptr) >= 0, "the encoder for {} does not open",
                avcodec_get_name(codec_id));
  return encoder;
}

std::size_t bytes_of(int width, int height) {
  return static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4;
}

/// Holds all frames until the end: the palette is one for all of them, so that nothing flickers.
class GifSink : public FilmWriter::Sink {
 public:
  GifSink(const fs::path& path, int width, int height, int frames_per_second, const FilmOptions& options)
      : Sink(bytes_of(width, height)),
        file_(path, "gif", options),
        encoder_(open_encoder(AV_CODEC_ID_GIF, AV_PIX_FMT_PAL8, width, height, frames_per_second)) {
    file_.open(*encoder_, "loop", "0");  // for ever
  }

  void add(std::span<const std::uint8_t> rgba) override {
    core::require((frames_.size() + 1) * frame_bytes <= held_bytes_most,
                  "a GIF has room for {} frames of this size; make it shorter or smaller, or make an MP4",
                  held_bytes_most / frame_bytes);
    histogram_.add(rgba);
    frames_.emplace_back(rgba.begin(), rgba.end());
  }

  void finish() override {
    PaletteMapper mapper(choose_palette(histogram_, gif_colors_most), histogram_);
    for (std::size_t i = 0; i < frames_.size(); ++i) {
      const LibavOwned<AVFrame> frame = make_frame(file_, AV_PIX_FMT_PAL8, encoder_->width, encoder_->height);
      write_palette(mapper.palette(), *frame);
      mapper.map(frames_[i], encoder_->width, frame->data[0], frame->linesize[0]);
      frames_[i] = {};
      frame->pts = static_cast<std::int64_t>(i);
      file_.encode(*encoder_, frame.get());
    }
    file_.encode(*encoder_, nullptr);
    file_.finish();
  }

 private:
  /// The index behind the colours is transparent: the encoder writes it where nothing has changed.
  static void write_palette(const std::vector<PaletteColor>& palette, AVFrame& frame) {
    auto* entries = reinterpret_cast<std::uint32_t*>(frame.data[1]);
    std::fill_n(entries, 256, 0U);
    for (std::size_t i = 0; i < palette.size(); ++i) {
      entries[i] = 0xFF000000U;
      for (std::size_t c = 0; c < 3; ++c) {
        const auto level = static_cast<std::uint32_t>(std::clamp(std::lround(palette[i][c]), 0L, 255L));
        entries[i] |= level << (16 - 8 * c);
      }
    }
  }

  LibavFile file_;
  LibavOwned<AVCodecContext> encoder_;
  ColorHistogram histogram_;
  std::vector<std::vector<std::uint8_t>> frames_;
};

class ApngSink : public FilmWriter::Sink {
 public:
  ApngSink(const fs::path& path, int width, int height, int frames_per_second, const FilmOptions& options)
      : Sink(bytes_of(width, height)),
        file_(path, "apng", options),
        encoder_(open_encoder(AV_CODEC_ID_APNG, AV_PIX_FMT_RGB24, width, height, frames_per_second)) {
    file_.open(*encoder_, "plays", "0");  // for ever
  }

  void add(std::span<const std::uint8_t> rgba) override {
    // A frame of its own each time: the encoder compares it with the ones before.
    const LibavOwned<AVFrame> frame = make_frame(file_, AV_PIX_FMT_RGB24, encoder_->width, encoder_->height);
    const auto columns = static_cast<std::size_t>(encoder_->width);
    for (std::size_t y = 0; y < static_cast<std::size_t>(encoder_->height); ++y) {
      std::uint8_t* row = frame->data[0] + y * static_cast<std::size_t>(frame->linesize[0]);
      for (std::size_t x = 0; x < columns; ++x) std::copy_n(&rgba[(y * columns + x) * 4], 3, row + 3 * x);
    }
    frame->pts = frame_count;
    file_.encode(*encoder_, frame.get());
  }

  void finish() override {
    file_.encode(*encoder_, nullptr);
    file_.finish();
  }

 private:
  LibavFile file_;
  LibavOwned<AVCodecContext> encoder_;
};

}  // namespace

std::unique_ptr<FilmWriter::Sink> make_gif_sink(const fs::path& path, int width, int height, int frames_per_second,
                                                const FilmOptions& options) {
  core::require(frames_per_second <= gif_rate_most, "a GIF shows at most {} frames a second, not {}; choose fewer",
                gif_rate_most, frames_per_second);
  return std::make_unique<GifSink>(path, width, height, frames_per_second, options);
}

std::unique_ptr<FilmWriter::Sink> make_apng_sink(const fs::path& path, int width, int height, int frames_per_second,
                                                 const FilmOptions& options) {
  return std::make_unique<ApngSink>(path, width, height, frames_per_second, options);
}

}  // namespace figment::formats
