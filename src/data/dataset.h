#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>

namespace figment::data {

enum class DatasetKind : std::uint8_t { pictures, text };

/// A data set that is made on this machine. To add pictures, add their row to the list in
/// picture_sets.cpp, which makes them a data set as well; to add a text, add its row in dataset.cpp.
struct Dataset {
  std::string_view name;
  std::string_view description;  ///< one sentence
  std::string_view version;      ///< changes whenever the samples of a seed change
  DatasetKind kind;
  /// Writes `count` samples into an existing folder; calls `advanced(done)` as it goes.
  std::function<void(int count, std::uint64_t seed, const std::filesystem::path& folder,
                     const std::function<void(int)>& advanced)>
      write;
};

/// All data sets, in the order in which they are listed to people.
std::span<const Dataset> datasets();

/// Throws core::Error that lists the names if there is none of this name.
const Dataset& find_dataset(std::string_view name);

/// Writes `count` samples to `folder`, which is made if missing. Pictures: 00000.png and so on, and captions.jsonl with
/// a line {"file", "caption", ...attributes} each. Text: stories.txt, one sample a line, and summaries.jsonl. The same
/// name, count and seed give the same bytes. `advanced(done)`, if given, is called now and then. Throws core::Error.
void write_dataset(std::string_view name, int count, std::uint64_t seed, const std::filesystem::path& folder,
                   const std::function<void(int)>& advanced = {});

}  // namespace figment::data
