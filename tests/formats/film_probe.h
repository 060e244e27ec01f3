#pragma once
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace figment::formats {

/// What a reader finds in a film, a GIF or an animated PNG.
struct FilmProbe {
  bool is_whole = false;  ///< opened, and every frame decoded without an error
  std::string codec;      ///< libav's name: h264, gif, apng
  int width = 0;
  int height = 0;
  int frames = 0;
  double seconds = 0;                          ///< of all frames, as the container says
  std::vector<double> times_s;                 ///< when each is shown
  std::vector<std::vector<std::uint8_t>> rgb;  ///< [height, width, 3] of each, for formats without colour conversion
};

inline std::vector<std::uint8_t> rgb_bytes(const AVFrame& frame) {
  std::vector<std::uint8_t> rgb;
  for (int y = 0; y < frame.height; ++y) {
    const std::uint8_t* row = frame.data[0] + static_cast<std::ptrdiff_t>(y) * frame.linesize[0];
    for (int x = 0; x < frame.width; ++x) {
      if (frame.format == AV_PIX_FMT_RGB24) {
        rgb.insert(rgb.end(), row + 3 * x, row + 3 * x + 3);
      } else if (frame.format == AV_PIX_FMT_RGBA) {
        rgb.insert(rgb.end(), row + 4 * x, row + 4 * x + 3);
      } else if (frame.format == AV_PIX_FMT_BGRA) {
        for (int c = 2; c >= 0; --c) rgb.push_back(row[4 * x + c]);
      }
    }
  }
  return rgb;
}

/// Reads a whole film. `keeps_pixels` fills rgb.
inline FilmProbe probe_film(const std::filesystem::path& path, bool keeps_pixels = false) {
  FilmProbe probe;
  AVFormatContext* format = nullptr;
  av_log_set_level(AV_LOG_FATAL);
  if (avformat_open_input(&format, path.c_str(), nullptr, nullptr) < 0) return probe;
  AVCodecContext* decoder = nullptr;
  if (avformat_find_stream_info(format, nullptr) >= 0 && format->nb_streams == 1) {
    const AVStream* stream = format->streams[0];
    probe.codec = avcodec_get_name(stream->codecpar->codec_id);
    decoder = avcodec_alloc_context3(avcodec_find_decoder(stream->codecpar->codec_id));
    avcodec_parameters_to_context(decoder, stream->codecpar);
    probe.is_whole = avcodec_open2(decoder, nullptr, nullptr) >= 0;
    AVPacket* packet = av_packet_alloc();
    AVFrame* frame = av_frame_alloc();
    for (bool is_open = true; is_open && probe.is_whole;) {
      is_open = av_read_frame(format, packet) >= 0;
      if (is_open) {
        const double base = av_q2d(stream->time_base);
        probe.seconds = std::max(probe.seconds, static_cast<double>(packet->pts + packet->duration) * base);
      }
      probe.is_whole = avcodec_send_packet(decoder, is_open ? packet : nullptr) >= 0;
      av_packet_unref(packet);
      while (avcodec_receive_frame(decoder, frame) >= 0) {
        ++probe.frames;
        probe.width = frame->width;
        probe.height = frame->height;
        probe.times_s.push_back(static_cast<double>(frame->pts) * av_q2d(stream->time_base));
        if (frame->decode_error_flags != 0) probe.is_whole = false;
        if (keeps_pixels) probe.rgb.push_back(rgb_bytes(*frame));
      }
    }
    av_frame_free(&frame);
    av_packet_free(&packet);
  }
  avcodec_free_context(&decoder);
  avformat_close_input(&format);
  return probe;
}

using Pixels = std::vector<std::uint8_t>;

/// Soft colours with a bright disc that moves from frame to frame.
inline Pixels moving_frame(int width, int height, int number) {
  Pixels rgba;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool is_disc = std::hypot(x - 20 - 4 * number, y - height / 2) < 12;
      rgba.push_back(static_cast<std::uint8_t>(is_disc ? 250 : 40 + 160 * x / width));
      rgba.push_back(static_cast<std::uint8_t>(is_disc ? 220 : 30 + 120 * y / height));
      rgba.push_back(static_cast<std::uint8_t>(is_disc ? 90 : 200 - 100 * x / width));
      rgba.push_back(255);
    }
  }
  return rgba;
}

inline double mean_difference(const Pixels& rgb, const Pixels& rgba) {
  double sum = 0;
  for (std::size_t i = 0; i < rgb.size(); ++i) sum += std::abs(rgb[i] - rgba[i / 3 * 4 + i % 3]);
  return sum / static_cast<double>(rgb.size());
}

}  // namespace figment::formats
