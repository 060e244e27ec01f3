#pragma once
#include <filesystem>
#include <string>

namespace figment::core {

/// Removes what a killed writer has left in the folder: files named <prefix>...<process id>.tmp whose process is gone
/// (see write_atomically). Returns how many; what cannot be removed stays.
int remove_leftovers(const std::filesystem::path& folder, const std::string& prefix = "");

/// Those of one file.
int remove_leftovers_of(const std::filesystem::path& file);

}  // namespace figment::core
