#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace figment::formats {

/// One tensor of a safetensors file: name, element type, shape and bytes.
struct TensorRecord {
  std::string name;                          ///< dotted path of the parameter, such as "block.0.conv.weight"
  std::string dtype = "F32";                 ///< F64 F32 F16 BF16 I64 I32 I16 I8 U64 U32 U16 U8 BOOL
  std::vector<std::int64_t> shape;           ///< outermost first; empty for a scalar
  std::span<const std::uint8_t> bytes;       ///< little endian, row-major; the owner outlives the record
  [[nodiscard]] std::int64_t count() const;  ///< number of elements
};

using Metadata = std::map<std::string, std::string>;

/// A record of floats; the caller keeps `values` alive.
TensorRecord float_record(std::string name, std::vector<std::int64_t> shape, std::span<const float> values);
TensorRecord int_record(std::string name, std::vector<std::int64_t> shape, std::span<const std::int32_t> values);

/// Bytes of one element; 0 for a type that is not known.
std::size_t dtype_size(const std::string& dtype);

/// A safetensors file, read into memory. Everything in the header is checked at construction.
/// Format: https://github.com/huggingface/safetensors
class SafetensorsFile {
 public:
  /// Throws Error, with one sentence that names the file, if it cannot be read or is not whole and sound.
  explicit SafetensorsFile(const std::filesystem::path& path);
  /// The same from bytes in memory; `name` stands for the file in messages.
  SafetensorsFile(std::vector<std::uint8_t> bytes, std::string name);

  /// In the order of their data in the file.
  [[nodiscard]] const std::vector<TensorRecord>& records() const { return records_; }
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] const Metadata& metadata() const { return metadata_; }
  /// Null if there is none of this name.
  [[nodiscard]] const TensorRecord* find(const std::string& name) const;
  /// Throws Error if there is none of this name.
  [[nodiscard]] const TensorRecord& at(const std::string& name) const;
  /// The elements as floats: F32, and F64, F16, BF16 converted. Throws Error for other types.
  [[nodiscard]] std::vector<float> read_floats(const std::string& name) const;
  /// As above, after checking the shape. Throws Error, naming both shapes, if it differs.
  [[nodiscard]] std::vector<float> read_floats(const std::string& name, const std::vector<std::int64_t>& shape) const;
  /// I32 as they are; I64, I16, I8, U8, U16 converted. Throws Error for other types or values out of range.
  [[nodiscard]] std::vector<std::int32_t> read_ints(const std::string& name) const;

 private:
  void index();

  std::string name_;
  std::shared_ptr<const std::vector<std::uint8_t>> bytes_;  // shared by copies: records point into it
  std::vector<TensorRecord> records_;
  std::unordered_map<std::string, std::size_t> index_;
  Metadata metadata_;
};

/// The bytes of a safetensors file, largest element type first, so that all data is aligned. Throws Error for a
/// duplicate name, an unknown type, or bytes that do not match the shape.
std::vector<std::uint8_t> encode_safetensors(std::span<const TensorRecord> records, const Metadata& metadata = {});

/// Atomic: a kill at any moment leaves the old file or the new one. Throws Error as encode_safetensors.
void write_safetensors(const std::filesystem::path& path, std::span<const TensorRecord> records,
                       const Metadata& metadata = {});

}  // namespace figment::formats
