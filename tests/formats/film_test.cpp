extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "core/files.h"
#include "formats/damage.h"
#include "formats/film.h"
#include "formats/film_probe.h"
#include "formats/png.h"

namespace figment::formats {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

struct Film {
  int width = 0;
  int height = 0;
  std::vector<int> mean_luma;   // of each frame
  std::vector<Bytes> pictures;  // [height, width, 3] of each frame
  std::string title;
  std::string comment;
  double frames_per_second = 0;
};

/// BT.709, limited range, each chroma sample for four pixels: done by hand, so that it checks what the file says of
/// itself.
Bytes rgb_of(const AVFrame& frame) {
  Bytes rgb;
  for (int y = 0; y < frame.height; ++y) {
    for (int x = 0; x < frame.width; ++x) {
      const double luma = (frame.data[0][y * frame.linesize[0] + x] - 16) / 219.0;
      const double blue = (frame.data[1][y / 2 * frame.linesize[1] + x / 2] - 128) / 224.0;
      const double red = (frame.data[2][y / 2 * frame.linesize[2] + x / 2] - 128) / 224.0;
      for (const double value : {luma + 1.5748 * red, luma - 0.1873 * blue - 0.4681 * red, luma + 1.8556 * blue}) {
        rgb.push_back(static_cast<std::uint8_t>(std::lround(255 * std::clamp(value, 0.0, 1.0))));
      }
    }
  }
  return rgb;
}

void decode_frames(AVFormatContext* format, AVCodecContext* decoder, Film& film) {
  AVPacket* packet = av_packet_alloc();
  AVFrame* frame = av_frame_alloc();
  bool is_open = true;
  while (is_open) {
    is_open = av_read_frame(format, packet) >= 0;
    if (avcodec_send_packet(decoder, is_open ? packet : nullptr) < 0) ADD_FAILURE() << "a packet was refused";
    av_packet_unref(packet);
    while (avcodec_receive_frame(decoder, frame) >= 0) {
      EXPECT_EQ(frame->format, AV_PIX_FMT_YUV420P);
      long sum = 0;
      for (int y = 0; y < frame->height; ++y) {
        for (int x = 0; x < frame->width; ++x) sum += frame->data[0][y * frame->linesize[0] + x];
      }
      film.mean_luma.push_back(static_cast<int>(sum / (frame->width * frame->height)));
      film.pictures.push_back(rgb_of(*frame));
    }
  }
  av_frame_free(&frame);
  av_packet_free(&packet);
}

Film read_film(const fs::path& path) {
  Film film;
  AVFormatContext* format = nullptr;
  if (avformat_open_input(&format, path.c_str(), nullptr, nullptr) < 0) {
    ADD_FAILURE() << "cannot open " << path;
    return film;
  }
  EXPECT_GE(avformat_find_stream_info(format, nullptr), 0);
  EXPECT_EQ(format->nb_streams, 1U);
  const AVStream* stream = format->streams[0];
  EXPECT_EQ(stream->codecpar->codec_id, AV_CODEC_ID_H264);
  EXPECT_EQ(stream->codecpar->color_space, AVCOL_SPC_BT709);
  EXPECT_EQ(stream->codecpar->color_range, AVCOL_RANGE_MPEG);
  film.width = stream->codecpar->width;
  film.height = stream->codecpar->height;
  film.frames_per_second = av_q2d(stream->avg_frame_rate);
  const auto text = [&](const char* key) -> std::string {
    const AVDictionaryEntry* entry = av_dict_get(format->metadata, key, nullptr, 0);
    return entry == nullptr ? "" : entry->value;
  };
  film.title = text("title");
  film.comment = text("comment");
  AVCodecContext* decoder = avcodec_alloc_context3(avcodec_find_decoder(AV_CODEC_ID_H264));
  avcodec_parameters_to_context(decoder, stream->codecpar);
  EXPECT_GE(avcodec_open2(decoder, nullptr, nullptr), 0);
  decode_frames(format, decoder, film);
  avcodec_free_context(&decoder);
  avformat_close_input(&format);
  return film;
}

Bytes grey_frame(int width, int height, std::uint8_t value) {
  Bytes rgba(static_cast<std::size_t>(width * height * 4), value);
  for (std::size_t i = 3; i < rgba.size(); i += 4) rgba[i] = 255;
  return rgba;
}

class FilmTest : public InFolder {
 protected:
  [[nodiscard]] int file_count() const {
    return static_cast<int>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
};

TEST_F(FilmTest, EveryFrameComesBackInOrder) {
  const fs::path path = folder_ / "new" / "film.mp4";
  FilmWriter writer(path, 64, 48, 24, {.quality = 10, .title = "Dusk \xC3\xA9", .comment = "{\"seed\": 1}"});
  for (int i = 0; i < 50; ++i) writer.add_frame(grey_frame(64, 48, static_cast<std::uint8_t>(i * 5)));
  EXPECT_EQ(writer.frame_count(), 50);
  EXPECT_FALSE(fs::exists(path)) << "the final name must not hold half a film";
  writer.finish();
  writer.finish();
  const Film film = read_film(path);
  EXPECT_EQ(film.width, 64);
  EXPECT_EQ(film.height, 48);
  EXPECT_NEAR(film.frames_per_second, 24, 0.01);
  EXPECT_EQ(film.title, "Dusk \xC3\xA9");
  EXPECT_EQ(film.comment, "{\"seed\": 1}");
  ASSERT_EQ(film.mean_luma.size(), 50U);
  for (int i = 0; i < 50; ++i) {
    // Limited range: 0..255 becomes 16..235.
    EXPECT_NEAR(film.mean_luma[static_cast<std::size_t>(i)], 16 + i * 5 * 219 / 255, 3) << i;
  }
  EXPECT_THROW(writer.add_frame(grey_frame(64, 48, 0)), core::Error);
}

TEST_F(FilmTest, PicturesComeBackAlmostAsTheyWere) {
  constexpr int width = 160;
  constexpr int height = 96;
  constexpr int frames = 30;
  FilmWriter writer(folder_ / "film.mp4", width, height, 30);
  for (int i = 0; i < frames; ++i) writer.add_frame(moving_frame(width, height, i));
  writer.finish();
  const Film film = read_film(folder_ / "film.mp4");
  EXPECT_EQ(film.width, width);
  EXPECT_EQ(film.height, height);
  EXPECT_NEAR(film.frames_per_second, 30, 0.01);
  ASSERT_EQ(film.pictures.size(), static_cast<std::size_t>(frames));
  for (int i = 0; i < frames; ++i) {
    const Bytes& shown = film.pictures[static_cast<std::size_t>(i)];
    const double difference = mean_difference(shown, moving_frame(width, height, i));
    EXPECT_LT(difference, 3) << "frame " << i;  // of 255, halved colour resolution included
    // Not the picture before it or behind it.
    EXPECT_GT(mean_difference(shown, moving_frame(width, height, i + 2)), difference + 1) << "frame " << i;
  }
}

TEST_F(FilmTest, TheOrderOfTheChannelsMakesNoDifference) {
  const auto write = [&](const fs::path& path, bool is_bgra) {
    if (!path.has_extension()) fs::create_directories(path);
    FilmWriter writer(path, 64, 48, 10, {.is_bgra = is_bgra});
    for (int i = 0; i < 3; ++i) {
      Bytes frame = moving_frame(64, 48, i);
      for (std::size_t p = 0; p < frame.size(); p += 4) {
        frame[p] = 200;  // red
        if (is_bgra) std::swap(frame[p], frame[p + 2]);
      }
      writer.add_frame(frame);
    }
    writer.finish();
  };
  for (const char* name : {"film.gif", "film.png", "frames", "film.mp4"}) {
    const fs::path one = folder_ / "rgba" / name;
    const fs::path other = folder_ / "bgra" / name;
    write(one, false);
    write(other, true);
    if (one.extension() != ".mp4") {
      const char* file = one.has_extension() ? nullptr : "frame_000002.png";
      EXPECT_EQ(core::read_text(file == nullptr ? one : one / file),
                core::read_text(file == nullptr ? other : other / file))
          << name;
      continue;
    }
    const std::vector<Bytes> first = read_film(one).pictures;
    const std::vector<Bytes> second = read_film(other).pictures;
    ASSERT_EQ(first.size(), 3U);
    ASSERT_EQ(second.size(), 3U);
    ASSERT_EQ(first[2].size(), second[2].size());
    for (std::size_t i = 0; i < first[2].size(); ++i) ASSERT_NEAR(first[2][i], second[2][i], 3) << i;
  }
}

TEST_F(FilmTest, TheIndexComesFirst) {
  FilmWriter writer(folder_ / "film.mp4", 32, 32, 30);
  writer.add_frame(grey_frame(32, 32, 90));
  writer.finish();
  const std::string bytes = core::read_text(folder_ / "film.mp4");
  EXPECT_LT(bytes.find("moov"), bytes.find("mdat"));
  EXPECT_EQ(file_count(), 1);
}

TEST_F(FilmTest, OddSidesArePadded) {
  for (const char* name : {"a.mp4", "b.mkv", "c.MOV"}) {
    FilmWriter writer(folder_ / name, 33, 17, 10);
    for (int i = 0; i < 3; ++i) writer.add_frame(grey_frame(33, 17, 200));
    writer.finish();
    const Film film = read_film(folder_ / name);
    EXPECT_EQ(film.width, 34);
    EXPECT_EQ(film.height, 18);
    ASSERT_EQ(film.mean_luma.size(), 3U);
    EXPECT_NEAR(film.mean_luma[2], 16 + 200 * 219 / 255, 3);
  }
}

TEST_F(FilmTest, AFilmThatIsNotFinishedLeavesNothing) {
  core::write_atomically(folder_ / "film.mp4", std::string_view("the old one"));
  {
    FilmWriter writer(folder_ / "film.mp4", 32, 32, 30);
    writer.add_frame(grey_frame(32, 32, 90));
    FilmWriter moved = std::move(writer);
    moved.add_frame(grey_frame(32, 32, 91));
    EXPECT_EQ(moved.frame_count(), 2);
  }
  EXPECT_EQ(core::read_text(folder_ / "film.mp4"), "the old one");
  EXPECT_EQ(file_count(), 1);
}

TEST_F(FilmTest, AKillLeavesTheOldFilm) {
  core::write_atomically(folder_ / "film.mp4", std::string_view("the old one"));
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    FilmWriter writer(folder_ / "film.mp4", 64, 64, 30);
    for (int i = 0; i < 200; ++i) writer.add_frame(grey_frame(64, 64, 90));
    if (::write(ready[1], "x", 1) == 1) ::pause();
    std::_Exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ready[0]);
  ::close(ready[1]);
  EXPECT_EQ(core::read_text(folder_ / "film.mp4"), "the old one");
}

TEST_F(FilmTest, AFolderGetsNumberedPictures) {
  for (const int count : {5, 3}) {  // the second, shorter film leaves nothing of the first
    FilmWriter writer(folder_ / "frames", 5, 3, 30, {.comment = "settings"});
    for (int i = 0; i < count; ++i) writer.add_frame(grey_frame(5, 3, static_cast<std::uint8_t>(i)));
    writer.finish();
  }
  EXPECT_FALSE(fs::exists(folder_ / "frames" / "frame_000003.png"));
  const Picture last = read_png(folder_ / "frames" / "frame_000002.png");
  EXPECT_EQ(last.width, 5);
  EXPECT_EQ(last.height, 3);
  EXPECT_EQ(last.channels, 3);
  EXPECT_EQ(last.pixels, Bytes(45, 2));
  EXPECT_EQ(read_png_text(folder_ / "frames" / "frame_000000.png"), (PngText{{"Comment", "settings"}}));
}

TEST_F(FilmTest, WhatCannotBeIsASentence) {
  EXPECT_THAT(error_of([&] { FilmWriter(folder_ / "a.avi", 32, 32, 30); }), HasSubstr(".mp4"));
  EXPECT_THAT(error_of([&] { FilmWriter(folder_ / "a.mp4", 0, 32, 30); }), HasSubstr("0x32"));
  EXPECT_THAT(error_of([&] { FilmWriter(folder_ / "a.mp4", 32, 32, 0); }), HasSubstr("per second"));
  EXPECT_THAT(error_of([&] { FilmWriter("", 32, 32, 30); }), HasSubstr("give the film"));
  core::write_atomically(folder_ / "file", std::string_view("x"));
  EXPECT_THAT(error_of([&] { FilmWriter(folder_ / "file" / "a.mp4", 32, 32, 30); }), HasSubstr("folder"));
  EXPECT_THAT(error_of([&] { FilmWriter(folder_ / "file", 32, 32, 30); }), HasSubstr("folder"));
  FilmWriter writer(folder_ / "a.mp4", 32, 32, 30);
  EXPECT_THAT(error_of([&] { writer.finish(); }), HasSubstr("no frame"));
  EXPECT_THAT(error_of([&] { writer.add_frame(Bytes(7)); }), HasSubstr("4096"));
}

}  // namespace
}  // namespace figment::formats
