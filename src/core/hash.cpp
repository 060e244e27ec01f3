#include "core/hash.h"

#include <fmt/format.h>

namespace figment::core {

std::string to_hex(std::uint64_t value) { return fmt::format("{:016x}", value); }

}  // namespace figment::core
