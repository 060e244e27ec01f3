#include "formats/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "core/error.h"
#include "core/files.h"
#include "core/half.h"
#include "core/quote.h"
#include "formats/safetensors_header.h"
#include "formats/text.h"

namespace figment::formats {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are read and written in place");

constexpr std::uint64_t largest_header = 100'000'000;  // as in the format's own reader

std::string shape_text(const std::vector<std::int64_t>& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

/// Copies elements of type From out of bytes of any alignment and converts each.
template <typename From, typename To, typename Convert>
std::vector<To> convert_all(std::span<const std::uint8_t> bytes, Convert convert) {
  std::vector<To> result(bytes.size() / sizeof(From));
  for (std::size_t i = 0; i < result.size(); ++i) {
    From value;
    std::memcpy(&value, bytes.data() + i * sizeof(From), sizeof(From));
    result[i] = convert(value);
  }
  return result;
}

template <typename From>
std::vector<std::int32_t> widen(std::span<const std::uint8_t> bytes) {
  return convert_all<From, std::int32_t>(bytes, [](From value) { return static_cast<std::int32_t>(value); });
}

template <typename Value>
std::span<const std::uint8_t> as_bytes(std::span<const Value> values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()};
}

void check_records(std::span<const TensorRecord> records) {
  std::unordered_set<std::string> seen;
  for (const TensorRecord& record : records) {
    core::require(is_valid_utf8(record.name) && !record.name.empty() && record.name != "__metadata__",
                  "a tensor cannot be named \"{}\"", display_text(record.name, 60));
    core::require(seen.insert(record.name).second, "two tensors are named \"{}\"; give each its own name", record.name);
    const std::size_t element = dtype_size(record.dtype);
    core::require(element != 0, "tensor \"{}\" has the unknown type \"{}\"", record.name, record.dtype);
    const std::int64_t count = checked_count(record.shape);
    core::require(count >= 0 && record.bytes.size() % element == 0 &&
                      record.bytes.size() / element == static_cast<std::uint64_t>(count),
                  "tensor \"{}\" of shape {} and type {} cannot have {} bytes", record.name, shape_text(record.shape),
                  record.dtype, record.bytes.size());
  }
}

std::string header_text(std::span<const TensorRecord* const> order, const Metadata& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  for (const auto& [key, value] : metadata) {
    core::require(is_valid_utf8(key) && is_valid_utf8(value), "the metadata \"{}\" is not valid UTF-8",
                  display_text(key, 60));
    header["__metadata__"][key] = value;
  }
  std::uint64_t at = 0;
  for (const TensorRecord* record : order) {
    // push_back, since operator[] of an ordered object searches all names.
    header.push_back(
        {record->name,
         {{"dtype", record->dtype}, {"shape", record->shape}, {"data_offsets", {at, at + record->bytes.size()}}}});
    at += record->bytes.size();
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // so that the data is aligned
  return text;
}

}  // namespace

std::size_t dtype_size(const std::string& dtype) {
  static const std::unordered_map<std::string, std::size_t> sizes = {
      {"F64", 8}, {"F32", 4}, {"F16", 2}, {"BF16", 2}, {"I64", 8}, {"I32", 4}, {"I16", 2},
      {"I8", 1},  {"U64", 8}, {"U32", 4}, {"U16", 2},  {"U8", 1},  {"BOOL", 1}};
  const auto found = sizes.find(dtype);
  return found == sizes.end() ? 0 : found->second;
}

std::int64_t TensorRecord::count() const { return checked_count(shape); }

TensorRecord float_record(std::string name, std::vector<std::int64_t> shape, std::span<const float> values) {
  return {std::move(name), "F32", std::move(shape), as_bytes(values)};
}

TensorRecord int_record(std::string name, std::vector<std::int64_t> shape, std::span<const std::int32_t> values) {
  return {std::move(name), "I32", std::move(shape), as_bytes(values)};
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path)
    : SafetensorsFile(core::read_bytes(path), path.string()) {}

SafetensorsFile::SafetensorsFile(std::vector<std::uint8_t> bytes, std::string name)
    : name_(std::move(name)), bytes_(std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes))) {
  index();
}

void SafetensorsFile::index() {
  const std::span<const std::uint8_t> file(*bytes_);
  core::require(file.size() >= 10, "{} is not a safetensors file: it has only {} bytes", name_, file.size());
  std::uint64_t header_size = 0;
  std::memcpy(&header_size, file.data(), 8);
  core::require(header_size <= largest_header && file[8] == '{', "{} is not a safetensors file; choose another", name_);
  core::require(header_size >= 2 && header_size <= file.size() - 8,
                "{} is cut short inside its header; copy or make it again", name_);
  const std::string_view json(reinterpret_cast<const char*>(file.data()) + 8, header_size);
  const auto data = file.subspan(8 + header_size);
  Header header = parse_safetensors_header(json, data.size(), name_);
  metadata_ = std::move(header.metadata);
  records_.reserve(header.entries.size());
  for (HeaderEntry& entry : header.entries) {
    index_.emplace(entry.name, records_.size());
    records_.push_back({std::move(entry.name), std::move(entry.dtype), std::move(entry.shape),
                        data.subspan(entry.begin, entry.end - entry.begin)});
  }
}

std::vector<std::string> SafetensorsFile::names() const {
  std::vector<std::string> result;
  for (const TensorRecord& record : records_) result.push_back(record.name);
  return result;
}

const TensorRecord* SafetensorsFile::find(const std::string& name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : &records_[found->second];
}

const TensorRecord& SafetensorsFile::at(const std::string& name) const {
  const TensorRecord* record = find(name);
  core::require(record != nullptr, "{} has no tensor \"{}\"; it belongs to another model", name_, core::quotable(name));
  return *record;
}

std::vector<float> SafetensorsFile::read_floats(const std::string& name) const {
  const TensorRecord& record = at(name);
  if (record.dtype == "F32") return convert_all<float, float>(record.bytes, [](float value) { return value; });
  if (record.dtype == "F16") return convert_all<std::uint16_t, float>(record.bytes, core::half_to_float);
  if (record.dtype == "BF16") return convert_all<std::uint16_t, float>(record.bytes, core::bfloat16_to_float);
  if (record.dtype == "F64") {
    // A finite double beyond the range of float would be undefined to convert.
    constexpr double most = std::numeric_limits<float>::max();
    return convert_all<double, float>(record.bytes, [](double value) {
      if (value > most) return std::numeric_limits<float>::infinity();
      if (value < -most) return -std::numeric_limits<float>::infinity();
      return static_cast<float>(value);
    });
  }
  core::fail("{}: tensor \"{}\" has type {}, not one of F32, F64, F16, BF16", name_, name, record.dtype);
}

std::vector<float> SafetensorsFile::read_floats(const std::string& name, const std::vector<std::int64_t>& shape) const {
  const TensorRecord& record = at(name);
  core::require(record.shape == shape, "{}: tensor \"{}\" has shape {}, but the model needs {}", name_, name,
                shape_text(record.shape), shape_text(shape));
  return read_floats(name);
}

std::vector<std::int32_t> SafetensorsFile::read_ints(const std::string& name) const {
  const TensorRecord& record = at(name);
  if (record.dtype == "I32") return widen<std::int32_t>(record.bytes);
  if (record.dtype == "I16") return widen<std::int16_t>(record.bytes);
  if (record.dtype == "I8") return widen<std::int8_t>(record.bytes);
  if (record.dtype == "U16") return widen<std::uint16_t>(record.bytes);
  if (record.dtype == "U8") return widen<std::uint8_t>(record.bytes);
  core::require(record.dtype == "I64", "{}: tensor \"{}\" has type {}, not one of I64, I32, I16, I8, U16, U8", name_,
                name, record.dtype);
  return convert_all<std::int64_t, std::int32_t>(record.bytes, [&](std::int64_t value) {
    core::require(value >= INT32_MIN && value <= INT32_MAX, "{}: tensor \"{}\" holds {}, beyond 32 bits", name_, name,
                  value);
    return static_cast<std::int32_t>(value);
  });
}

std::vector<std::uint8_t> encode_safetensors(std::span<const TensorRecord> records, const Metadata& metadata) {
  check_records(records);
  std::vector<const TensorRecord*> order;
  for (const TensorRecord& record : records) order.push_back(&record);
  std::stable_sort(order.begin(), order.end(), [](const TensorRecord* a, const TensorRecord* b) {
    return dtype_size(a->dtype) > dtype_size(b->dtype);
  });
  const std::string header = header_text(order, metadata);
  core::require(header.size() <= largest_header, "too many or too long names for one safetensors file");
  std::size_t size = 8 + header.size();
  for (const TensorRecord* record : order) size += record->bytes.size();
  std::vector<std::uint8_t> file(size);
  const std::uint64_t header_size = header.size();
  std::memcpy(file.data(), &header_size, 8);
  auto at = std::copy(header.begin(), header.end(), file.begin() + 8);
  for (const TensorRecord* record : order) at = std::copy(record->bytes.begin(), record->bytes.end(), at);
  return file;
}

void write_safetensors(const std::filesystem::path& path, std::span<const TensorRecord> records,
                       const Metadata& metadata) {
  core::write_atomically(path, encode_safetensors(records, metadata));
}

}  // namespace figment::formats
