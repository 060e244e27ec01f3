#include "formats/png.h"

#include <png.h>

#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <new>

#include "core/error.h"
#include "core/files.h"

// libpng reports errors by longjmp. So each function that calls setjmp here (a "stage") and each callback holds
// only trivial locals: nothing with a destructor is ever jumped over. What has one lives in the caller.

namespace figment::formats {
namespace {

constexpr png_byte signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

/// What the stages and libpng's callbacks share.
struct Job {
  png_structp png = nullptr;
  png_infop info = nullptr;
  bool is_reader = false;
  std::span<const std::uint8_t> input;
  std::size_t input_at = 0;
  std::vector<std::uint8_t> output;
  char problem[200] = "";

  explicit Job(bool reads) : is_reader(reads) {}
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  ~Job() {
    if (is_reader) {
      png_destroy_read_struct(&png, &info, nullptr);
    } else {
      png_destroy_write_struct(&png, &info);
    }
  }
};

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  auto* job = static_cast<Job*>(png_get_error_ptr(png));
  std::snprintf(job->problem, sizeof job->problem, "%s", message);
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

void on_read(png_structp png, png_bytep into, std::size_t count) {
  auto* job = static_cast<Job*>(png_get_io_ptr(png));
  if (count > job->input.size() - job->input_at) png_error(png, "it is cut short");
  std::memcpy(into, job->input.data() + job->input_at, count);
  job->input_at += count;
}

void on_write(png_structp png, png_bytep from, std::size_t count) {
  auto* job = static_cast<Job*>(png_get_io_ptr(png));
  bool is_full = false;
  try {
    job->output.insert(job->output.end(), from, from + count);
  } catch (const std::bad_alloc&) {
    is_full = true;  // png_error must not be called while the exception is alive
  }
  if (is_full) png_error(png, "memory is full");
}

void on_flush(png_structp) {}

void start(Job& job) {
  job.png = job.is_reader ? png_create_read_struct(PNG_LIBPNG_VER_STRING, &job, on_error, on_warning)
                          : png_create_write_struct(PNG_LIBPNG_VER_STRING, &job, on_error, on_warning);
  if (job.png != nullptr) job.info = png_create_info_struct(job.png);
  core::require(job.info != nullptr, "libpng does not start; memory may be full");
}

/// The header, and the conversions that make every kind of PNG 8 bits a channel.
bool read_header_stage(Job& job) {
  if (setjmp(png_jmpbuf(job.png)) != 0) return false;
  png_set_read_fn(job.png, &job, on_read);
  png_set_benign_errors(job.png, 1);
  png_set_user_limits(job.png, largest_png_side, largest_png_side);
  png_read_info(job.png, job.info);
  png_set_expand(job.png);
  png_set_scale_16(job.png);
  png_set_interlace_handling(job.png);
  png_read_update_info(job.png, job.info);
  return true;
}

bool read_pixels_stage(Job& job, png_bytepp rows) {
  if (setjmp(png_jmpbuf(job.png)) != 0) return false;
  png_read_image(job.png, rows);
  png_read_end(job.png, job.info);
  return true;
}

std::uint32_t big_endian(const std::uint8_t* at) {
  return (std::uint32_t{at[0]} << 24) | (std::uint32_t{at[1]} << 16) | (std::uint32_t{at[2]} << 8) | at[3];
}

/// Looks at the fixed start of the file, for clearer words than libpng's.
void check_start(std::span<const std::uint8_t> bytes, const std::string& name) {
  core::require(!bytes.empty(), "{} is empty; choose a PNG file", name);
  const std::size_t compared = std::min(bytes.size(), sizeof signature);
  core::require(std::memcmp(bytes.data(), signature, compared) == 0, "{} is not a PNG file; choose one", name);
  core::require(bytes.size() >= 33, "{} is cut short; copy or make it again", name);
  const std::int64_t width = big_endian(bytes.data() + 16);
  const std::int64_t height = big_endian(bytes.data() + 20);
  core::require(width <= largest_png_side && height <= largest_png_side && width * height <= largest_png_pixels,
                "{} claims to be {}x{} pixels; choose one of at most {} a side and {} million pixels", name, width,
                height, largest_png_side, largest_png_pixels >> 20);
  // libpng takes as much memory as a chunk claims to be long.
  constexpr std::size_t frame = 12;  // bytes of a chunk besides its data
  for (std::size_t at = sizeof signature; at + frame <= bytes.size();) {
    const std::size_t length = big_endian(bytes.data() + at);
    core::require(length <= bytes.size() - at - frame, "{} is cut short; copy or make it again", name);
    if (std::memcmp(bytes.data() + at + 4, "IEND", 4) == 0) break;
    at += frame + length;
  }
}

std::vector<png_bytep> row_pointers(std::uint8_t* pixels, int height, std::size_t row_bytes) {
  std::vector<png_bytep> rows(static_cast<std::size_t>(height));
  for (std::size_t y = 0; y < rows.size(); ++y) rows[y] = pixels + y * row_bytes;
  return rows;
}

std::string latin1_to_utf8(std::string_view text) {
  std::string result;
  for (const char character : text) {
    const auto byte = static_cast<std::uint8_t>(character);
    if (byte < 0x80) {
      result.push_back(character);
    } else {
      result.push_back(static_cast<char>(0xC0 | (byte >> 6)));
      result.push_back(static_cast<char>(0x80 | (byte & 0x3F)));
    }
  }
  return result;
}

PngText collect_text(Job& job) {
  png_textp items = nullptr;
  int count = 0;
  png_get_text(job.png, job.info, &items, &count);
  PngText result;
  for (int i = 0; i < count; ++i) {
    if (items[i].key == nullptr) continue;
    const bool is_utf8 = items[i].compression >= PNG_ITXT_COMPRESSION_NONE;
    const std::size_t size = is_utf8 ? items[i].itxt_length : items[i].text_length;
    std::string value = items[i].text == nullptr ? std::string() : std::string(items[i].text, size);
    result.emplace_back(latin1_to_utf8(items[i].key), is_utf8 ? std::move(value) : latin1_to_utf8(value));
  }
  return result;
}

Picture decode(std::span<const std::uint8_t> bytes, const std::string& name, PngText* text) {
  check_start(bytes, name);
  Job job(true);
  job.input = bytes;
  start(job);
  const auto check = [&](bool is_good) {
    core::require(is_good, "{} is damaged ({}); copy or make it again", name, job.problem);
  };
  check(read_header_stage(job));
  Picture picture;
  picture.width = static_cast<int>(png_get_image_width(job.png, job.info));
  picture.height = static_cast<int>(png_get_image_height(job.png, job.info));
  picture.channels = png_get_channels(job.png, job.info);
  const std::size_t row_bytes = png_get_rowbytes(job.png, job.info);
  const auto expected = static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.channels);
  core::require(row_bytes == expected, "{} is of a kind of PNG that figment cannot read; save it as RGB", name);
  picture.pixels.resize(row_bytes * static_cast<std::size_t>(picture.height));
  std::vector<png_bytep> rows = row_pointers(picture.pixels.data(), picture.height, row_bytes);
  check(read_pixels_stage(job, rows.data()));
  if (text != nullptr) *text = collect_text(job);
  return picture;
}

bool is_ascii(std::string_view text) {
  for (const char character : text) {
    if (static_cast<unsigned char>(character) >= 0x80) return false;
  }
  return true;
}

void check_text(PngTextView text) {
  for (const auto& [key, value] : text) {
    bool is_printable = is_ascii(key);
    for (const char character : key) is_printable = is_printable && character >= ' ' && character != 0x7F;
    core::require(is_printable && !key.empty() && key.size() <= 79 && key.front() != ' ' && key.back() != ' ' &&
                      key.find("  ") == std::string::npos,
                  "the PNG keyword \"{}\" must be 1 to 79 printable ASCII characters without stray spaces", key);
    core::require(value.find('\0') == std::string::npos, "the PNG text \"{}\" holds a zero byte; remove it", key);
  }
}

void check_picture(const Picture& picture) {
  core::require(picture.channels >= 1 && picture.channels <= 4, "a PNG has 1 to 4 channels, not {}", picture.channels);
  const std::int64_t pixels = std::int64_t{picture.width} * picture.height;
  core::require(picture.width > 0 && picture.height > 0 && picture.width <= largest_png_side &&
                    picture.height <= largest_png_side && pixels <= largest_png_pixels,
                "cannot write a PNG of {}x{} pixels; at most {} a side and {} million pixels", picture.width,
                picture.height, largest_png_side, largest_png_pixels >> 20);
  core::require(picture.pixels.size() == static_cast<std::size_t>(pixels * picture.channels),
                "a picture of {}x{}x{} needs {} bytes, but has {}", picture.width, picture.height, picture.channels,
                pixels * picture.channels, picture.pixels.size());
}

bool write_stage(Job& job, png_uint_32 width, png_uint_32 height, int color_type, png_bytepp rows, png_textp text,
                 int text_count) {
  if (setjmp(png_jmpbuf(job.png)) != 0) return false;
  png_set_write_fn(job.png, &job, on_write, on_flush);
  png_set_IHDR(job.png, job.info, width, height, 8, color_type, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  if (text_count > 0) png_set_text(job.png, job.info, text, text_count);
  png_set_rows(job.png, job.info, rows);
  png_write_png(job.png, job.info, PNG_TRANSFORM_IDENTITY, nullptr);
  return true;
}

}  // namespace

std::vector<std::uint8_t> encode_png(const Picture& picture, PngTextView text) {
  check_picture(picture);
  check_text(text);
  std::string no_language;
  std::vector<png_text> items(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool plain = is_ascii(text[i].second);
    items[i] = {};
    items[i].compression = plain ? PNG_TEXT_COMPRESSION_NONE : PNG_ITXT_COMPRESSION_NONE;
    items[i].key = const_cast<char*>(text[i].first.c_str());  // libpng only reads them
    items[i].text = const_cast<char*>(text[i].second.c_str());
    items[i].text_length = plain ? text[i].second.size() : 0;
    items[i].itxt_length = plain ? 0 : text[i].second.size();
    items[i].lang = no_language.data();
    items[i].lang_key = no_language.data();
  }
  constexpr int color_types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                                 PNG_COLOR_TYPE_RGB_ALPHA};
  const std::size_t row_bytes = picture.pixels.size() / static_cast<std::size_t>(picture.height);
  auto* pixels = const_cast<std::uint8_t*>(picture.pixels.data());
  std::vector<png_bytep> rows = row_pointers(pixels, picture.height, row_bytes);
  Job job(false);
  start(job);
  core::require(
      write_stage(job, static_cast<png_uint_32>(picture.width), static_cast<png_uint_32>(picture.height),
                  color_types[picture.channels - 1], rows.data(), items.data(), static_cast<int>(items.size())),
      "cannot encode the PNG: {}", job.problem);
  return std::move(job.output);
}

void write_png(const std::filesystem::path& path, const Picture& picture, PngTextView text) {
  core::write_atomically(path, encode_png(picture, text));
}

Picture decode_png(std::span<const std::uint8_t> bytes, const std::string& name) {
  return decode(bytes, name, nullptr);
}

Picture read_png(const std::filesystem::path& path) { return decode_png(core::read_bytes(path), path.string()); }

PngText decode_png_text(std::span<const std::uint8_t> bytes, const std::string& name) {
  PngText text;
  decode(bytes, name, &text);
  return text;
}

PngText read_png_text(const std::filesystem::path& path) {
  return decode_png_text(core::read_bytes(path), path.string());
}

}  // namespace figment::formats
