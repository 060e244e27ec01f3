#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace figment::core {

/// What a person typed or a file holds, as a message may quote it: at most `bytes` of it, ended by "..." if it was cut;
/// control characters become blanks, and bytes that are no UTF-8 question marks, so that a message is always one line.
std::string quotable(std::string_view text, std::size_t bytes = 60);

}  // namespace figment::core
