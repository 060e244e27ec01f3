#include "formats/safetensors_header.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "core/error.h"
#include "formats/text.h"

namespace figment::formats {
namespace {

constexpr std::size_t most_tensors = 1'000'000;
constexpr std::size_t most_dimensions = 16;

/// Accepts exactly the structure of a header, event by event, so that nothing deep or strange is ever built:
/// {"__metadata__": {text: text}, name: {"dtype": text, "shape": [n...], "data_offsets": [begin, end]}}
class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  Header header;
  std::string problem;

  bool null() override { return unexpected("null"); }
  bool boolean(bool) override { return unexpected("true or false"); }
  bool number_integer(number_integer_t) override { return unexpected("a negative number"); }
  bool number_float(number_float_t, const string_t&) override { return unexpected("a fraction or too large a number"); }
  bool binary(binary_t&) override { return unexpected("binary data"); }

  bool number_unsigned(number_unsigned_t value) override {
    if (place_ == Place::shape) {
      if (value > static_cast<std::uint64_t>(INT64_MAX)) return unexpected("too large a size");
      if (entry_.shape.size() == most_dimensions) return complain("a shape has too many dimensions");
      entry_.shape.push_back(static_cast<std::int64_t>(value));
      return true;
    }
    if (place_ == Place::offsets && offset_count_ < 2) {
      (offset_count_++ == 0 ? entry_.begin : entry_.end) = value;
      return true;
    }
    return unexpected("a number");
  }

  bool string(string_t& value) override {
    if (place_ == Place::metadata) {
      if (!header.metadata.emplace(key_, value).second)
        return complain("metadata \"" + shown(key_) + "\" is there twice");
      return true;
    }
    if (place_ == Place::tensor && key_ == "dtype") {
      entry_.dtype = value;
      return true;
    }
    return unexpected("a text");
  }

  bool start_object(std::size_t) override {
    if (place_ == Place::outside) {
      place_ = Place::root;
      return true;
    }
    if (place_ != Place::root) return unexpected("an object");
    place_ = key_ == "__metadata__" ? Place::metadata : Place::tensor;
    entry_ = {};
    entry_.name = key_;
    keys_.clear();
    return true;
  }

  bool end_object() override {
    if (place_ == Place::root) {
      place_ = Place::outside;
      return true;
    }
    if (place_ == Place::tensor) {
      if (keys_.size() != 3)
        return complain("tensor \"" + shown(entry_.name) + "\" lacks dtype, shape or data_offsets");
      if (header.entries.size() == most_tensors) return complain("it has too many tensors");
      header.entries.push_back(std::move(entry_));
    }
    place_ = Place::root;
    return true;
  }

  bool start_array(std::size_t) override {
    if (place_ != Place::tensor || (key_ != "shape" && key_ != "data_offsets")) return unexpected("a list");
    place_ = key_ == "shape" ? Place::shape : Place::offsets;
    offset_count_ = 0;
    return true;
  }

  bool end_array() override {
    if (place_ == Place::offsets && offset_count_ != 2) {
      return complain("tensor \"" + shown(entry_.name) + "\" needs two data_offsets");
    }
    place_ = Place::tensor;
    return true;
  }

  bool key(string_t& value) override {
    key_ = value;
    if (place_ == Place::root && !names_.insert(value).second)
      return complain("\"" + shown(value) + "\" is there twice");
    if (place_ == Place::tensor) {
      if (value != "dtype" && value != "shape" && value != "data_offsets")
        return unexpected("\"" + shown(value) + "\"");
      if (!keys_.insert(value).second) return complain("tensor \"" + shown(entry_.name) + "\" has " + value + " twice");
    }
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return complain("not valid JSON at byte " + std::to_string(position));
  }

 private:
  enum class Place { outside, root, metadata, tensor, shape, offsets };

  static std::string shown(const std::string& text) { return display_text(text, 60); }

  bool complain(std::string what) {
    if (problem.empty()) problem = std::move(what);
    return false;
  }

  bool unexpected(const std::string& what) {
    if (place_ == Place::outside) return complain("it is not a JSON object");
    return complain(what + " where none belongs, at \"" + shown(place_ == Place::root ? key_ : entry_.name) + "\"");
  }

  Place place_ = Place::outside;
  std::string key_;
  HeaderEntry entry_;
  int offset_count_ = 0;
  std::unordered_set<std::string> keys_;   // of this tensor
  std::unordered_set<std::string> names_;  // of the root
};

void check_entry(const HeaderEntry& entry, std::uint64_t data_size, const std::string& file) {
  const std::string name = display_text(entry.name, 60);
  const std::size_t element = dtype_size(entry.dtype);
  core::require(element != 0, "{}: tensor \"{}\" has type \"{}\", which figment cannot read; convert it to F32", file,
                name, display_text(entry.dtype, 20));
  const std::int64_t count = checked_count(entry.shape);
  core::require(count >= 0, "{} is damaged: the shape of tensor \"{}\" is impossibly large", file, name);
  core::require(entry.begin <= entry.end, "{} is damaged: tensor \"{}\" ends before it begins", file, name);
  core::require(entry.end <= data_size, "{} is cut short: tensor \"{}\" ends at byte {} of {}; copy or make it again",
                file, name, entry.end, data_size);
  const std::uint64_t size = entry.end - entry.begin;
  core::require(size % element == 0 && size / element == static_cast<std::uint64_t>(count),
                "{} is damaged: tensor \"{}\" has {} bytes, but {} elements of {} need {}", file, name, size, count,
                entry.dtype, static_cast<double>(count) * static_cast<double>(element));
  core::require(entry.begin % element == 0, "{} is damaged: tensor \"{}\" begins at byte {}, not a multiple of {}",
                file, name, entry.begin, element);
}

}  // namespace

std::int64_t checked_count(const std::vector<std::int64_t>& shape) {
  constexpr std::int64_t most = std::int64_t{1} << 62;
  std::int64_t count = 1;
  bool has_zero = false;
  for (const std::int64_t size : shape) {
    if (size < 0) return -1;
    if (size == 0) {
      has_zero = true;  // what else the shape says must be sane all the same
    } else if (count > most / size) {
      return -1;
    } else {
      count *= size;
    }
  }
  return has_zero ? 0 : count;
}

Header parse_safetensors_header(std::string_view json, std::uint64_t data_size, const std::string& file) {
  HeaderReader reader;
  const bool is_good = nlohmann::json::sax_parse(json, &reader);
  core::require(is_good, "{} has a damaged safetensors header: {}", file, reader.problem);
  std::vector<HeaderEntry>& entries = reader.header.entries;
  for (const HeaderEntry& entry : entries) check_entry(entry, data_size, file);
  std::stable_sort(entries.begin(), entries.end(), [](const HeaderEntry& a, const HeaderEntry& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
  });
  std::uint64_t at = 0;
  for (const HeaderEntry& entry : entries) {
    core::require(entry.begin >= at, "{} is damaged: tensor \"{}\" overlaps another", file,
                  display_text(entry.name, 60));
    core::require(entry.begin <= at, "{} is damaged: bytes {} to {} belong to no tensor", file, at, entry.begin);
    at = entry.end;
  }
  core::require(at == data_size, "{} is damaged: {} bytes after the last tensor belong to none", file, data_size - at);
  return std::move(reader.header);
}

}  // namespace figment::formats
