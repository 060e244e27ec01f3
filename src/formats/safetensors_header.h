#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "formats/safetensors.h"

namespace figment::formats {

/// What the JSON header of a safetensors file says of one tensor.
struct HeaderEntry {
  std::string name;
  std::string dtype;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;  ///< bytes from the start of the data
  std::uint64_t end = 0;
};

struct Header {
  std::vector<HeaderEntry> entries;  ///< sorted by begin, end
  Metadata metadata;
};

/// Parses and checks the JSON header against the number of data bytes: known types, sizes that agree with shapes,
/// no name twice, no overlap, no hole, aligned, nothing beyond the end. `file` names the file in messages.
Header parse_safetensors_header(std::string_view json, std::uint64_t data_size, const std::string& file);

/// Number of elements; -1 if a size is negative or the product exceeds 2^62.
std::int64_t checked_count(const std::vector<std::int64_t>& shape);

}  // namespace figment::formats
