#pragma once
#include <filesystem>

namespace figment::core {

/// The folder share/figment of an installed figment, with assets/ and shaders/: the one that was set, else
/// ../share/figment of the executable's folder; empty if there is none.
std::filesystem::path data_directory();

/// For programs that embed figment and lie elsewhere: where its share/figment is; empty looks beside the executable
/// again. Any thread may call; it counts for what is read from then on.
void set_data_directory(const std::filesystem::path& folder);

}  // namespace figment::core
