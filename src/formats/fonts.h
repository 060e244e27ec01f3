#pragma once
#include <filesystem>
#include <span>

namespace figment::formats {

/// The file of one of these names, the first the best, anywhere below the folders where systems keep their fonts; empty
/// if there is none.
std::filesystem::path find_font(std::span<const char* const> names);

}  // namespace figment::formats
