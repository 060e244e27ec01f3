#pragma once
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

#include <filesystem>
#include <memory>
#include <string>

#include "formats/film.h"

namespace figment::formats {

struct LibavRelease {
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
using LibavOwned = std::unique_ptr<T, LibavRelease>;

/// A film file that libav writes: under a temporary name beside the final one until finish(), so that the final name
/// never holds half a film. All functions throw Error.
class LibavFile {
 public:
  /// `container` is a libav name: mp4, gif, apng.
  LibavFile(const std::filesystem::path& path, const char* container, const FilmOptions& options);
  ~LibavFile();  ///< removes the temporary file
  LibavFile(const LibavFile&) = delete;
  LibavFile& operator=(const LibavFile&) = delete;

  bool wants_global_header() const { return (format_->oformat->flags & AVFMT_GLOBALHEADER) != 0; }
  /// Opens the file for this encoder; `name` = `value` is an option of the container.
  void open(const AVCodecContext& encoder, const char* name, const char* value);
  /// Null flushes the encoder.
  void encode(AVCodecContext& encoder, const AVFrame* frame);
  /// Writes the end, flushes it to the disk and gives the file its name.
  void finish();
  /// Throws Error for libav's codes of failure.
  void check(int code) const;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::string temporary_;
  bool is_open_ = false;
  LibavOwned<AVFormatContext> format_;
  LibavOwned<AVPacket> packet_;
  AVStream* stream_ = nullptr;
};

/// A frame of that format with memory of its own. Throws Error.
LibavOwned<AVFrame> make_frame(const LibavFile& file, AVPixelFormat format, int width, int height);

}  // namespace figment::formats
