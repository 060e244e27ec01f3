#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace figment::core {

/// The whole file. Throws Error if it cannot be read.
std::string read_text(const std::filesystem::path& path);
std::vector<std::uint8_t> read_bytes(const std::filesystem::path& path);

/// Writes to a temporary file beside `path`, flushes it to the disk and renames it over `path`: a kill
/// at any moment leaves either the old file or the new one. Makes missing folders. Throws Error.
void write_atomically(const std::filesystem::path& path, std::span<const std::uint8_t> bytes);
void write_atomically(const std::filesystem::path& path, std::string_view text);

/// $XDG_CACHE_HOME/figment or ~/.cache/figment; made if missing.
std::filesystem::path cache_directory();

/// $XDG_CONFIG_HOME/figment or ~/.config/figment; made if missing.
std::filesystem::path config_directory();

/// The folder assets/: $FIGMENT_ASSETS, else that of an installed figment (share/figment), else beside the sources
/// figment was built from, else beside the executable. Throws Error if there is none.
std::filesystem::path assets_directory();

}  // namespace figment::core
