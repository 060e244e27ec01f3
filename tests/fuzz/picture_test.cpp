// PNG files and what captures carry in them.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "app/capture.h"
#include "formats/png.h"
#include "fuzz/fuzz.h"

namespace figment::fuzz {
namespace {

struct Chunk {
  std::string type;
  Bytes data;
};

constexpr std::size_t signature_size = 8;

void add_word(Bytes& bytes, std::uint32_t word) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(word >> shift));
}

std::uint32_t word_at(const Bytes& bytes, std::size_t at) {
  return std::accumulate(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                         bytes.begin() + static_cast<std::ptrdiff_t>(at) + 4, std::uint32_t{0},
                         [](std::uint32_t sum, std::uint8_t byte) { return sum << 8 | byte; });
}

/// CRC-32 as PNG has it.
std::uint32_t checksum(const Bytes& bytes, std::size_t from) {
  std::uint32_t sum = ~0U;
  for (std::size_t i = from; i < bytes.size(); ++i) {
    sum ^= bytes[i];
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1) ^ ((sum & 1) != 0 ? 0xEDB88320U : 0U);
  }
  return ~sum;
}

std::vector<Chunk> chunks_of(const Bytes& png) {
  std::vector<Chunk> chunks;
  for (std::size_t at = signature_size; at < png.size();) {
    const std::size_t size = word_at(png, at);
    const auto begin = png.begin() + static_cast<std::ptrdiff_t>(at) + 8;
    chunks.push_back({std::string(begin - 4, begin), Bytes(begin, begin + static_cast<std::ptrdiff_t>(size))});
    at += size + 12;
  }
  return chunks;
}

Bytes joined(const Bytes& png, const std::vector<Chunk>& chunks, Random& random) {
  Bytes bytes(png.begin(), png.begin() + signature_size);
  const bool lies = random.chance(0.1F);
  for (const Chunk& chunk : chunks) {
    const bool is_lie = lies && random.chance(0.3F);
    add_word(bytes, is_lie ? random.bits() >> random.below(32) : static_cast<std::uint32_t>(chunk.data.size()));
    const std::size_t from = bytes.size();
    bytes.insert(bytes.end(), chunk.type.begin(), chunk.type.end());
    bytes.insert(bytes.end(), chunk.data.begin(), chunk.data.end());
    add_word(bytes, checksum(bytes, from));
  }
  return bytes;
}

/// Sizes, depth, kind and interlacing as nobody writes them.
void mutate_header(Bytes& header, Random& random) {
  static const std::vector<std::uint8_t> bytes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 255};
  if (random.chance(0.5F)) {
    header[8 + random.below(5)] = pick(bytes, random);
    return;
  }
  Bytes side;
  add_word(side, random.bits() >> random.below(32));
  std::copy(side.begin(), side.end(), header.begin() + (random.chance(0.5F) ? 0 : 4));
}

void mutate_chunks(std::vector<Chunk>& chunks, Random& random) {
  static const std::vector<std::string> types = {"tRNS", "gAMA", "PLTE", "iCCP", "zTXt", "iTXt", "tEXt",
                                                 "sBIT", "hIST", "cHRM", "sPLT", "pCAL", "sCAL", "tIME",
                                                 "bKGD", "eXIf", "IDAT", "IEND", "IHDR", "ABCD"};
  const std::size_t at = random.below(static_cast<std::uint32_t>(chunks.size()));
  const auto here = chunks.begin() + static_cast<std::ptrdiff_t>(at);
  switch (random.below(6)) {
    case 0:
      chunks.erase(here);
      break;
    case 1: {
      const Chunk copy = *here;
      chunks.insert(here, copy);
      break;
    }
    case 2:
      std::swap(*here, chunks[random.below(static_cast<std::uint32_t>(chunks.size()))]);
      break;
    case 3: {
      const std::string text = any_text(random);
      chunks.insert(here, {pick(types, random), Bytes(text.begin(), text.end())});
      break;
    }
    case 4:
      if (chunks.front().data.size() == 13) mutate_header(chunks.front().data, random);
      break;
    default:
      mutate_bytes(here->data, random);
  }
}

class FuzzPictures : public InFolder {
 protected:
  void SetUp() override {
    InFolder::SetUp();
    Random random(1);
    for (int channels = 1; channels <= 4; ++channels) {
      formats::Picture picture{24, 17, channels, {}};
      for (int i = 0; i < picture.width * picture.height * channels; ++i) {
        picture.pixels.push_back(static_cast<std::uint8_t>(i * 3 + static_cast<int>(random.below(8))));
      }
      pictures_.push_back(picture);
      const formats::PngText text = {{app::request_keyword, studio::to_json(studio::Request{})},
                                     {"Title", "caf\xC3\xA9"}};
      seeds_.push_back(formats::encode_png(picture, text));
    }
  }

  Bytes damaged(Random& random) const {
    Bytes bytes = pick(seeds_, random);
    if (random.chance(0.3F)) {
      mutate_bytes(bytes, random);
      return bytes;
    }
    std::vector<Chunk> chunks = chunks_of(bytes);
    for (std::uint32_t i = 1 + random.below(3); i > 0 && !chunks.empty(); --i) mutate_chunks(chunks, random);
    return joined(bytes, chunks, random);
  }

  /// A whole PNG that carries damaged settings.
  Bytes with_damaged_settings(Random& random) const {
    const auto settings = nlohmann::json::parse(studio::to_json(studio::Request{}));
    const formats::PngText text = {{app::request_keyword, mutated_json_text(settings, random)}};
    return formats::encode_png(pick(pictures_, random), text);
  }

  std::vector<formats::Picture> pictures_;
  std::vector<Bytes> seeds_;
};

TEST_F(FuzzPictures, AreReadOrRefused) {
  run_cases("pictures", 0.25, [&](Random& random) {
    if (random.chance(0.3F)) {
      app::read_capture(write("capture.png", with_damaged_settings(random)));
      return;
    }
    const Bytes bytes = damaged(random);
    if (random.chance(0.3F)) {
      app::is_capture(write("capture.png", bytes));
      app::read_capture(folder_ / "capture.png");
      return;
    }
    const formats::Picture picture = formats::decode_png(bytes, "a.png");
    EXPECT_EQ(picture.pixels.size(), static_cast<std::size_t>(picture.width) *
                                         static_cast<std::size_t>(picture.height) *
                                         static_cast<std::size_t>(picture.channels));
    formats::decode_png_text(bytes, "a.png");
  });
}

}  // namespace
}  // namespace figment::fuzz
