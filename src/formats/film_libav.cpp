#include "formats/film_libav.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "core/error.h"

namespace figment::formats {
namespace {

namespace fs = std::filesystem;

std::string reason(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

}  // namespace

LibavFile::LibavFile(const fs::path& path, const char* container, const FilmOptions& options)
    : path_(path), temporary_(fmt::format("{}.{}.tmp", path.string(), ::getpid())), packet_(av_packet_alloc()) {
  av_log_set_level(AV_LOG_FATAL);  // what matters is in our own messages
  core::require(packet_ != nullptr, "cannot write the film {}: memory is full", path_.string());
  if (path_.has_parent_path()) {
    std::error_code error;
    fs::create_directories(path_.parent_path(), error);
    core::require(!error, "cannot make the folder {}: {}", path_.parent_path().string(), error.message());
  }
  AVFormatContext* format = nullptr;
  check(avformat_alloc_output_context2(&format, nullptr, container, temporary_.c_str()));
  format_.reset(format);
  if (!options.title.empty()) av_dict_set(&format->metadata, "title", options.title.c_str(), 0);
  if (!options.comment.empty()) av_dict_set(&format->metadata, "comment", options.comment.c_str(), 0);
}

LibavFile::~LibavFile() {
  format_.reset();
  std::error_code error;
  if (is_open_) fs::remove(temporary_, error);  // after finish() it has its final name, and nothing is removed
}

void LibavFile::check(int code) const {
  core::require(code >= 0, "cannot write the film {}: {}", path_.string(), reason(code));
}

void LibavFile::open(const AVCodecContext& encoder, const char* name, const char* value) {
  stream_ = avformat_new_stream(format_.get(), nullptr);
  core::require(stream_ != nullptr, "cannot write the film {}: memory is full", path_.string());
  stream_->time_base = encoder.time_base;
  stream_->avg_frame_rate = encoder.framerate;
  check(avcodec_parameters_from_context(stream_->codecpar, &encoder));
  check(avio_open(&format_->pb, temporary_.c_str(), AVIO_FLAG_WRITE));
  is_open_ = true;
  AVDictionary* options = nullptr;
  av_dict_set(&options, name, value, 0);
  const int code = avformat_write_header(format_.get(), &options);
  av_dict_free(&options);
  check(code);
}

void LibavFile::encode(AVCodecContext& encoder, const AVFrame* frame) {
  check(avcodec_send_frame(&encoder, frame));
  while (true) {
    const int code = avcodec_receive_packet(&encoder, packet_.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
    check(code);
    av_packet_rescale_ts(packet_.get(), encoder.time_base, stream_->time_base);
    packet_->stream_index = stream_->index;
    packet_->duration = av_rescale_q(1, encoder.time_base, stream_->time_base);
    check(av_interleaved_write_frame(format_.get(), packet_.get()));
  }
}

void LibavFile::finish() {
  check(av_write_trailer(format_.get()));
  check(avio_closep(&format_->pb));
  const int file = ::open(temporary_.c_str(), O_RDONLY | O_CLOEXEC);
  const bool is_flushed = file >= 0 && ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  core::require(is_flushed, "cannot write the film {}: the disk reports an error", path_.string());
  std::error_code error;
  fs::rename(temporary_, path_, error);
  core::require(!error, "cannot write the film {}: {}", path_.string(), error.message());
  is_open_ = false;
}

LibavOwned<AVFrame> make_frame(const LibavFile& file, AVPixelFormat format, int width, int height) {
  LibavOwned<AVFrame> frame(av_frame_alloc());
  core::require(frame != nullptr, "cannot write the film {}: memory is full", file.path().string());
  frame->format = format;
  frame->width = width;
  frame->height = height;
  file.check(av_frame_get_buffer(frame.get(), 0));
  return frame;
}

}  // namespace figment::formats
