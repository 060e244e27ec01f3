#pragma once
#include <filesystem>

namespace figment::core {

/// Removes what write_atomically() left in this folder (not in those within) when it was killed: NAME.PID.tmp of
/// processes that are no more. Says nothing about a folder that is not there or may not be written.
void remove_leftovers(const std::filesystem::path& folder);

}  // namespace figment::core
