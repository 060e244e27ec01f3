#include "formats/png.h"

#include <gmock/gmock.h>

#include <array>

#include "core/files.h"
#include "formats/damage.h"

namespace figment::formats {
namespace {

using testing::HasSubstr;

Picture random_picture(int width, int height, int channels) {
  Picture picture{width, height, channels, {}};
  picture.pixels.resize(static_cast<std::size_t>(width * height * channels));
  core::Random random(3);
  for (auto& value : picture.pixels) value = static_cast<std::uint8_t>(random.bits());
  return picture;
}

void put_u32(Bytes& bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

std::uint32_t get_u32(const Bytes& bytes, std::size_t at) {
  return (std::uint32_t{bytes[at]} << 24) | (std::uint32_t{bytes[at + 1]} << 16) | (std::uint32_t{bytes[at + 2]} << 8) |
         bytes[at + 3];
}

/// The checksum of a PNG chunk.
std::uint32_t crc32(std::span<const std::uint8_t> bytes) {
  std::uint32_t crc = ~0U;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320U : 0);
  }
  return ~crc;
}

/// A zlib stream of one stored block.
Bytes pack(const Bytes& raw) {
  const auto size = static_cast<std::uint16_t>(raw.size());
  const auto low = static_cast<std::uint8_t>(size);
  const auto high = static_cast<std::uint8_t>(size >> 8);
  Bytes packed = {0x78, 0x01, 0x01, low, high, static_cast<std::uint8_t>(~low), static_cast<std::uint8_t>(~high)};
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const std::uint8_t byte : raw) {
    packed.push_back(byte);
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  packed.resize(packed.size() + 4);
  put_u32(packed, packed.size() - 4, (b << 16) | a);
  return packed;
}

/// Makes every chunk's checksum right, so that damage reaches what is behind it.
void mend_checksums(Bytes& bytes) {
  for (std::size_t at = 8; at + 12 <= bytes.size();) {
    const std::size_t length = get_u32(bytes, at);
    if (length > bytes.size() - at - 12) return;
    put_u32(bytes, at + 8 + length, crc32(std::span(bytes).subspan(at + 4, length + 4)));
    at += length + 12;
  }
}

/// A PNG with one chunk of each kind given; `raw` is filter bytes and samples.
Bytes make_png(std::uint32_t width, std::uint32_t height, std::uint8_t depth, std::uint8_t color_type,
               const std::vector<std::pair<std::string, Bytes>>& extra, const Bytes& raw, bool interlaced = false) {
  Bytes file = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  const auto add = [&](const std::string& type, const Bytes& data) {
    const std::size_t at = file.size();
    file.resize(at + 12 + data.size());
    put_u32(file, at, static_cast<std::uint32_t>(data.size()));
    std::copy(type.begin(), type.end(), file.begin() + static_cast<std::ptrdiff_t>(at + 4));
    std::copy(data.begin(), data.end(), file.begin() + static_cast<std::ptrdiff_t>(at + 8));
  };
  Bytes header(13);
  put_u32(header, 0, width);
  put_u32(header, 4, height);
  header[8] = depth;
  header[9] = color_type;
  header[12] = interlaced ? 1 : 0;
  add("IHDR", header);
  for (const auto& [type, data] : extra) add(type, data);
  add("IDAT", pack(raw));
  add("IEND", {});
  mend_checksums(file);
  return file;
}

class Png : public InFolder {};

TEST_F(Png, EveryNumberOfChannelsComesBack) {
  for (int channels = 1; channels <= 4; ++channels) {
    const Picture picture = random_picture(37, 11, channels);
    write_png(folder_ / "p.png", picture);
    const Picture back = read_png(folder_ / "p.png");
    EXPECT_EQ(back.width, 37);
    EXPECT_EQ(back.height, 11);
    EXPECT_EQ(back.channels, channels);
    EXPECT_EQ(back.pixels, picture.pixels);
  }
}

TEST_F(Png, TextComesBackInOrder) {
  const PngText text = {{"Title", "plain"},
                        {"figment", "{\"prompt\": \"na\xC3\xAFve \xF0\x9F\x8C\x84\"}"},
                        {"Empty", ""},
                        {"Long", std::string(100000, 'x')}};
  write_png(folder_ / "p.png", random_picture(3, 3, 3), text);
  EXPECT_EQ(read_png_text(folder_ / "p.png"), text);
  write_png(folder_ / "p.png", random_picture(3, 3, 3));
  EXPECT_TRUE(read_png_text(folder_ / "p.png").empty());
}

TEST_F(Png, BadTextAndPicturesAreRefused) {
  const Picture good = random_picture(2, 2, 3);
  const auto refuses_text = [&](const std::string& key, const std::string& value) {
    const PngText text = {{key, value}};
    EXPECT_THROW(encode_png(good, text), core::Error) << key;
  };
  refuses_text("", "x");
  refuses_text(std::string(80, 'k'), "x");
  refuses_text(" k", "x");
  refuses_text("a\nb", "x");
  refuses_text("k", std::string("a\0b", 3));
  EXPECT_THROW(encode_png({}), core::Error);
  EXPECT_THROW(encode_png({2, 2, 5, Bytes(20)}), core::Error);
  EXPECT_THROW(encode_png({2, 2, 3, Bytes(11)}), core::Error);
  EXPECT_THROW(encode_png({-2, -2, 3, Bytes(12)}), core::Error);
  EXPECT_THROW(encode_png({16385, 1, 1, Bytes(16385)}), core::Error);
}

TEST_F(Png, OtherKindsBecomeEightBits) {
  // 16 bits grey: 0x8080 is 128, 0xFFFF is 255.
  Picture picture = decode_png(make_png(2, 1, 16, 0, {}, {0, 0x80, 0x80, 0xFF, 0xFF}), "x");
  EXPECT_EQ(picture.channels, 1);
  EXPECT_EQ(picture.pixels, (Bytes{128, 255}));
  // 1 bit grey.
  picture = decode_png(make_png(3, 1, 1, 0, {}, {0, 0xA0}), "x");
  EXPECT_EQ(picture.pixels, (Bytes{255, 0, 255}));
  // A palette of two colours, 4 bits.
  picture = decode_png(make_png(2, 1, 4, 3, {{"PLTE", {1, 2, 3, 4, 5, 6}}}, {0, 0x10}), "x");
  EXPECT_EQ(picture.channels, 3);
  EXPECT_EQ(picture.pixels, (Bytes{4, 5, 6, 1, 2, 3}));
  // A palette with a transparent colour.
  picture = decode_png(make_png(2, 1, 8, 3, {{"PLTE", {1, 2, 3, 4, 5, 6}}, {"tRNS", {0}}}, {0, 0, 1}), "x");
  EXPECT_EQ(picture.channels, 4);
  EXPECT_EQ(picture.pixels, (Bytes{1, 2, 3, 0, 4, 5, 6, 255}));
  // Interlaced: one pixel has only the first pass.
  picture = decode_png(make_png(1, 1, 8, 2, {}, {0, 7, 8, 9}, true), "x");
  EXPECT_EQ(picture.pixels, (Bytes{7, 8, 9}));
}

TEST_F(Png, Latin1TextBecomesUtf8) {
  const Bytes file = make_png(1, 1, 8, 0, {{"tEXt", {'k', 0, 0xE9}}}, {0, 1});
  EXPECT_EQ(decode_png_text(file, "x"), (PngText{{"k", "\xC3\xA9"}}));
}

TEST_F(Png, ClearWordsForWhatIsWrong) {
  const Bytes good = encode_png(random_picture(20, 20, 3));
  const auto words = [](Bytes bytes) { return error_of([&] { decode_png(bytes, "a.png"); }); };
  EXPECT_THAT(words({}), HasSubstr("a.png is empty"));
  EXPECT_THAT(words({'G', 'I', 'F', '8', '9', 'a'}), HasSubstr("not a PNG"));
  EXPECT_THAT(words(Bytes(good.begin(), good.begin() + 20)), HasSubstr("cut short"));
  EXPECT_THAT(words(Bytes(good.begin(), good.end() - 40)), HasSubstr("cut short"));
  Bytes flipped = good;
  flipped[100] ^= 1;
  EXPECT_THAT(words(flipped), HasSubstr("damaged"));
  EXPECT_THAT(words(make_png(16385, 1, 8, 0, {}, {0})), HasSubstr("16385x1"));
  EXPECT_THAT(words(make_png(16384, 16384, 8, 0, {}, {0})), HasSubstr("64 million"));
  EXPECT_THAT(words(make_png(0xFFFFFFFF, 0xFFFFFFFF, 8, 0, {}, {0})), HasSubstr("at most"));
  EXPECT_THAT(words(make_png(0, 5, 8, 0, {}, {0})), HasSubstr("damaged"));
  EXPECT_THAT(words(make_png(5, 5, 8, 0, {}, {0, 1})), HasSubstr("damaged"));
  EXPECT_THAT(error_of([&] { read_png(folder_ / "none.png"); }), HasSubstr("none.png"));
  EXPECT_THROW(read_png(folder_), core::Error);
}

TEST_F(Png, DamagedFilesNeverCrash) {
  const PngText text = {{"Title", "plain"}, {"figment", "\xC3\xA9t\xC3\xA9"}};
  const Bytes file = encode_png(random_picture(9, 7, 4), text);
  const auto read = [](const Bytes& bytes) {
    decode_png(bytes, "damaged.png");
    decode_png_text(bytes, "damaged.png");
  };
  expect_no_crash(file, read);
  expect_no_crash(file, read, 1000, mend_checksums);
  const Bytes palette = make_png(5, 3, 4, 3, {{"PLTE", {1, 2, 3, 4, 5, 6}}, {"tRNS", {0}}, {"gAMA", {0, 1, 0, 0}}},
                                 {0, 1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 1}, true);
  expect_no_crash(palette, read, 1000, mend_checksums);
}

}  // namespace
}  // namespace figment::formats
