extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "core/error.h"
#include "formats/film_sinks.h"

namespace figment::formats {
namespace {

namespace fs = std::filesystem;

struct Release {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(SwsContext* context) const { sws_freeContext(context); }
  void operator()(AVFormatContext* context) const {
    if (context->pb != nullptr) avio_closep(&context->pb);
    avformat_free_context(context);
  }
};
template <typename T>
using Owned = std::unique_ptr<T, Release>;

std::string reason(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

int even(int side) { return side + side % 2; }

/// An open encoder of that name, or of any name if null; null if it is not here or does not open.
Owned<AVCodecContext> open_encoder(const char* name, int width, int height, int frames_per_second, int quality,
                                   bool has_global_header) {
  const AVCodec* codec = name != nullptr ? avcodec_find_encoder_by_name(name) : avcodec_find_encoder(AV_CODEC_ID_H264);
  if (codec == nullptr) return nullptr;
  Owned<AVCodecContext> encoder(avcodec_alloc_context3(codec));
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
        path_(path),
        temporary_(fmt::format("{}.{}.tmp", path.string(), ::getpid())),
        width_(width),
        height_(height) {
    av_log_set_level(AV_LOG_FATAL);  // what matters is in our own messages
    if (path_.has_parent_path()) {
      std::error_code error;
      fs::create_directories(path_.parent_path(), error);
      core::require(!error, "cannot make the folder {}: {}", path_.parent_path().string(), error.message());
    }
    open_container(container, options);
    open_stream(frames_per_second, options.quality);
    open_scaler();
    open_file();
  }

  ~H264Sink() override {
    format_.reset();
    std::error_code error;
    if (is_open_) fs::remove(temporary_, error);  // after finish() it has its final name, and nothing is removed
  }

  void add(std::span<const std::uint8_t> rgba) override {
    check(av_frame_make_writable(frame_.get()));
    const std::uint8_t* rows = pad(rgba);
    const int row_bytes = encoder_->width * 4;
    check(sws_scale(scaler_.get(), &rows, &row_bytes, 0, encoder_->height, frame_->data, frame_->linesize));
    frame_->pts = frame_count;
    encode(frame_.get());
  }

  void finish() override {
    encode(nullptr);
    check(av_write_trailer(format_.get()));
    check(avio_closep(&format_->pb));
    const int file = ::open(temporary_.c_str(), O_RDONLY | O_CLOEXEC);
    const bool is_flushed = file >= 0 && ::fsync(file) == 0;
    if (file >= 0) ::close(file);
    std::error_code error;
    fs::rename(temporary_, path_, error);
    core::require(is_flushed && !error, "cannot write the film {}: {}", path_.string(),
                  error ? error.message() : "the disk reports an error");
    is_open_ = false;
  }

 private:
  void check(int code) const { core::require(code >= 0, "cannot write the film {}: {}", path_.string(), reason(code)); }

  void open_container(const char* container, const FilmOptions& options) {
    AVFormatContext* format = nullptr;
    check(avformat_alloc_output_context2(&format, nullptr, container, temporary_.c_str()));
    format_.reset(format);
    if (!options.title.empty()) av_dict_set(&format->metadata, "title", options.title.c_str(), 0);
    if (!options.comment.empty()) av_dict_set(&format->metadata, "comment", options.comment.c_str(), 0);
  }

  void open_stream(int frames_per_second, int quality) {
    const bool has_global_header = (format_->oformat->flags & AVFMT_GLOBALHEADER) != 0;
    for (const char* name : {"libx264", "libopenh264", static_cast<const char*>(nullptr)}) {
      encoder_ = open_encoder(name, width_, height_, frames_per_second, std::clamp(quality, 0, 51), has_global_header);
      if (encoder_) break;
    }
    core::require(
        encoder_ != nullptr,
        "libavcodec here has no H.264 encoder; install one built with libx264, or name a folder for PNG files");
    stream_ = avformat_new_stream(format_.get(), nullptr);
    core::require(stream_ != nullptr, "cannot write the film {}: memory is full", path_.string());
    stream_->time_base = encoder_->time_base;
    stream_->avg_frame_rate = encoder_->framerate;
    check(avcodec_parameters_from_context(stream_->codecpar, encoder_.get()));
  }

  void open_scaler() {
    const int width = encoder_->width;
    const int height = encoder_->height;
    scaler_.reset(sws_getContext(width, height, AV_PIX_FMT_RGBA, width, height, AV_PIX_FMT_YUV420P,
                                 SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP, nullptr, nullptr, nullptr));
    frame_.reset(av_frame_alloc());
    packet_.reset(av_packet_alloc());
    core::require(scaler_ && frame_ && packet_, "cannot write the film {}: memory is full", path_.string());
    const int* coefficients = sws_getCoefficients(SWS_CS_ITU709);
    sws_setColorspaceDetails(scaler_.get(), coefficients, 1, coefficients, 0, 0, 1 << 16, 1 << 16);
    frame_->format = AV_PIX_FMT_YUV420P;
    frame_->width = width;
    frame_->height = height;
    frame_->colorspace = AVCOL_SPC_BT709;
    frame_->color_range = AVCOL_RANGE_MPEG;
    check(av_frame_get_buffer(frame_.get(), 0));
  }

  void open_file() {
    check(avio_open(&format_->pb, temporary_.c_str(), AVIO_FLAG_WRITE));
    is_open_ = true;
    AVDictionary* options = nullptr;
    av_dict_set(&options, "movflags", "+faststart", 0);
    const int code = avformat_write_header(format_.get(), &options);
    av_dict_free(&options);
    if (code < 0) {
      // The destructor does not run after a constructor that throws.
      format_.reset();
      std::error_code error;
      fs::remove(temporary_, error);
    }
    check(code);
  }

  /// The frame with even sides: an odd last column or row is repeated.
  const std::uint8_t* pad(std::span<const std::uint8_t> rgba) {
    if (encoder_->width == width_ && encoder_->height == height_) return rgba.data();
    const auto from_row = static_cast<std::size_t>(width_) * 4;
    const auto to_row = static_cast<std::size_t>(encoder_->width) * 4;
    padded_.resize(to_row * static_cast<std::size_t>(encoder_->height));
    for (int y = 0; y < encoder_->height; ++y) {
      const std::uint8_t* from = rgba.data() + static_cast<std::size_t>(std::min(y, height_ - 1)) * from_row;
      std::uint8_t* to = padded_.data() + static_cast<std::size_t>(y) * to_row;
      std::copy_n(from, from_row, to);
      if (to_row > from_row) std::copy_n(from + from_row - 4, 4, to + from_row);
    }
    return padded_.data();
  }

  /// Null flushes the encoder.
  void encode(const AVFrame* frame) {
    check(avcodec_send_frame(encoder_.get(), frame));
    while (true) {
      const int code = avcodec_receive_packet(encoder_.get(), packet_.get());
      if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
      check(code);
      av_packet_rescale_ts(packet_.get(), encoder_->time_base, stream_->time_base);
      packet_->stream_index = stream_->index;
      packet_->duration = av_rescale_q(1, encoder_->time_base, stream_->time_base);
      check(av_interleaved_write_frame(format_.get(), packet_.get()));
    }
  }

  fs::path path_;
  std::string temporary_;
  int width_;
  int height_;
  bool is_open_ = false;
  Owned<AVFormatContext> format_;
  Owned<AVCodecContext> encoder_;
  Owned<SwsContext> scaler_;
  Owned<AVFrame> frame_;
  Owned<AVPacket> packet_;
  AVStream* stream_ = nullptr;
  std::vector<std::uint8_t> padded_;
};

}  // namespace

std::unique_ptr<FilmWriter::Sink> make_h264_sink(const fs::path& path, const char* container, int width, int height,
                                                 int frames_per_second, const FilmOptions& options) {
  return std::make_unique<H264Sink>(path, container, width, height, frames_per_second, options);
}

}  // namespace figment::formats
