#include <algorithm>
#include <vector>

#include "core/error.h"
#include "formats/film_libav.h"
#include "formats/film_sinks.h"

namespace figment::formats {
namespace {

namespace fs = std::filesystem;

int even(int side) { return side + side % 2; }

/// An open encoder of that name, or of any name if null; null if it is not here or does not open.
LibavOwned<AVCodecContext> open_encoder(const char* name, int width, int height, int frames_per_second, int quality,
                                        bool has_global_header) {
  const AVCodec* codec = name != nullptr ? avcodec_find_encoder_by_name(name) : avcodec_find_encoder(AV_CODEC_ID_H264);
  if (codec == nullptr) return nullptr;
  LibavOwned<AVCodecContext> encoder(avcodec_alloc_context3(codec));
  if (!encoder) return nullptr;
  encoder->width = even(width);
  encoder->height = even(height);
  encoder->time_base = {1, frames_per_second};
  encoder->framerate = {frames_per_second, 1};
  encoder->gop_size = frames_per_second * 2;
  encoder->pix_fmt = AV_PIX_FMT_YUV420P;
  encoder->color_range = AVCOL_RANGE_MPEG;
  encoder->colorspace = AVCOL_SPC_BT709;
  encoder->color_primaries = AVCOL_PRI_BT709;
  encoder->color_trc = AVCOL_TRC_BT709;
  if (has_global_header) encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  // Only libx264 knows these two; the others are steered by a generous bit rate.
  const bool has_quality = av_opt_set_int(encoder->priv_data, "crf", quality, 0) == 0;
  av_opt_set(encoder->priv_data, "preset", "veryfast", 0);
  if (!has_quality) encoder->bit_rate = std::int64_t{width} * height * frames_per_second / 5;
  if (avcodec_open2(encoder.get(), codec, nullptr) < 0) return nullptr;
  return encoder;
}

class H264Sink : public FilmWriter::Sink {
 public:
  H264Sink(const fs::path& path, const char* container, int width, int height, int frames_per_second,
           const FilmOptions& options)
      : Sink(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4),
        file_(path, container, options),
        width_(width),
        height_(height) {
    for (const char* name : {"libx264", "libopenh264", static_cast<const char*>(nullptr)}) {
      encoder_ = open_encoder(name, width_, height_, frames_per_second, std::clamp(options.quality, 0, 51),
                              file_.wants_global_header());
      if (encoder_) break;
    }
    core::require(
        encoder_ != nullptr,
        "libavcodec here has no H.264 encoder; install one built with libx264, or name a folder for PNG files");
    open_scaler(options.is_bgra ? AV_PIX_FMT_BGRA : AV_PIX_FMT_RGBA);
    file_.open(*encoder_, "movflags", "+faststart");
  }

  void add(std::span<const std::uint8_t> pixels) override {
    file_.check(av_frame_make_writable(frame_.get()));
    const std::uint8_t* rows = pad(pixels);
    const int row_bytes = encoder_->width * 4;
    file_.check(sws_scale(scaler_.get(), &rows, &row_bytes, 0, encoder_->height, frame_->data, frame_->linesize));
    frame_->pts = frame_count;
    file_.encode(*encoder_, frame_.get());
  }

  void finish() override {
    file_.encode(*encoder_, nullptr);
    file_.finish();
  }

 private:
  void open_scaler(AVPixelFormat from) {
    const int width = encoder_->width;
    const int height = encoder_->height;
    scaler_.reset(sws_getContext(width, height, from, width, height, AV_PIX_FMT_YUV420P,
                                 SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP, nullptr, nullptr, nullptr));
    core::require(scaler_ != nullptr, "cannot write the film {}: memory is full", file_.path().string());
    const int* coefficients = sws_getCoefficients(SWS_CS_ITU709);
    sws_setColorspaceDetails(scaler_.get(), coefficients, 1, coefficients, 0, 0, 1 << 16, 1 << 16);
    frame_ = make_frame(file_, AV_PIX_FMT_YUV420P, width, height);
    frame_->colorspace = AVCOL_SPC_BT709;
    frame_->color_range = AVCOL_RANGE_MPEG;
  }

  /// The frame with even sides: an odd last column or row is repeated.
  const std::uint8_t* pad(std::span<const std::uint8_t> pixels) {
    if (encoder_->width == width_ && encoder_->height == height_) return pixels.data();
    const auto from_row = static_cast<std::size_t>(width_) * 4;
    const auto to_row = static_cast<std::size_t>(encoder_->width) * 4;
    padded_.resize(to_row * static_cast<std::size_t>(encoder_->height));
    for (int y = 0; y < encoder_->height; ++y) {
      const std::uint8_t* from = pixels.data() + static_cast<std::size_t>(std::min(y, height_ - 1)) * from_row;
      std::uint8_t* to = padded_.data() + static_cast<std::size_t>(y) * to_row;
      std::copy_n(from, from_row, to);
      if (to_row > from_row) std::copy_n(from + from_row - 4, 4, to + from_row);
    }
    return padded_.data();
  }

  LibavFile file_;
  int width_;
  int height_;
  LibavOwned<AVCodecContext> encoder_;
  LibavOwned<SwsContext> scaler_;
  LibavOwned<AVFrame> frame_;
  std::vector<std::uint8_t> padded_;
};

}  // namespace

std::unique_ptr<FilmWriter::Sink> make_h264_sink(const fs::path& path, const char* container, int width, int height,
                                                 int frames_per_second, const FilmOptions& options) {
  return std::make_unique<H264Sink>(path, container, width, height, frames_per_second, options);
}

}  // namespace figment::formats
